import { assertCan, type CompleteSink } from '../complete-sink.ts';
import type { CallContext } from '../domain/context.ts';
import type { CostEstimate, PlannedWork } from '../domain/cost-estimate.ts';
import type { Cursor, Page } from '../domain/record.ts';
import type { RunReport } from '../domain/run-report.ts';
import type { Source } from '../domain/source.ts';
import { recoverBatches } from '../pipeline/recover.ts';
import { refreshDirectory } from '../pipeline/refresh-directory.ts';
import { runPipeline } from '../pipeline/run.ts';
import type { Pipeline, RunOptions } from '../pipeline/types.ts';
import type { StateStore } from '../state/store.ts';
import { type PlannedAction, type PlannedChange, toPlannedChange } from './planned-change.ts';

const chunk = 1000;

export type PlanCounts = Readonly<Record<Exclude<PlannedAction, 'note'> | 'unchanged', number>>;

export interface Plan {
  /** Of the dry run: its outcome, skips, rejects and warnings. */
  readonly report: RunReport;
  /** They add up to what was read. */
  readonly counts: PlanCounts;
  readonly estimate: CostEstimate;
  /** The checkpoint that the plan set out from, and the one that its read came to; null where there is none. */
  readonly from: Cursor;
  readonly to: Cursor;
  /** In reading order, one key once. What stays as it is, is not among them. */
  changes(): AsyncIterable<PlannedChange>;
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
  await recoverBatches({ pipeline, work: context, progress });
  await refreshDirectory({ pipeline, reading: context, progress });
  const from = (await store.checkpoint(id))?.cursor ?? null;
  const copy = await store.fork();
  try {
    const order = createOrder();
    const load = createPlannedWork();
    const report = await runPipeline(
      {
        ...pipeline,
        store: noting(copy, order.note),
        source: watched(pipeline.source, order.see),
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
      changes: () => changesInOrder(copy, report.run, order),
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

/** Remembers in which order keys were met, and which of the unchanged ones have taught us something. */
function createOrder() {
  const places = new Map<string, number>();
  const notes = new Set<string>();
  return {
    notes,
    place: (key: string): number => places.get(key) ?? Number.MAX_SAFE_INTEGER,
    see(keys: readonly string[]): void {
      for (const key of keys) if (!places.has(key)) places.set(key, places.size);
    },
    note: (key: string): void => void notes.add(key),
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
function noting(store: StateStore, note: (key: string) => void): StateStore {
  return {
    ...store,
    async apply(pipeline, changes) {
      for (const { key, outcome, code } of changes.results?.rows ?? [])
        if (outcome === 'unchanged' && code === 'link-recorded') note(key);
      await store.apply(pipeline, changes);
    },
  };
}

async function countChanges(store: StateStore, { run, tallies }: RunReport): Promise<PlanCounts> {
  const counts: Record<keyof PlanCounts, number> = {
    create: 0,
    update: 0,
    adopt: 0,
    unchanged: tallies.unchanged,
    deactivate: 0,
    skip: 0,
    conflict: 0,
    reject: 0,
  };
  for await (const rows of resultPages(store, run)) {
    for (const { action } of rows.map(toPlannedChange)) if (action !== 'note') counts[action] += 1;
  }
  return counts;
}

async function* resultPages(store: StateStore, run: string) {
  let after: string | undefined;
  do {
    const rows = await store.results(run, { limit: chunk, ...(after !== undefined && { after }) });
    yield rows;
    after = rows.length === chunk ? rows.at(-1)?.key : undefined;
  } while (after !== undefined);
}

async function* changesInOrder(
  store: StateStore,
  run: string,
  order: ReturnType<typeof createOrder>,
): AsyncGenerator<PlannedChange> {
  const keys: string[] = [];
  for await (const rows of resultPages(store, run)) for (const { key } of rows) keys.push(key);
  const written = new Set(keys);
  for (const key of order.notes) if (!written.has(key)) keys.push(key);
  keys.sort((a, b) => order.place(a) - order.place(b));
  for (let start = 0; start < keys.length; start += chunk) {
    const some = keys.slice(start, start + chunk);
    const rows = await store.results(run, { keys: some, limit: chunk });
    const found = new Map(rows.map((row) => [row.key, toPlannedChange(row)]));
    for (const key of some) yield found.get(key) ?? { key, action: 'note', fields: {} };
  }
}
