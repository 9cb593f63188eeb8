import type { EmailRecord } from '../../domain/known.ts';
import type { PipelineId } from '../../domain/pipeline.ts';
import type { StateStore } from '../../state/store.ts';
import type { Run } from '../run-state.ts';
import type { MappedItem } from './load-known.ts';

/**
 * Where customers of one address share a user: what the source last showed of these customers, and of all others with the
 * addresses that they have or had. Empty for every other policy.
 */
export async function loadEmailRecords<T, P>(
  run: Run<T, P>,
  mapped: readonly MappedItem<P>[],
): Promise<readonly EmailRecord[]> {
  const { sink, store, id, policies } = run.pipeline;
  if (policies.sharedEmail !== 'merge') return [];
  const keys = mapped.map(({ item }) => item.record.key);
  const emails = mapped.flatMap(({ result }) => (result?.kind === 'payload' ? (sink.email(result.payload) ?? []) : []));
  return await emailRecordsOf({ store, id }, keys, emails);
}

/** Of these customers, and of all with these addresses or with theirs. */
export async function emailRecordsOf(
  { store, id }: { readonly store: StateStore; readonly id: PipelineId },
  keys: readonly string[],
  emails: readonly string[],
): Promise<readonly EmailRecord[]> {
  const found = await store.emailRecords(id, { keys, emails });
  const former = found.map(({ email }) => email).filter((email) => !emails.includes(email));
  if (former.length === 0) return found;
  const others = await store.emailRecords(id, { keys: [], emails: [...new Set(former)] });
  return [...new Map([...found, ...others].map((one) => [one.key, one])).values()];
}
