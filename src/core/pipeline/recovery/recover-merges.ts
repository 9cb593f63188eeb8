import { ContractError } from '../../domain/errors.ts';
import type { OpenBatch } from '../../domain/run/pending-work.ts';
import type { Run } from '../run-state.ts';
import { mergeIntent, recordMerge } from './record-merge.ts';

/**
 * Finds out whether a merge took place that a process which died had asked for. If it did not, nothing is recorded: the file
 * says again what is to be merged.
 */
export async function recoverMerge<T, P>(
  { pipeline, work }: Pick<Run<T, P>, 'pipeline' | 'work'>,
  batch: OpenBatch,
): Promise<void> {
  const { store, id, sink, clock, log, onFailpoint } = pipeline;
  for (const { delivery } of batch.rows) {
    const intent = mergeIntent.safeParse(delivery).data;
    if (!intent)
      throw new ContractError('A merge that an earlier run left in the state cannot be read.', { code: 'intent' });
    const pair = { ...intent, email: intent.email };
    let state = await sink.merging.stateOf(pair, work);
    const waitMs = batch.requestedAt + sink.merging.effectMs - sink.now();
    if (state !== 'merged' && waitMs > 0) {
      log.info({ seconds: Math.ceil(waitMs / 1000) }, 'waiting for a merge that may still take effect');
      await clock.sleep(waitMs, work.signal);
      state = await sink.merging.stateOf(pair, work);
    }
    // It was asked for, and the user was there just before: who had no address and is gone since was merged.
    if (state === 'separate' || (state === 'gone' && intent.email !== undefined)) continue;
    const seen = await sink.merging.look([intent.winner], work);
    const users = [...seen.values()].map(({ user }) => user);
    await recordMerge(pipeline, { run: batch.run, intent, users });
  }
  await store.apply(id, { closeBatches: [batch.id] });
  onFailpoint?.('batch-recovered');
}
