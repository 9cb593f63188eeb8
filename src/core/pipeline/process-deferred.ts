import type { DeferredPosition, DeferredRecord } from '../domain/pending-work.ts';
import type { SourceRecord } from '../domain/record.ts';
import type { Result } from '../domain/result.ts';
import type { BatchWriter } from './batch-writer.ts';
import { isInCycle } from './decide/cycles.ts';
import { decideRecords } from './decide/decide-records.ts';
import { type HeldReason, heldReasons } from './held-reasons.ts';
import { recordChanges } from './record-changes.ts';
import { recordResult } from './record-result.ts';
import type { PendingRecord, Run } from './run-state.ts';

const pageSize = 1000;
const alwaysAllowedDeactivations = 5;

/** What the scan has shown, as the source says. */
export type Shown = 'part' | 'everything' | 'nothing';

/**
 * Takes up what waited for the end of the scan: records whose address was not theirs to decide, sub-customers after their
 * parents, skips and rejects whose cause may be gone, and last the deactivations, which must be counted before the first.
 */
export async function processDeferred<T, P>(run: Run<T, P>, writer: BatchWriter<P>, shown: Shown): Promise<void> {
  // What can be decided now joins the batches that are not full yet, instead of waiting for those in flight.
  await pass(run, writer);
  await writer.drain();
  // What is in flight has no result yet and must not pass for unseen: not before the drain.
  if (shown !== 'part' && !run.stopping()) await enqueueMissing(run);
  for (;;) {
    await runPasses(run, writer);
    if (run.stopping() || (await enqueueDue(run)) === 0) break;
  }
  if (!run.stopping()) await deactivate(run, writer, shown);
}

/** Wave after wave over the waiting list, until it is empty. A wave that moved nothing is followed by one that decides. */
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
      throw new Error('A waiting record was neither settled nor moved by the last look.');
    phase = run.progressCount === before ? 'final' : 'deferred';
  }
}

async function pass<T, P>(run: Run<T, P>, writer: BatchWriter<P>): Promise<void> {
  for await (const page of deferredPages(run, 'deferred')) {
    await writer.add(
      await decideRecords(
        run,
        page.map((row) => itemOf(run, row, 'deferred')),
      ),
    );
  }
}

/** Decides records one at a time until something moved: what was stuck behind it may then go its ordinary way. */
async function decideOne<T, P>(run: Run<T, P>, writer: BatchWriter<P>): Promise<void> {
  const before = run.progressCount;
  for await (const page of deferredPages(run, 'deferred')) {
    for (const row of page) {
      const inCycle = await isInCycle(run, row.record);
      const writes = await decideRecords(run, [{ ...itemOf(run, row, 'final'), inCycle }]);
      await writer.add(writes);
      if (writes.length > 0 || run.progressCount !== before) return;
    }
  }
}

/** Puts kept skips and rejects whose cause may have changed on the waiting list. They are due until they are settled. */
async function enqueueDue<T, P>(run: Run<T, P>): Promise<number> {
  if (!retriesKeptRecords(run)) return 0;
  const { store, id } = run.pipeline;
  const due = await store.due(id, { limit: pageSize });
  await queue(run, due, 'deferred');
  return due.length;
}

/** A run for given keys, or for a plan, leaves alone what it was not asked for. */
function retriesKeptRecords<T, P>({ options: { kind, keys, plan } }: Run<T, P>): boolean {
  return kind === 'sync' && keys === undefined && plan === undefined;
}

async function queue<T, P>(
  run: Run<T, P>,
  records: readonly SourceRecord[],
  stage: DeferredRecord['stage'],
): Promise<void> {
  if (records.length === 0) return;
  const deferred = records.map((record) => {
    run.nextSequence += 1;
    return {
      key: record.key,
      sequence: run.nextSequence,
      stage,
      record,
      attempts: 0,
      ...(record.after !== undefined && { after: record.after }),
    };
  });
  await run.pipeline.store.apply(run.pipeline.id, { deferred });
}

async function deactivate<T, P>(run: Run<T, P>, writer: BatchWriter<P>, shown: Shown): Promise<void> {
  const { store, id } = run.pipeline;
  if (retriesKeptRecords(run)) await enqueueHeldDeactivations(run);
  const asked = await store.deferredCount(id, 'deactivation');
  if (asked === 0) return;
  run.progress('deactivate');
  // An empty answer is a fault far more often than the news that everybody has left: whatever the cap, somebody must say so.
  const isNothing = shown === 'nothing';
  const allowed = isNothing ? (run.options.allowDeactivations ?? 0) : await allowedDeactivations(run);
  if (asked > allowed) return await holdAll(run, isNothing ? emptySource(asked) : overCap(asked, allowed));
  // What was sent and not taken, or met a user who had changed, stands on the list still.
  while (!run.stopping() && (await store.deferredCount(id, 'deactivation')) > 0) {
    for await (const page of deferredPages(run, 'deactivation')) {
      const items = page.map((row): PendingRecord => ({ ...itemOf(run, row, 'final'), deactivate: true }));
      await writer.add(await decideRecords(run, items));
    }
    await writer.drain();
  }
}

async function holdAll<T, P>(run: Run<T, P>, why: Why): Promise<void> {
  for await (const page of deferredPages(run, 'deactivation')) await hold(run, page, why);
}

type Why = Pick<Result, 'message'> & { readonly code: HeldReason };

function overCap(asked: number, allowed: number): Why {
  return {
    code: 'deactivation-cap',
    message: `${asked} deactivations were due; ${allowed} are allowed in one run.`,
  };
}

function emptySource(asked: number): Why {
  return { code: 'source-empty', message: `The source showed no customer at all: ${asked} would be deactivated.` };
}

/** Customers whom a whole scan did not show any more: their users are deactivated like those of inactive ones, counted with them. */
async function enqueueMissing<T, P>(run: Run<T, P>): Promise<void> {
  const { store, id, policies } = run.pipeline;
  if (policies.inactive === 'ignore') return;
  let after: string | undefined;
  do {
    const links = await store.unseen(id, {
      run: run.id,
      deactivated: policies.inactive,
      limit: pageSize,
      ...(after !== undefined && { after }),
    });
    await enqueueDeleted(
      run,
      links.map(({ key }) => key),
    );
    after = links.length === pageSize ? links.at(-1)?.key : undefined;
  } while (after !== undefined && !run.stopping());
}

/** Keys that the source does not know any more. */
export async function enqueueDeleted<T, P>(run: Run<T, P>, keys: readonly string[]): Promise<void> {
  const records = keys.map((key): SourceRecord => ({ key, data: null, state: 'deleted' }));
  await queue(run, records, 'deactivation');
}

/** Deactivations that an earlier run held are due in every sync; those of an empty source only in one that is allowed some. */
async function enqueueHeldDeactivations<T, P>(run: Run<T, P>): Promise<void> {
  for (const reason of heldReasons)
    if (reason === 'deactivation-cap' || run.options.allowDeactivations !== undefined) await queueHeldFor(run, reason);
}

async function queueHeldFor<T, P>(run: Run<T, P>, reason: HeldReason): Promise<void> {
  const { store, id } = run.pipeline;
  let after: string | undefined;
  do {
    const rows = await store.pending(id, {
      reason,
      limit: pageSize,
      ...(after !== undefined && { after }),
    });
    const known = await store.load(id, {
      run: run.id,
      keys: rows.map(({ key }) => key),
      externalIds: [],
      emails: [],
    });
    const open = rows.filter(({ key }) => !known.outcomes.has(key));
    await queue(
      run,
      open.map(({ record }) => record),
      'deactivation',
    );
    after = rows.length === pageSize ? rows.at(-1)?.key : undefined;
  } while (after !== undefined);
}

async function allowedDeactivations<T, P>(run: Run<T, P>): Promise<number> {
  const { store, id, policies } = run.pipeline;
  const { plan } = run.options;
  if (plan) return plan.held ? 0 : Number.POSITIVE_INFINITY;
  // What an earlier policy held is released: nothing is written.
  if (policies.inactive === 'ignore') return Number.POSITIVE_INFINITY;
  const { maxDeactivations: cap } = policies;
  const { activeLinks } = await store.counts(id);
  const capped = 'share' in cap ? Math.max(Math.floor(cap.share * activeLinks), alwaysAllowedDeactivations) : cap.count;
  return Math.max(capped, run.options.allowDeactivations ?? 0);
}

async function hold<T, P>(run: Run<T, P>, rows: readonly DeferredRecord[], why: Why): Promise<void> {
  run.held = true;
  const keys = rows.map(({ key }) => key);
  await recordChanges(run, keys, ({ changes, earlier }) => {
    const held = { outcome: 'skipped', ...why, pending: {} } as const;
    for (const row of rows) recordResult(run, changes, itemOf(run, row, 'final'), earlier.get(row.key), held);
  });
}

/** In taking-up order. Rows that are settled meanwhile vanish behind the reader, never in front of it. */
async function* deferredPages<T, P>(
  run: Run<T, P>,
  stage: DeferredRecord['stage'],
): AsyncGenerator<readonly DeferredRecord[]> {
  const { store, id } = run.pipeline;
  await store.rankDeferred(id);
  let after: DeferredPosition | undefined;
  for (;;) {
    const rows = await store.deferred(id, { stage, limit: pageSize, ...(after && { after }) });
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (rows.length < pageSize || !last || run.stopping()) return;
    after = { depth: last.depth ?? 0, sequence: last.sequence };
  }
}

function itemOf<T, P>(
  run: Run<T, P>,
  { record, attempts }: DeferredRecord,
  phase: PendingRecord['phase'],
): PendingRecord {
  const forced = run.options.kind === 'retry';
  return { record, phase, isDeferred: true, attempts, forced, deactivate: false, inCycle: false, redecisions: 0 };
}
