import { randomUUID } from 'node:crypto';
import PQueue from 'p-queue';
import { ContractError } from '../domain/errors.ts';
import type { Batch, Delivery, RowOutcome } from '../domain/write.ts';
import { decideRecords } from './decide/decide-records.ts';
import { recordOutcomes } from './record-outcomes.ts';
import type { InFlightWrite, PendingRecord, Run } from './run-state.ts';

/** What happens after a batch: `record` stores its outcomes, `again` decides records that must be decided once more. */
export interface AfterWrite<T, P> {
  record(
    run: Run<T, P>,
    batch: string,
    entries: readonly InFlightWrite<P>[],
    outcomes: readonly RowOutcome[],
  ): Promise<readonly PendingRecord[]>;
  again(run: Run<T, P>, items: readonly PendingRecord[]): Promise<readonly InFlightWrite<P>[]>;
}
const forSync = { record: recordOutcomes, again: decideRecords };

/**
 * Fills batches across pages, one per operation, and keeps several in flight. `add` waits until its batch has started:
 * this is the back pressure on reading. For each batch, the order of effects is: intent, request, job id, results.
 */
export function createBatchWriter<T, P>(run: Run<T, P>, { record, again }: AfterWrite<T, P> = forSync) {
  const { sink, store, id, onFailpoint } = run.pipeline;
  const byOperation = new Map<Delivery<P>['operation'], InFlightWrite<P>[]>();
  const queue = new PQueue({ concurrency: sink.maxBatchesInFlight });
  const background = new Set<Promise<void>>();

  async function add(entries: readonly InFlightWrite<P>[]): Promise<void> {
    for (const entry of entries) {
      const operation = byOperation.get(entry.delivery.operation) ?? [];
      operation.push(entry);
      byOperation.set(entry.delivery.operation, operation);
      if (operation.length >= sink.maxBatchSize) await dispatch(entry.delivery.operation);
    }
  }

  async function dispatch(operation: Delivery<P>['operation']): Promise<void> {
    const entries = byOperation.get(operation) ?? [];
    byOperation.set(operation, []);
    if (entries.length === 0) return;
    await new Promise<void>((started) => {
      const work = queue
        .add(() => {
          started();
          return run.sending.aborted ? [] : write(operation, entries);
        })
        // Outside the queue: what follows needs a slot itself.
        .then(followUpOn)
        .catch((error: unknown) => run.fail(error))
        .finally(() => background.delete(work));
      background.add(work);
    });
  }

  async function followUpOn(records: readonly PendingRecord[]): Promise<void> {
    if (records.length > 0) await add(await again(run, records));
  }

  async function write(
    operation: Delivery<P>['operation'],
    entries: readonly InFlightWrite<P>[],
  ): Promise<readonly PendingRecord[]> {
    const batch = {
      id: randomUUID(),
      operation,
      requestedAt: sink.now(),
      deliveries: entries.map(({ delivery }) => delivery),
    };
    const rows = entries.map(({ delivery }) => ({ key: delivery.key, delivery: delivery.intent }));
    await store.apply(id, {
      openBatches: [{ id: batch.id, run: run.id, operation, rows, requestedAt: batch.requestedAt }],
    });
    onFailpoint?.('intent-recorded');
    const outcomes = await writeUnlessStopped(run, batch, async (jobId) => {
      await store.apply(id, { batchJobs: [{ id: batch.id, jobId }] });
      onFailpoint?.('job-recorded');
    });
    if (!outcomes) {
      // Nothing of it was sent: there is nothing to find out about it.
      await store.apply(id, { closeBatches: [batch.id] });
      return [];
    }
    const followUp = await record(run, batch.id, entries, checked(outcomes, entries.length));
    onFailpoint?.('results-recorded');
    return followUp;
  }

  /** Sends the batches that are not full yet, and waits until nothing is in flight. */
  async function drain(): Promise<void> {
    do {
      for (const operation of byOperation.keys()) await dispatch(operation);
      await Promise.all(background);
    } while (
      background.size > 0 ||
      (!run.sending.aborted && [...byOperation.values()].some((operation) => operation.length > 0))
    );
  }

  return { add, drain };
}

export type BatchWriter<P> = ReturnType<typeof createBatchWriter<unknown, P>>;

/** Undefined if the run stopped before anything of the batch was sent. */
async function writeUnlessStopped<T, P>(
  run: Run<T, P>,
  batch: Batch<P>,
  jobStarted: (jobId: string) => Promise<void>,
): Promise<readonly RowOutcome[] | undefined> {
  const { sending } = run;
  try {
    return await run.pipeline.sink.write(batch, { ...run.work, sending, jobStarted });
  } catch (error) {
    if (sending.aborted && error === sending.reason) return undefined;
    throw error;
  }
}

function checked(outcomes: readonly RowOutcome[], expected: number): readonly RowOutcome[] {
  if (outcomes.length === expected) return outcomes;
  throw new ContractError(`The sink answered for ${outcomes.length} of ${expected} rows.`, { code: 'sink-rows' });
}
