import { defined } from '../../../core/defined.ts';
import type { Pending } from '../../../core/domain/known.ts';
import { type OperationContext, readOnly, withParts } from '../context.ts';
import { hasData } from '../names.ts';
import type { Reject } from '../records.ts';
import type { PageOptions } from './runs.ts';

/** What waits for somebody or something, by reason. */
export interface WaitingCounts {
  readonly rejects: Readonly<Record<string, number>>;
  readonly pending: Readonly<Record<string, number>>;
}

export async function countWaiting(context: OperationContext): Promise<WaitingCounts> {
  return await withParts(context, readOnly, async ({ pipeline: { store, id } }) => ({
    rejects: await store.rejectCounts(id),
    pending: (await store.keptCounts(id)).pending,
  }));
}

/** What could not be written, by key, page by page. Contains customer data. */
export async function rejectsPage(
  context: OperationContext,
  { code, after, limit }: PageOptions & { readonly code?: string | undefined },
): Promise<readonly Reject[]> {
  return await withParts(context, readOnly, async ({ pipeline, mapper }) => {
    const letters = await pipeline.store.deadLetters(pipeline.id, { limit, ...defined({ after, code }) });
    return letters.map((letter) => ({ ...letter, name: hasData(letter.record) ? mapper.nameOf(letter.record) : '' }));
  });
}

/** A skip that is decided again, with the customer's name. Contains customer data. */
export type NamedPending = Pending & { readonly name: string };

export async function waitingPage(
  context: OperationContext,
  { reason, after, limit }: PageOptions & { readonly reason?: string | undefined },
): Promise<readonly NamedPending[]> {
  return await withParts(context, readOnly, async ({ pipeline, mapper }) => {
    const rows = await pipeline.store.pending(pipeline.id, { limit, ...defined({ after, reason }) });
    return rows.map((row) => ({ ...row, name: hasData(row.record) ? mapper.nameOf(row.record) : '' }));
  });
}
