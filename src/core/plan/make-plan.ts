import { assertCan, type CompleteSink } from '../complete-sink.ts';
import type { CallContext } from '../domain/context.ts';
import type { MapResult } from '../domain/mapper.ts';
import type { Cursor, Page, SourceRecord } from '../domain/record.ts';
import type { Result } from '../domain/result.ts';
import type { CostEstimate, PlannedWork } from '../domain/run/cost-estimate.ts';
import type { RunReport } from '../domain/run/run-report.ts';
import type { Source } from '../domain/source.ts';
import { recoverBatches } from '../pipeline/recovery/recover.ts';
import { refreshDirectory } from '../pipeline/refresh-directory.ts';
import { runPipeline } from '../pipeline/run.ts';
import type { Pipeline, RunOptions } from '../pipeline/types.ts';
import type { StateStore } from '../state/store.ts';
import { changesInOrder, countChanges, createReadingOrder, type PlanCounts } from './list-changes.ts';
import type { PlannedAction, PlannedChange } from './planned-change.ts';

export interface Plan {
  /** Of the dry run: its outcome, skips, rejects and warnings. */
  readonly report: RunReport;
  /** They add up to what was read. */
  readonly counts: PlanCounts;
  readonly estimate: CostEstimate;
  /** The checkpoint from which the plan started, and the one that its read reached; null if there is none. */
  readonly from: Cursor;
  readonly to: Cursor;
  /** In reading order, one key once. What stays as it is, is not among them. */
  changes(actions?: readonly PlannedAction[]): AsyncIterable<PlannedChange>;
  /** What people call a customer that is in the plan, where the mapping finds that. */
  nameOf(key: string): string | undefined;
  /** Id of the user that stands in the way of a customer, where that is why it is rejected. */
  blockingUserOf(key: string): Promise<string | undefined>;
  close(): Promise<void>;
}

export type PlanOptions = Pick<RunOptions, 'full' | 'keys' | 'allowDeactivations' | 'signal' | 'onProgress'>;

/**
 * Does a dry run: the pipeline itself, on a private copy of the state, with a sink that answers every write with what it
 * would come to. What a sync would do can't differ from it by construction. Both sides are read, nothing is written to
 * either; the directory that this fills is kept. The caller holds the lease.
 */
export async function makePlan<T, P>(
  pipeline: Pipeline<T, P>,
  options: PlanOptions,
  context: CallContext,
): Promise<Plan> {
  const { store, id } = pipeline;
  assertCan(pipeline.sink, 'plan');
  const progress = (): void => undefined;
  await recoverBatches({ pipeline, work: context, reading: context, progress });
  await refreshDirectory({ pipeline, reading: context, progress });
  const from = (await store.checkpoint(id))?.cursor ?? null;
  const copy = await store.fork();
  try {
    const order = createReadingOrder();
    const names = createNames(pipeline);
    const load = createPlannedWork();
    const report = await runPipeline(
      {
        ...pipeline,
        store: noting(copy, { note: order.note, settle: names.settle }),
        source: watched(pipeline.source, order.see),
        mapper: { ...pipeline.mapper, map: names.map },
        sink: withSimulatedWrites(pipeline.sink, load),
      },
      { kind: 'sync', ...options },
    );
    const counts = await countChanges(copy, report);
    return {
      report,
      counts,
      from,
      to: report.cursor,
      estimate: pipeline.sink.estimate(load.total()),
      changes: (actions) => changesInOrder(copy, { run: report.run, order, actions }),
      nameOf: names.nameOf,
      async blockingUserOf(key) {
        const [reject] = await copy.deadLetters(id, { keys: [key], limit: 1 });
        return reject?.blockedByUserId;
      },
      close: () => copy.close(),
    };
  } catch (error) {
    await copy.close();
    throw error;
  }
}

/** Answers a write with what it would come to, and adds up the work. */
function withSimulatedWrites<P>(sink: CompleteSink<P>, load: ReturnType<typeof createPlannedWork>): CompleteSink<P> {
  return {
    ...sink,
    refresh: async () => undefined,
    async write({ operation, deliveries }) {
      return deliveries.map((delivery) => {
        const { outcome, calls } = sink.simulate(delivery);
        load.add(operation, calls);
        return outcome;
      });
    },
    close: async () => undefined,
  };
}

function createPlannedWork() {
  const rows = { create: 0, update: 0, delete: 0 };
  let calls = 0;
  return {
    add(operation: keyof typeof rows, more: number): void {
      rows[operation] += 1;
      calls += more;
    },
    total: (): PlannedWork => ({ rows: { ...rows }, calls }),
  };
}

/** Names of the customers that are listed, and meanwhile of those that have no result yet: not of everybody. */
function createNames<T, P>({ mapper, sink }: Pipeline<T, P>) {
  const read = new Map<string, string>();
  const listed = new Map<string, string>();
  return {
    map(record: SourceRecord<T>): MapResult<P> {
      const result = mapper.map(record);
      const name = result.kind === 'payload' ? sink.audit.nameOf(result.payload) : mapper.nameOf?.(record);
      if (name !== undefined && name !== '') read.set(record.key, name);
      return result;
    },
    settle({ key, outcome }: Pick<Result, 'key' | 'outcome'>): void {
      const name = read.get(key);
      read.delete(key);
      // A user that is created shows its name among its fields.
      if (name !== undefined && outcome !== 'created' && outcome !== 'unchanged') listed.set(key, name);
    },
    nameOf: (key: string): string | undefined => listed.get(key),
  };
}

function watched<T>(source: Source<T>, see: (keys: readonly string[]) => void): Source<T> {
  async function* pages(read: AsyncIterable<Page<T>>): AsyncGenerator<Page<T>> {
    for await (const page of read) {
      see(page.records.map(({ key }) => key));
      yield page;
    }
  }
  const { readKeys } = source;
  return {
    ...source,
    read: (from, context) => pages(source.read(from, context)),
    ...(readKeys && { readKeys: (keys, context) => pages(readKeys(keys, context)) }),
  };
}

/** An unchanged record that changed what we remember (a link, a claim) must be looked at again when the plan is carried out. */
function noting(
  store: StateStore,
  { note, settle }: { readonly note: (key: string) => void; readonly settle: (result: Result) => void },
): StateStore {
  return {
    ...store,
    async apply(pipeline, changes) {
      for (const result of changes.results?.rows ?? []) {
        settle(result);
        if (result.outcome === 'unchanged' && result.code === 'link-recorded') note(result.key);
      }
      await store.apply(pipeline, changes);
    },
  };
}
