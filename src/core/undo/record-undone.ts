import type { Result } from '../domain/result.ts';
import type { RowOutcome } from '../domain/write.ts';
import { resultOf } from '../pipeline/approval.ts';
import type { ChangeSet } from '../pipeline/change-set.ts';
import { nextAttempt } from '../pipeline/decide/attempts.ts';
import { mergeResults } from '../pipeline/merge-results.ts';
import { recordBatch, recordChanges } from '../pipeline/record-changes.ts';
import type { InFlightWrite, PendingRecord, Run } from '../pipeline/run-state.ts';

/**
 * Records what a batch of an undo came to. Nothing becomes a dead letter: what the destination refuses is reported and
 * stays. Returns what must be looked at again.
 */
export async function recordUndone<T, P>(
  run: Run<T, P>,
  batch: string,
  entries: readonly InFlightWrite<P>[],
  outcomes: readonly RowOutcome[],
): Promise<readonly PendingRecord[]> {
  return await recordBatch(run, { batch, entries, outcomes }, (entry, outcome, { changes, earlier }) => {
    const { key } = entry.delivery;
    const add = (row: Omit<Result, 'key' | 'at'>): 'done' => {
      addRow(changes, earlier, { ...row, key, at: run.pipeline.sink.now() });
      return 'done';
    };
    const result = resultOf(outcome, entry.recordAs);
    if (result) return add(result);
    const next = nextAttempt(run, key, outcome);
    if (next.kind === 'unsettled') return add({ outcome: 'rejected', code: 'unsettled', message: next.message });
    return next.kind === 'again' ? entry.item : 'open';
  });
}

/** Records results that need no write. */
export async function recordRows<T, P>(run: Run<T, P>, rows: readonly Result[]): Promise<void> {
  const keys = rows.map(({ key }) => key);
  await recordChanges(run, keys, ({ changes, earlier }) => {
    for (const row of rows) addRow(changes, earlier, row);
  });
}

/** A key that was refused before and is tried again has one result. Nothing left to do does not undo what was recorded. */
function addRow({ rows }: ChangeSet, earlier: ReadonlyMap<string, Result>, row: Result): void {
  const before = earlier.get(row.key);
  if (row.outcome !== 'unchanged' || !before) rows.push(mergeResults(before, row));
}
