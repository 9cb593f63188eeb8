import type { Link } from '../domain/link.ts';
import type { Result } from '../domain/result.ts';
import type { DirectoryUser } from '../domain/user.ts';
import type { RowOutcome } from '../domain/write.ts';
import { resultOf } from '../pipeline/approval.ts';
import { nextAttempt } from '../pipeline/decide/attempts.ts';
import { mergeResults } from '../pipeline/merge-results.ts';
import type { InFlightWrite, PendingRecord, Run } from '../pipeline/run-state.ts';
import type { Changes } from '../state/store.ts';

/**
 * Records what a batch of an undo came to, with the end of the batch itself. Nothing becomes a dead letter: what Zendesk
 * refuses is reported and stays. Returns what must be looked at again.
 */
export async function recordUndone<T, P>(
  run: Run<T, P>,
  batch: string,
  entries: readonly InFlightWrite<P>[],
  outcomes: readonly RowOutcome[],
): Promise<readonly PendingRecord[]> {
  return await run.stateQueue.add(async () => {
    const at = run.pipeline.sink.now();
    const rows: Result[] = [];
    const links: Link[] = [];
    const unlink: string[] = [];
    const users: DirectoryUser[] = [];
    const again: PendingRecord[] = [];
    entries.forEach((entry, position) => {
      const outcome = outcomes[position];
      if (!outcome) return;
      const { key } = entry.delivery;
      if ('user' in outcome && outcome.user) users.push(outcome.user);
      if ('users' in outcome) users.push(...(outcome.users ?? []));
      if (outcome.kind === 'written' && outcome.unlinksCustomer) unlink.push(key);
      else if ('link' in outcome && outcome.link) links.push(outcome.link);
      const result = resultOf(outcome, entry.recordAs);
      const next = result ? undefined : nextAttempt(run, key, outcome);
      if (result) rows.push({ ...result, key, at });
      if (next?.kind === 'again') again.push(entry.item);
      if (next?.kind === 'unsettled')
        rows.push({ key, outcome: 'rejected', code: 'unsettled', message: next.message, at });
      run.inFlight.delete(key);
    });
    await recordRows(run, rows, { closeBatches: [batch], users, links, unlink });
    return again;
  });
}

/** Records and counts; a key that was refused before and is taken up again counts once. Call it within `run.stateQueue`. */
export async function recordRows<T, P>(run: Run<T, P>, rows: readonly Result[], more: Changes = {}): Promise<void> {
  const { store, id } = run.pipeline;
  const keys = rows.map(({ key }) => key);
  const earlier = new Map((await store.results(run.id, { keys, limit: keys.length })).map((row) => [row.key, row]));
  // Nothing left to do does not undo what was recorded of it.
  const reported = rows.filter(({ key, outcome }) => outcome !== 'unchanged' || !earlier.has(key));
  const joined = reported.map((row) => mergeResults(earlier.get(row.key), row));
  await store.apply(id, { ...more, results: { run: run.id, rows: joined } });
  for (const row of joined) run.tally.add(row, earlier.get(row.key));
  run.progressCount += joined.length;
}
