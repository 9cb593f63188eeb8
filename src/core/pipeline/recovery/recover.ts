import { defined } from '../../defined.ts';
import type { Result } from '../../domain/result.ts';
import type { OpenBatch } from '../../domain/run/pending-work.ts';
import type { RowOutcome } from '../../domain/write.ts';
import { mergeResults } from '../merge-results.ts';
import type { Run } from '../run-state.ts';
import { mergeOperation } from './record-merge.ts';
import { recoverMerge } from './recover-merges.ts';

/**
 * Finds out, before anything new is written, what became of the batches of an earlier process that died. What was
 * written is recorded under the run that sent it. The rest is simply read again, because no checkpoint has passed it.
 */
export async function recoverBatches<T, P>(
  run: Pick<Run<T, P>, 'pipeline' | 'work' | 'reading' | 'progress'>,
): Promise<void> {
  const { store, sink, id, log, onFailpoint } = run.pipeline;
  const batches = await store.openBatches(id);
  if (batches.length === 0) return;
  run.progress('recover');
  log.info({ batches: batches.length }, 'recovering writes that an earlier run left open');
  await untilSettled(run);
  // In parallel, so that all jobs are waited for at once.
  await Promise.all(
    batches.map(async (batch) => {
      if (batch.operation === mergeOperation) return await recoverMerge(run, batch);
      return await record(batch, await sink.recover(batch, run.work));
    }),
  );

  async function record(batch: OpenBatch, outcomes: readonly RowOutcome[]): Promise<void> {
    const written = outcomes.flatMap((outcome) => (outcome.kind === 'written' ? [outcome] : []));
    const found = outcomes.flatMap(writtenBy);
    const users = outcomes.flatMap((outcome) => {
      if (outcome.kind === 'redecide') return outcome.written ? outcome.users : [];
      return 'user' in outcome && outcome.user ? [outcome.user] : [];
    });
    const links = outcomes.flatMap((outcome) => ('link' in outcome && outcome.link ? [outcome.link] : []));
    const dropped = new Set(written.flatMap(({ link, unlinksCustomer }) => (unlinksCustomer ? [link.key] : [])));
    const keys = found.map(({ key }) => key);
    const known = await store.results(batch.run, { keys, limit: keys.length });
    const earlier = new Map(known.map((row) => [row.key, row]));
    const rows = found.map((row) => mergeResults(earlier.get(row.key), row));
    await store.apply(id, {
      closeBatches: [batch.id],
      users,
      links: links.filter(({ key }) => !dropped.has(key)),
      unlink: [...dropped],
      clearDeadLetters: written.map(({ link }) => link.key),
      results: { run: batch.run, rows },
    });
    onFailpoint?.('batch-recovered');
  }
}

/** A worker that lost the lease may have frozen in the middle of a request: a look at its users before that one ends proves nothing. */
async function untilSettled<T, P>({ pipeline, reading }: Pick<Run<T, P>, 'pipeline' | 'reading'>): Promise<void> {
  const { clock, log, settledAt = Number.NEGATIVE_INFINITY } = pipeline;
  const waitMs = settledAt - clock.elapsed();
  if (waitMs <= 0) return;
  log.info(
    { seconds: Math.ceil(waitMs / 1000) },
    'waiting for requests that an earlier worker may still have on their way',
  );
  await clock.sleep(waitMs, reading.signal);
}

/** What was written, with the destination's time of the write: later changes there are not ours. */
function writtenBy(outcome: RowOutcome): Result[] {
  if (outcome.kind === 'written') {
    const { link, outcome: how, code, changes, previousLastSent } = outcome;
    return [
      {
        key: link.key,
        outcome: how,
        destinationId: link.destinationId,
        at: link.writtenAt,
        ...(code && { code }),
        ...defined({ changes, previousLastSent }),
      },
    ];
  }
  if (outcome.kind !== 'redecide' || !outcome.written || !outcome.link) return [];
  return [{ key: outcome.link.key, outcome: 'updated', at: outcome.link.writtenAt, ...outcome.written }];
}
