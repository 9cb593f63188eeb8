import { defined } from '../defined.ts';
import type { SourceRecord } from '../domain/record.ts';
import type { Result } from '../domain/result.ts';
import type { DeferredRecord } from '../domain/run/pending-work.ts';
import type { BatchWriter } from './batch-writer.ts';
import { decideRecords } from './decide/decide-records.ts';
import { defer, deferredPages, pendingRecordOf, retriesKeptRecords, rowsPerPage } from './deferred-records.ts';
import { type HeldReason, heldReasons } from './held-reasons.ts';
import { recordChanges } from './record-changes.ts';
import { recordResult } from './record-result.ts';
import type { PendingRecord, Run } from './run-state.ts';

/** So many are allowed even if they are more than the share of a small account. */
const alwaysAllowedDeactivations = 5;

/** What the read has shown of the source's records. */
export type Shown = 'part' | 'everything' | 'nothing';

/**
 * Deactivates the users of customers that are inactive or gone: last in a run, because they are counted before the first
 * one is deactivated. If there are more than `policies.maxDeactivations` allows, or if the source showed nobody at all, the run
 * deactivates none and holds them.
 */
export async function deactivate<T, P>(run: Run<T, P>, writer: BatchWriter<P>, shown: Shown): Promise<void> {
  const { store, id } = run.pipeline;
  if (retriesKeptRecords(run)) await enqueueHeldDeactivations(run);
  const asked = await store.deferredCount(id, 'deactivation');
  if (asked === 0) return;
  run.progress('deactivate');
  // An empty read is far more often a fault than the truth. So somebody must allow it, however few they are.
  const isNothing = shown === 'nothing';
  const allowed = isNothing ? (run.options.allowDeactivations ?? 0) : await allowedDeactivations(run);
  if (asked > allowed) return await holdAll(run, isNothing ? emptySource(asked) : overCap(asked, allowed));
  // A deactivation that the destination did not carry out, or whose user had changed, is still in the list.
  while (!run.stopping() && (await store.deferredCount(id, 'deactivation')) > 0) {
    for await (const page of deferredPages(run, 'deactivation')) {
      const items = page.map((row): PendingRecord => ({ ...pendingRecordOf(run, row, 'final'), deactivate: true }));
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

/** Customers that a whole read no longer shows: their users are deactivated, and counted, like those of inactive ones. */
export async function enqueueMissing<T, P>(run: Run<T, P>): Promise<void> {
  const { store, id, policies } = run.pipeline;
  if (policies.sharedEmail === 'merge') await enqueueMissingShared(run);
  if (policies.inactive === 'ignore') return;
  let after: string | undefined;
  do {
    const links = await store.unseen(id, {
      run: run.id,
      deactivated: policies.inactive,
      limit: rowsPerPage,
      ...defined({ after }),
    });
    await enqueueDeleted(
      run,
      links.map(({ key }) => key),
    );
    after = links.length === rowsPerPage ? links.at(-1)?.key : undefined;
  } while (after !== undefined && !run.stopping());
}

/** Customers that have a part in the user of their address: whether that user stays is decided with the other deferred records. */
async function enqueueMissingShared<T, P>(run: Run<T, P>): Promise<void> {
  const { store, id } = run.pipeline;
  let after: string | undefined;
  do {
    const keys = await store.unseenEmailRecords(id, { run: run.id, limit: rowsPerPage, ...defined({ after }) });
    await defer(run, keys.map(deletedRecord), 'deferred');
    after = keys.length === rowsPerPage ? keys.at(-1) : undefined;
  } while (after !== undefined && !run.stopping());
}

/** For keys that the source no longer knows. Where customers share users, what the others' user is without them comes first. */
export async function enqueueDeleted<T, P>(run: Run<T, P>, keys: readonly string[]): Promise<void> {
  const stage = run.pipeline.policies.sharedEmail === 'merge' ? 'deferred' : 'deactivation';
  await defer(run, keys.map(deletedRecord), stage);
}

function deletedRecord(key: string): SourceRecord {
  return { key, data: null, state: 'deleted' };
}

/** Deactivations held for the cap are due in every sync; those held for an empty source, only in a sync with `allowDeactivations`. */
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
      limit: rowsPerPage,
      ...defined({ after }),
    });
    const known = await store.load(id, {
      run: run.id,
      keys: rows.map(({ key }) => key),
      externalIds: [],
      emails: [],
    });
    const open = rows.filter(({ key }) => !known.outcomes.has(key));
    await defer(
      run,
      open.map(({ record }) => record),
      'deactivation',
    );
    after = rows.length === rowsPerPage ? rows.at(-1)?.key : undefined;
  } while (after !== undefined);
}

async function allowedDeactivations<T, P>(run: Run<T, P>): Promise<number> {
  const { store, id, policies } = run.pipeline;
  const { plan } = run.options;
  if (plan) return plan.held ? 0 : Number.POSITIVE_INFINITY;
  // Deactivations that an earlier policy held are released: nothing is written.
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
    for (const row of rows) recordResult(run, changes, pendingRecordOf(run, row, 'final'), earlier.get(row.key), held);
  });
}
