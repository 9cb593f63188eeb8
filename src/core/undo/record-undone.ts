import { resultOf } from '../pipeline/approval.ts';
import { nextRound } from '../pipeline/rounds.ts';
import type { Item, Run, UnderWay } from '../pipeline/run-state.ts';
import type { RowOutcome } from '../sink.ts';
import type { DirectoryUser, Link, Result } from '../state/store.ts';

/**
 * Records what a batch of an undo came to, with the end of the batch itself. Nothing becomes a dead letter: what Zendesk
 * refuses is told and stays. Returns what must be looked at again.
 */
export async function recordUndone<T, P>(
  run: Run<T, P>,
  batch: string,
  entries: readonly UnderWay<P>[],
  outcomes: readonly RowOutcome[],
): Promise<readonly Item[]> {
  return await run.exclusive(async () => {
    const { store, id, sink } = run.pipeline;
    const rows: Result[] = [];
    const links: Link[] = [];
    const unlink: string[] = [];
    const users: DirectoryUser[] = [];
    const again: Item[] = [];
    entries.forEach((entry, position) => {
      const outcome = outcomes[position];
      if (!outcome) return;
      const { key } = entry.delivery;
      if ('user' in outcome && outcome.user) users.push(outcome.user);
      if (outcome.kind === 'rejudge') users.push(...outcome.users);
      if (outcome.kind === 'written' && outcome.dropsLink) unlink.push(key);
      else if ('link' in outcome && outcome.link) links.push(outcome.link);
      const result = resultOf(outcome, entry.settleAs);
      const next = result ? undefined : nextRound(run, key, outcome);
      if (result) rows.push({ ...result, key, at: sink.now() });
      if (next?.kind === 'again') again.push(entry.item);
      if (next?.kind === 'unsettled')
        rows.push({ key, outcome: 'rejected', code: 'unsettled', message: 'The user kept changing.', at: sink.now() });
      run.underWay.delete(key);
    });
    await store.apply(id, { closeBatches: [batch], users, links, unlink, results: { run: run.id, rows } });
    for (const row of rows) run.tally.add(row);
    run.moved += rows.length;
    return again;
  });
}
