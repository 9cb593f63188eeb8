import { setImmediate as nextTurn } from 'node:timers/promises';
import { assertCan } from '../complete-sink.ts';
import { defined } from '../defined.ts';
import { withSide } from '../domain/errors.ts';
import type { Page, SourceRecord } from '../domain/record.ts';
import type { RunReport } from '../domain/run/run-report.ts';
import { prefetch } from '../records/prefetch.ts';
import { type BatchWriter, createBatchWriter } from './batch-writer.ts';
import { withCanary } from './canary.ts';
import { moveToPlanned, startingPoint } from './checkpoint.ts';
import { enqueueDeleted, type Shown } from './deactivate.ts';
import { decideRecords } from './decide/decide-records.ts';
import { openRun } from './open-run.ts';
import { processDeferred } from './process-deferred.ts';
import { recoverBatches } from './recovery/recover.ts';
import { refreshDirectory } from './refresh-directory.ts';
import { createReport } from './report-run.ts';
import { attempt, type PendingRecord, type Run } from './run-state.ts';
import type { Pipeline, RunOptions } from './types.ts';

/**
 * A run from start to end: the table of contents of this folder. A run that fails returns a report with the outcome
 * `failed`. This throws only for a bug, or if the run could not even be recorded. The caller holds the lease on the
 * state.
 */
export async function runPipeline<T, P>(pipeline: Pipeline<T, P>, options: RunOptions): Promise<RunReport> {
  assertDestinationCan(pipeline, options);
  const run = await openRun(pipeline, options);
  const writer = withCanary(run, createBatchWriter(run));
  try {
    await attempt(run, async () => {
      await recoverBatches(run);
      await refreshDirectory(run);
      const shown = options.kind === 'retry' ? await retryDeadLetters(run, writer) : await scan(run, writer);
      if (!run.stopping()) await processDeferred(run, writer, shown);
    });
    run.progress('drain');
    await attempt(run, () => writer.drain());
    await attempt(run, () => writer.finish());
    await attempt(run, () => run.pageTracker.saved());
    await attempt(run, () => moveToPlanned(run));
    return await createReport(run);
  } finally {
    run.close();
  }
}

/** Not every destination can do everything: fail before the first write, not after it. */
function assertDestinationCan<T, P>({ sink, policies }: Pipeline<T, P>, { plan, canary }: RunOptions): void {
  if (plan) assertCan(sink, 'plan');
  if (canary) assertCan(sink, 'canary');
  if (policies.inactive !== 'ignore') assertCan(sink, 'deactivate');
  if (policies.sharedEmail === 'merge') assertCan(sink, 'combine');
}

async function scan<T, P>(run: Run<T, P>, writer: BatchWriter<P>): Promise<Shown> {
  const { limit } = run.options;
  const keys = wantedKeys(run);
  const unread = new Set(run.options.plan?.keys);
  run.total = keys?.size;
  let left = limit ?? Number.POSITIVE_INFINITY;
  let whole = false;
  let isEmpty = true;
  for await (const page of prefetch(ofSource(await pages(run)))) {
    if (run.stopping() || left <= 0) break;
    if (!keys && page.total !== undefined) run.total = Math.min(page.total, limit ?? page.total);
    isEmpty &&= page.records.length === 0;
    const wanted = keys ? page.records.filter(({ key }) => keys.has(key)) : page.records;
    const records = wanted.slice(0, left);
    left -= records.length;
    for (const { key } of records) unread.delete(key);
    whole = page.whole === true && limit === undefined && keys === undefined;
    await takePage(run, writer, { records, cursor: page.cursor });
    run.progress('read');
    if (left <= 0) break;
  }
  if (!run.stopping()) await enqueueDeleted(run, [...unread]);
  if (!whole || run.stopping()) return 'part';
  return isEmpty ? 'nothing' : 'everything';
}

function wantedKeys<T, P>({ options: { keys, plan } }: Run<T, P>): ReadonlySet<string> | undefined {
  const names = plan?.keys ?? keys;
  return names && new Set(names);
}

/** To store the decisions of a whole page at once takes less time than batch by batch, and keeps more in memory. */
const batchesDecidedAtOnce = 4;

/** Decides a page in parts. The first is one batch, which is on its way before the rest is mapped. */
async function takePage<T, P>(run: Run<T, P>, writer: BatchWriter<P>, page: Page<T>): Promise<void> {
  const ticket = run.pageTracker.open(page.cursor);
  // Of two versions in one page the later one counts.
  const records = [...new Map(page.records.map((record) => [record.key, record])).values()];
  const items = records.map((record): PendingRecord => {
    ticket.retain();
    return {
      record,
      phase: 'scan',
      isDeferred: false,
      attempts: 0,
      forced: false,
      deactivate: false,
      inCycle: false,
      ticket,
      redecisions: 0,
    };
  });
  ticket.close();
  const { maxBatchSize } = run.pipeline.sink;
  for (
    let start = 0, end = maxBatchSize;
    start < items.length;
    start = end, end += batchesDecidedAtOnce * maxBatchSize
  ) {
    await writer.add(await decideRecords(run, items.slice(start, end)));
    // Requests leave, and replies are read, between two of them.
    await nextTurn();
  }
}

async function pages<T, P>(run: Run<T, P>): Promise<AsyncIterable<Page<T>>> {
  const { source } = run.pipeline;
  const keys = run.options.plan?.keys ?? run.options.keys;
  if (keys && source.readKeys) return source.readKeys(keys, run.reading);
  return source.read(await startingPoint(run), run.reading);
}

async function* ofSource<T>(pages: AsyncIterable<Page<T>>): AsyncIterable<Page<T>> {
  try {
    yield* pages;
  } catch (error) {
    throw withSide('source', error);
  }
}

async function retryDeadLetters<T, P>(run: Run<T, P>, writer: BatchWriter<P>): Promise<'part'> {
  const { store, id } = run.pipeline;
  const { keys } = run.options;
  run.total = keys?.length ?? (await store.keptCounts(id)).deadLetters;
  let after: string | undefined;
  do {
    const letters = await store.deadLetters(id, {
      limit: 1000,
      ...defined({ after, keys }),
    });
    const items = letters.map(({ record }) => forced(record));
    await writer.add(await decideRecords(run, items));
    run.progress('read');
    after = letters.length === 1000 ? letters.at(-1)?.key : undefined;
  } while (after !== undefined && !run.stopping());
  return 'part';
}

function forced(record: SourceRecord): PendingRecord {
  return {
    record,
    phase: 'scan',
    isDeferred: false,
    attempts: 0,
    forced: true,
    deactivate: false,
    inCycle: false,
    redecisions: 0,
  };
}
