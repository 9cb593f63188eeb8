import { defined } from '../defined.ts';
import type { DeadLetter } from '../domain/known.ts';
import type { Outcome, Result } from '../domain/result.ts';
import type { ChangeSet } from './change-set.ts';
import { mergeResults } from './merge-results.ts';
import type { PendingRecord, Run } from './run-state.ts';

export interface FinalResult extends Omit<Result, 'key' | 'at'> {
  /** For rejects: how the dead letter is stored. */
  readonly letter?: Pick<DeadLetter, 'payloadHash' | 'blockedByUserId' | 'blockedByEmail'>;
  /** For skips that are decided again when their cause may have changed. */
  readonly pending?: { readonly email?: string; readonly due?: boolean };
}

/**
 * Gives a record its final result, with its dead letter or pending entry, and removes everything else that the state
 * keeps of it. `updateCounts` counts it after the changes are in the state.
 */
export function recordResult<T, P>(
  run: Run<T, P>,
  changes: ChangeSet,
  item: PendingRecord,
  earlier: Result | undefined,
  end: FinalResult,
): void {
  const { letter, pending, ...outcome } = end;
  const { key } = item.record;
  const at = run.pipeline.sink.now();
  changes.rows.push(mergeResults(earlier, { ...outcome, key, at }));
  changes.clearDeferred.push(key);
  changes.clearPending.push(key);
  changes.clearDeadLetters.push(key);
  if (letter) {
    changes.deadLetters.push({
      key,
      code: outcome.code ?? 'rejected',
      message: outcome.message ?? '',
      ...defined({ detail: outcome.detail }),
      record: item.record,
      run: run.id,
      at,
      due: false,
      ...letter,
    });
  }
  if (pending) {
    changes.pending.push({ key, reason: outcome.code ?? 'skipped', record: item.record, due: false, ...pending });
  }
}

/** Counts the results that have just been stored, and releases their pages. */
export function updateCounts<T, P>(run: Run<T, P>, changes: ChangeSet, earlier: ReadonlyMap<string, Result>): void {
  for (const row of changes.rows) run.tally.add(row, earlier.get(row.key));
  run.progressCount += changes.rows.length;
}

/**
 * The earlier results of keys that are decided for a second time in this run. This is rare, so they are read only when
 * needed.
 */
export async function earlierResults<T, P>(
  run: Run<T, P>,
  outcomes: ReadonlyMap<string, Outcome>,
): Promise<Map<string, Result>> {
  const found = new Map<string, Result>();
  for (const [key, outcome] of outcomes) found.set(key, { key, outcome, at: 0 });
  const written = [...outcomes].filter(([, outcome]) => outcome !== 'unchanged').map(([key]) => key);
  if (written.length === 0) return found;
  for (const row of await run.pipeline.store.results(run.id, { keys: written, limit: written.length }))
    found.set(row.key, row);
  return found;
}
