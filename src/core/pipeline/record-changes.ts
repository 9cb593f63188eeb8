import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Known } from '../domain/known.ts';
import type { Result } from '../domain/result.ts';
import type { RowOutcome } from '../domain/write.ts';
import { type ChangeSet, createChangeSet } from './change-set.ts';
import { earlierResults, updateCounts } from './record-result.ts';
import type { InFlightWrite, PendingRecord, Run } from './run-state.ts';

export interface Recording {
  readonly changes: ChangeSet;
  readonly known: Known;
  /** Earlier results of these keys in this run. */
  readonly earlier: ReadonlyMap<string, Result>;
}

/** Applies the changes that `gather` collects for these keys in one transaction, then counts them. */
export async function recordChanges<T, P, R>(
  run: Run<T, P>,
  keys: readonly string[],
  gather: (recording: Recording) => R,
): Promise<R> {
  return await run.stateQueue.add(() => recordNow(run, keys, gather));
}

/** Must be called within `run.stateQueue`. */
async function recordNow<T, P, R>(
  run: Run<T, P>,
  keys: readonly string[],
  gather: (recording: Recording) => R,
): Promise<R> {
  const { store, id } = run.pipeline;
  const known = await store.load(id, { run: run.id, keys, externalIds: [], emails: [] });
  const earlier = await earlierResults(run, known.outcomes);
  const changes = createChangeSet(run.id);
  const gathered = gather({ changes, known, earlier });
  await store.apply(id, changes.toChanges());
  updateCounts(run, changes, earlier);
  return gathered;
}

/**
 * Adds one row's result to the changes, or returns the record to be decided again. `open`: the record has no result,
 * and its page stays open.
 */
export type RecordRow<P> = (
  entry: InFlightWrite<P>,
  outcome: RowOutcome,
  recording: Recording,
) => PendingRecord | 'done' | 'open';

/**
 * Records the outcomes of a batch, of a sync or an undo, and closes the batch, in one transaction: after a crash,
 * either the batch is still open or its results are stored. Returns the records that must be decided again now.
 */
export async function recordBatch<T, P>(
  run: Run<T, P>,
  {
    batch,
    entries,
    outcomes,
  }: {
    readonly batch: string;
    readonly entries: readonly InFlightWrite<P>[];
    readonly outcomes: readonly RowOutcome[];
  },
  recordRow: RecordRow<P>,
): Promise<readonly PendingRecord[]> {
  const again: PendingRecord[] = [];
  const settledItems: PendingRecord[] = [];
  const keys = entries.map(({ delivery }) => delivery.key);

  function gather(recording: Recording): void {
    const { changes } = recording;
    changes.closeBatches.push(batch);
    entries.forEach((entry, position) => {
      const outcome = outcomes[position];
      if (!outcome) return;
      addWhatWasSeen(changes, outcome, entry.delivery.key);
      const next = recordRow(entry, outcome, recording);
      if (next === 'done') settledItems.push(entry.item);
      else if (next !== 'open') again.push(next);
    });
  }

  return await run.stateQueue.add(async () => {
    // When many batches end at once, requests leave and replies are read between the records of two of them.
    await nextTurn();
    await recordNow(run, keys, gather);
    // Still in the queue: the next decision must not see these records as in flight.
    for (const key of keys) takeOff(run, key);
    for (const item of settledItems) item.ticket?.release();
    const followUps = new Map(again.map((item) => [item.record.key, item]));
    for (const newer of keys.flatMap((key) => takeSuperseding(run, key) ?? [])) {
      followUps.get(newer.record.key)?.ticket?.release();
      followUps.set(newer.record.key, newer);
    }
    for (const [key, item] of followUps) run.followUps.set(key, item);
    return [...followUps.values()];
  });
}

/** The users and links of an outcome, which are stored whatever the result of the row. */
function addWhatWasSeen(changes: ChangeSet, outcome: RowOutcome, key: string): void {
  if ('user' in outcome && outcome.user) changes.users.push(outcome.user);
  if ('users' in outcome) changes.users.push(...(outcome.users ?? []));
  if (outcome.kind === 'redecide') changes.removeUsers.push(...(outcome.forget ?? []));
  if (outcome.kind === 'written' && outcome.unlinksCustomer) changes.unlink.push(key);
  else if ('link' in outcome && outcome.link) changes.links.push(outcome.link);
}

function takeOff<T, P>(run: Run<T, P>, key: string): void {
  const entry = run.inFlight.get(key);
  if (!entry) return;
  run.inFlight.delete(key);
  run.externalIdsInFlight.delete(run.pipeline.sink.externalId(entry.delivery.payload));
}

/** The newer version that waited for this record. */
export function takeSuperseding<T, P>(run: Run<T, P>, key: string): PendingRecord | undefined {
  const item = run.superseding.get(key);
  run.superseding.delete(key);
  return item;
}
