import type { StoredDataCounts } from '../../core/state/stored-data-counts.ts';
import { type OperationContext, withParts } from './context.ts';

export interface ForgetOptions {
  /** Called with what is kept, if anything is. Nothing is removed unless it resolves to true. Absent: nobody is asked. */
  readonly approve?: (kept: StoredDataCounts) => Promise<boolean>;
}

export type ForgetResult =
  | { readonly kind: 'removed'; readonly removed: StoredDataCounts }
  | { readonly kind: 'declined'; readonly kept: StoredDataCounts };

/** Removes a customer's data from the state. The data in Zendesk and in the source stays. */
export async function forget(
  context: OperationContext,
  key: string,
  { approve }: ForgetOptions = {},
): Promise<ForgetResult> {
  return await withParts(context, { write: true, online: false }, async ({ pipeline: { store, id } }) => {
    const kept = await store.countStoredData(id, key);
    const isKept = Object.values(kept).some((count) => count > 0);
    if (isKept && approve && !(await approve(kept))) return { kind: 'declined', kept };
    return { kind: 'removed', removed: await store.eraseCustomer(id, key) };
  });
}
