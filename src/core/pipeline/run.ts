import type { Cursor, Page, SourceRecord } from '../contracts.ts';
import type { RunReport } from '../report/report.ts';
import { consider } from './consider.ts';
import { createDeliverer, type Deliverer } from './deliver.ts';
import { takeUpWaiting } from './end-of-scan.ts';
import { openRun } from './open-run.ts';
import { prefetch } from './prefetch.ts';
import { recoverBatches } from './recover.ts';
import { createReport } from './report-run.ts';
import type { Item, Run } from './run-state.ts';
import type { Pipeline, RunOptions } from './types.ts';

/**
 * One pass from start to end. A run that fails is a report with outcome `failed`; this throws only when the run could not
 * even be recorded, or for a bug. The caller holds the lease on the state.
 */
export async function runPipeline<T, P>(pipeline: Pipeline<T, P>, options: RunOptions): Promise<RunReport> {
  const run = await openRun(pipeline, options);
  const deliverer = createDeliverer(run);
  try {
    await attempt(run, async () => {
      await recoverBatches(run);
      await refreshDirectory(run);
      if (options.kind === 'retry') await retryDeadLetters(run, deliverer);
      else await scan(run, deliverer);
      if (!run.stopping()) await takeUpWaiting(run, deliverer);
    });
    run.progress('drain');
    await attempt(run, () => deliverer.drain());
    await attempt(run, () => run.ledger.saved());
    return await createReport(run);
  } finally {
    run.close();
  }
}

/** A failure ends reading, not the batches under way: what they come to must still be recorded. */
async function attempt<T, P>(run: Run<T, P>, step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    run.fail(error);
  }
}

async function refreshDirectory<T, P>(run: Run<T, P>): Promise<void> {
  const { store, sink, id } = run.pipeline;
  let users = 0;
  run.progress('directory', users);
  await sink.refresh(
    {
      head: await store.directory(id),
      clear: () => store.clearDirectory(id),
      save: async (changes) => {
        await store.apply(id, changes);
        users += changes.users?.length ?? 0;
        run.progress('directory', users);
      },
    },
    run.reading,
  );
}

async function scan<T, P>(run: Run<T, P>, deliverer: Deliverer<P>): Promise<void> {
  const { limit, keys } = run.options;
  let left = limit ?? Number.POSITIVE_INFINITY;
  for await (const page of prefetch(await pages(run))) {
    if (run.stopping() || left <= 0) break;
    const wanted = keys ? page.records.filter(({ key }) => keys.includes(key)) : page.records;
    const records = wanted.slice(0, left);
    left -= records.length;
    await takePage(run, deliverer, { records, cursor: page.cursor });
    run.progress('read');
    if (left <= 0) break;
  }
}

async function takePage<T, P>(run: Run<T, P>, deliverer: Deliverer<P>, page: Page<T>): Promise<void> {
  const ticket = run.ledger.open(page.cursor);
  const items = page.records.map((record): Item => {
    ticket.hold();
    return {
      record,
      phase: 'scan',
      waits: false,
      attempts: 0,
      forced: false,
      deactivate: false,
      inCycle: false,
      ticket,
      rounds: 0,
    };
  });
  const writes = await consider(run, items);
  ticket.close();
  await deliverer.add(writes);
}

async function pages<T, P>(run: Run<T, P>): Promise<AsyncIterable<Page<T>>> {
  const { source } = run.pipeline;
  if (run.options.keys && source.readKeys) return source.readKeys(run.options.keys, run.reading);
  return source.read(await startingPoint(run), run.reading);
}

async function startingPoint<T, P>(run: Run<T, P>): Promise<Cursor | undefined> {
  const { store, id, fingerprint, log } = run.pipeline;
  if (run.options.full || run.options.keys) return undefined;
  const checkpoint = await store.checkpoint(id);
  if (!checkpoint) return undefined;
  if (checkpoint.fingerprint === fingerprint) return checkpoint.cursor ?? undefined;
  log.info({}, 'the mapping or a policy has changed: reading everything');
  run.work.warn({
    code: 'configuration-changed',
    message: 'The mapping, filter or a policy has changed: every customer was read again.',
  });
  return undefined;
}

async function retryDeadLetters<T, P>(run: Run<T, P>, deliverer: Deliverer<P>): Promise<void> {
  const { store, id } = run.pipeline;
  const { keys } = run.options;
  let after: string | undefined;
  do {
    const letters = await store.deadLetters(id, {
      limit: 1000,
      ...(after !== undefined && { after }),
      ...(keys && { keys }),
    });
    const items = letters.map(({ record }) => forced(record));
    await deliverer.add(await consider(run, items));
    run.progress('read');
    after = letters.length === 1000 ? letters.at(-1)?.key : undefined;
  } while (after !== undefined && !run.stopping());
}

function forced(record: SourceRecord): Item {
  return {
    record,
    phase: 'scan',
    waits: false,
    attempts: 0,
    forced: true,
    deactivate: false,
    inCycle: false,
    rounds: 0,
  };
}
