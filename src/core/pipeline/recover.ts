import type { RowOutcome } from '../sink.ts';
import type { OpenBatch, Result } from '../state/store.ts';
import type { Run } from './run-state.ts';

/**
 * Finds out what became of batches that an earlier process left behind, before anything new is written. What was written
 * is recorded under the run that sent it; the rest is simply read again: no checkpoint has passed it.
 */
export async function recoverBatches<T, P>(run: Pick<Run<T, P>, 'pipeline' | 'work' | 'progress'>): Promise<void> {
  const { store, sink, id, log, onStep } = run.pipeline;
  const batches = await store.openBatches(id);
  if (batches.length === 0) return;
  run.progress('recover');
  log.info({ batches: batches.length }, 'recovering writes that an earlier run left open');
  // Together, so that all jobs are waited for at once.
  await Promise.all(batches.map(async (batch) => await record(batch, await sink.recover(batch, run.work))));

  async function record(batch: OpenBatch, outcomes: readonly RowOutcome[]): Promise<void> {
    const written = outcomes.flatMap((outcome) => (outcome.kind === 'written' ? [outcome] : []));
    const users = outcomes.flatMap((outcome) => ('user' in outcome && outcome.user ? [outcome.user] : []));
    const links = outcomes.flatMap((outcome) => ('link' in outcome && outcome.link ? [outcome.link] : []));
    const dropped = new Set(written.flatMap(({ link, dropsLink }) => (dropsLink ? [link.key] : [])));
    const keys = written.map(({ link }) => link.key);
    const rows = written.map(
      ({ link, outcome, code, changes }): Result => ({
        key: link.key,
        outcome,
        destinationId: link.destinationId,
        at: sink.now(),
        ...(code && { code }),
        ...(changes && { changes }),
      }),
    );
    await store.apply(id, {
      closeBatches: [batch.id],
      users,
      links: links.filter(({ key }) => !dropped.has(key)),
      unlink: [...dropped],
      clearDeadLetters: keys,
      results: { run: batch.run, rows },
    });
    onStep?.('batch-recovered');
  }
}
