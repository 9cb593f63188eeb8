import type { BatchWriter } from './batch-writer.ts';
import { deactivate, enqueueMissing, type Shown } from './deactivate.ts';
import { isInCycle } from './decide/cycles.ts';
import { decideRecords } from './decide/decide-records.ts';
import { defer, deferredPages, pendingRecordOf, retriesKeptRecords, rowsPerPage } from './deferred-records.ts';
import type { Run } from './run-state.ts';

/**
 * Decides what was deferred to the end of the read:
 * records whose address another customer may still give up, sub-customers after their parents, kept skips and rejects whose
 * cause may be gone, and last the deactivations (see deactivate.ts).
 */
export async function processDeferred<T, P>(run: Run<T, P>, writer: BatchWriter<P>, shown: Shown): Promise<void> {
  // What can be decided now joins the batches that are not full yet, instead of waiting for those in flight.
  await pass(run, writer);
  await writer.drain();
  // Only after the drain: a record in flight has no result yet, and would count as missing.
  if (shown !== 'part' && !run.stopping()) await enqueueMissing(run);
  for (;;) {
    await runPasses(run, writer);
    if (run.stopping() || (await enqueueHolders(run)) + (await enqueueDue(run)) === 0) break;
  }
  if (!run.stopping()) await deactivate(run, writer, shown);
}

/** Pass after pass over the deferred records, until none is left. If a pass changes nothing, the next one is final. */
async function runPasses<T, P>(run: Run<T, P>, writer: BatchWriter<P>): Promise<void> {
  let phase: 'deferred' | 'final' = 'deferred';
  while (!run.stopping() && (await run.pipeline.store.deferredCount(run.pipeline.id, 'deferred')) > 0) {
    run.progress('waiting');
    const before = run.progressCount;
    if (phase === 'deferred') await pass(run, writer);
    else await decideOne(run, writer);
    await writer.drain();
    if (run.stopping()) return;
    if (run.progressCount === before && phase === 'final')
      throw new Error('A deferred record got no result in the final pass.');
    phase = run.progressCount === before ? 'final' : 'deferred';
  }
}

async function pass<T, P>(run: Run<T, P>, writer: BatchWriter<P>): Promise<void> {
  for await (const page of deferredPages(run, 'deferred')) {
    await writer.add(
      await decideRecords(
        run,
        page.map((row) => pendingRecordOf(run, row, 'deferred')),
      ),
    );
  }
}

/** Decides records one at a time until something changes: records that waited for it may then be decided as usual. */
async function decideOne<T, P>(run: Run<T, P>, writer: BatchWriter<P>): Promise<void> {
  const before = run.progressCount;
  for await (const page of deferredPages(run, 'deferred')) {
    for (const row of page) {
      const inCycle = await isInCycle(run, row.record);
      const writes = await decideRecords(run, [{ ...pendingRecordOf(run, row, 'final'), inCycle }]);
      await writer.add(writes);
      if (writes.length > 0 || run.progressCount !== before) return;
    }
  }
}

/** Whoever shares its user with customers that have changed: once all of those are decided, and nobody else is to be read. */
async function enqueueHolders<T, P>(run: Run<T, P>): Promise<number> {
  const { store, id } = run.pipeline;
  const rows = await store.deferred(id, { stage: 'holder', limit: rowsPerPage });
  await defer(
    run,
    rows.map(({ record }) => record),
    'deferred',
  );
  return rows.length;
}

/** Defers kept skips and rejects whose cause may have changed. They are due until they have a result. */
async function enqueueDue<T, P>(run: Run<T, P>): Promise<number> {
  if (!retriesKeptRecords(run)) return 0;
  const { store, id } = run.pipeline;
  const due = await store.due(id, { limit: rowsPerPage });
  await defer(run, due, 'deferred');
  return due.length;
}
