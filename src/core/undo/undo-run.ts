import { assertCan } from '../complete-sink.ts';
import { defined } from '../defined.ts';
import { ConfigError } from '../domain/errors.ts';
import type { SourceRecord } from '../domain/record.ts';
import type { Result } from '../domain/result.ts';
import type { PastRun, RevertNote, RevertPlan } from '../domain/revert.ts';
import type { RunReport } from '../domain/run/run-report.ts';
import { createBatchWriter } from '../pipeline/batch-writer.ts';
import { openRun } from '../pipeline/open-run.ts';
import { recoverBatches } from '../pipeline/recovery/recover.ts';
import { createReport } from '../pipeline/report-run.ts';
import { attempt, type InFlightWrite, type PendingRecord, type Run } from '../pipeline/run-state.ts';
import type { Pipeline, RunOptions } from '../pipeline/types.ts';
import { storedTallies } from '../report/stored-tallies.ts';
import { findRun } from '../state/find-run.ts';
import type { RunRow } from '../state/store.ts';
import { pastRunOf, pastWrites } from './past-run.ts';
import { planReverts } from './plan-reverts.ts';
import { recordRows, recordUndone } from './record-undone.ts';
import { revertHeldEmails } from './revert-held-emails.ts';
import { resultOfAnswer } from './undo-results.ts';

/**
 * Reverts a run: users that it created are deleted, fields that it changed get their old values, except where somebody
 * has changed them since. It is a run itself: recorded batch by batch, verified after a crash, and started again where it
 * ended, because what is as it was before needs no write. The caller holds the lease.
 */
export async function undoRun<T, P>(
  pipeline: Pipeline<T, P>,
  { target, ...options }: Pick<RunOptions, 'signal' | 'onProgress'> & { readonly target: RunRow },
): Promise<RunReport> {
  const { store } = pipeline;
  assertCan(pipeline.sink, 'undo');
  const run = await openRun(pipeline, { kind: 'undo', ...options });
  let isRelatedRefused = false;
  let past: PastRun = { since: target.startedAt, writes: 0 };
  const begin = createPause(run, target);
  const writer = createBatchWriter(run, {
    record: recordUndone,
    again: (_, items) => entriesFor(items.map(({ record }) => record.key)),
  });
  try {
    await attempt(run, async () => {
      await recoverBatches(run);
      past = await pastRunOf(pipeline, target, run.work);
      run.total = past.writes;
      for await (const rows of pastWrites(store, target.id)) {
        if (run.stopping()) return;
        run.progress('read');
        await resume(rows.map(({ key }) => key));
      }
    });
    await attempt(run, () => writer.drain());
    await attempt(run, () => revertHeldEmails(run, target.id, { resume, drain: () => writer.drain() }));
    await attempt(run, async () => {
      isRelatedRefused = await revertRelated(run, target, { past, beforeWrite: begin });
    });
    // Whatever was refused can be tried again once its cause is gone.
    const isWhole = !run.failure && !run.stopping() && run.tally.tallies().rejected === 0 && !isRelatedRefused;
    if (isWhole) await store.markUndone(target.id, run.id);
    return await createReport(run);
  } finally {
    run.close();
  }

  async function resume(keys: readonly string[], how?: { readonly releaseEmail: boolean }): Promise<void> {
    const entries = await entriesFor(keys, how);
    if (entries.length > 0) await begin();
    await writer.add(entries);
  }

  async function entriesFor(
    keys: readonly string[],
    how?: { readonly releaseEmail: boolean },
  ): Promise<readonly InFlightWrite<P>[]> {
    const decided = await planReverts(pipeline, { run: target.id, keys, past, ...how }, run.work);
    const at = pipeline.sink.now();
    const settled: Result[] = [];
    const entries: InFlightWrite<P>[] = [];
    for (const { key, answer } of decided) {
      if (answer.kind === 'write') entries.push(entryOf(key, answer));
      else settled.push(resultOfAnswer(key, answer, at));
    }
    await recordRows(run, settled);
    for (const entry of entries) run.inFlight.set(entry.delivery.key, entry);
    return entries;
  }
}

const maxReasons = 100;

/** What came with the users, once they are gone. Says whether the destination refused some of it. */
async function revertRelated<T, P>(
  run: Run<T, P>,
  target: RunRow,
  { past, beforeWrite }: { readonly past: PastRun; readonly beforeWrite: () => Promise<void> },
): Promise<boolean> {
  if (run.failure || run.stopping()) return false;
  const { sink, store } = run.pipeline;
  const how = { dryRun: false, beforeWrite };
  const related = await sink.revertRelated?.(pastWrites(store, target.id), past, how, run.work);
  if (related && related.deleted + related.left.length > 0)
    run.related = {
      deleted: related.deleted,
      left: related.left.length,
      reasons: related.left.slice(0, maxReasons).map(({ id, message }) => ({ id, message })),
    };
  return related?.left.some(({ isRefused }) => isRefused) ?? false;
}

/** Throws ConfigError when there is no such run or it can't be reverted. */
export async function findUndoable<T, P>(
  { store, id, clock, policies }: Pipeline<T, P>,
  given: string,
): Promise<RunRow> {
  const found = await findRun(store, id, given);
  if (found.kind === 'undo') throw unusable(`Run ${found.id} is itself an undo.`);
  if (found.kind === 'merge') throw unusable(`Run ${found.id} merged users, and a merge can't be undone.`);
  if (found.undoneBy !== undefined)
    throw unusable(`There is nothing to do: run ${found.id} was reverted by run ${found.undoneBy}.`);
  const [first] = await store.results(found.id, { limit: 1 });
  const tallies = storedTallies(found);
  // A run that died has no counts: whether it wrote something is not known when it is this old.
  const isOld = (found.finishedAt ?? found.startedAt) < clock.now() - policies.retentionMs;
  const hadRecords = tallies ? tallies.created + tallies.updated > 0 : isOld;
  if (first || !hadRecords) return found;
  throw new ConfigError(
    `Run ${found.id} can't be reverted: its records are no longer kept, and with them the old values.`,
    {
      code: 'pruned',
      hint: 'They are kept for as many days as `retention` says (default 90), and not of customers who were forgotten.',
    },
  );
}

function unusable(message: string): ConfigError {
  return new ConfigError(message, { code: 'usage', remedy: { kind: 'list-runs' } });
}

/** Nothing may be written again by the schedule once something was reverted: held before the first write. */
function createPause<T, P>(run: Run<T, P>, target: RunRow): () => Promise<void> {
  let isHeld = false;
  return async () => {
    if (isHeld) return;
    isHeld = true;
    const { store, id, clock, onFailpoint } = run.pipeline;
    const at = new Date(clock.now()).toISOString();
    await store.setPause(id, `Run ${target.id} was reverted by run ${run.id} at ${at}.`);
    onFailpoint?.('undo-held');
  };
}

function entryOf<P>(key: string, { delivery, conflicts, note }: RevertPlan<P> & { kind: 'write' }): InFlightWrite<P> {
  const record: SourceRecord = { key, data: null, state: 'deleted' };
  const item: PendingRecord = {
    record,
    phase: 'final',
    isDeferred: false,
    attempts: 0,
    forced: true,
    deactivate: false,
    inCycle: false,
    redecisions: 0,
  };
  const recordAs = exceptionOf(conflicts, note);
  return { item, delivery, payloadHash: () => '', ...defined({ recordAs }) };
}

function exceptionOf(conflicts: readonly string[], note: RevertNote | undefined): InFlightWrite<never>['recordAs'] {
  const email = '';
  if (conflicts.length > 0) {
    const message = `Changed by somebody since, and left: ${conflicts.join(', ')}.`;
    return { outcome: 'skipped', code: 'changed-since', message, email };
  }
  return note && { outcome: 'updated', ...note, email };
}
