import type { Result } from '../domain/result.ts';
import type { DeferredRecord } from '../domain/run/pending-work.ts';
import type { RowOutcome, WrittenPart } from '../domain/write.ts';
import { driftedFromPlan, resultOf } from './approval.ts';
import type { ChangeSet } from './change-set.ts';
import { nextAttempt } from './decide/attempts.ts';
import { refusedInPart, rejectCulprit } from './decide/reject-culprit.ts';
import { staffAccount } from './decide/staff-account.ts';
import { mergeResults } from './merge-results.ts';
import { recordBatch } from './record-changes.ts';
import { recordResult } from './record-result.ts';
import type { InFlightWrite, PendingRecord, Run } from './run-state.ts';

const refusalsShown = 100;

/** Records the outcomes of a sync's batch. Returns the records that must be decided again now. */
export async function recordOutcomes<T, P>(
  run: Run<T, P>,
  batch: string,
  entries: readonly InFlightWrite<P>[],
  outcomes: readonly RowOutcome[],
): Promise<readonly PendingRecord[]> {
  return await recordBatch(run, { batch, entries, outcomes }, (entry, outcome, { changes, known, earlier }) => {
    const { key } = entry.delivery;
    if (isStaffAccount(outcome)) releaseEmail(changes, known.emailsByClaimant.get(key));
    return recordOne(run, changes, entry, outcome, earlier.get(key));
  });
}

function isStaffAccount(outcome: RowOutcome): boolean {
  if (outcome.kind === 'refused') return outcome.code === staffAccount;
  return outcome.kind === 'skipped' && outcome.reason === staffAccount;
}

/**
 * Records the result of one row, or returns the record to be decided again. `open`: the record has no result, and its
 * page stays open.
 */
function recordOne<T, P>(
  run: Run<T, P>,
  changes: ChangeSet,
  entry: InFlightWrite<P>,
  outcome: RowOutcome,
  earlier: Result | undefined,
): PendingRecord | 'done' | 'open' {
  const { item, recordAs } = entry;
  if (isToBeTriedWithout(run, entry, outcome)) return tryWithout(run, item);
  const shown = withoutCulprit(run, changes, item, outcome);
  const result = resultOf(shown, recordAs);
  if (result) {
    recordResult(run, changes, item, earlier, { ...result, ...retentionOf(run, entry, shown) });
    return 'done';
  }
  // With a plan, a user that was found unexpectedly is not adopted: it did not exist when the plan was made.
  if (outcome.kind === 'redecide' && run.options.plan && entry.delivery.operation === 'create') {
    recordResult(run, changes, item, earlier, driftedFromPlan);
    return 'done';
  }
  if (outcome.kind !== 'unknown-cause') return lookAgain(run, changes, entry, outcome, earlier);
  const { code, message, written } = outcome;
  if (item.attempts > 0) {
    const letter = letterOf(run, entry, outcome);
    recordResult(run, changes, item, earlier, { outcome: 'rejected', code, message, letter, ...written });
    return 'done';
  }
  if (written) noteWritten(run, changes, item, earlier, written);
  if (run.refusals.size < refusalsShown) run.refusals.set(item.record.key, { code, message });
  changes.clearDeferred.push(item.record.key);
  changes.deferred.push(deferAgain(run, item));
  run.progressCount += 1;
  return 'done';
}

/** Nothing was written of a user that several customers share, for what one of them says. */
function isToBeTriedWithout<T, P>(run: Run<T, P>, entry: InFlightWrite<P>, outcome: RowOutcome): boolean {
  const { customers = [], item } = entry;
  // A plan approves the user as a whole.
  if (run.options.plan !== undefined) return false;
  // A create that nothing explains is tried once more by itself before it counts as refused.
  const isFinal = outcome.kind === 'refused' || (outcome.kind === 'unknown-cause' && item.attempts > 0);
  if (!isFinal || outcome.code !== 'refused' || outcome.link || customers.length < 2) return false;
  const { code, message } = outcome;
  const refusal = { code, message, payloadHash: entry.payloadHash() };
  return run.refusedUsers.next(item.record.key, customers, refusal) !== undefined;
}

/** As a deferred record it is decided again anyway. */
function tryWithout<T, P>(run: Run<T, P>, item: PendingRecord): PendingRecord | 'done' {
  run.progressCount += 1;
  return item.isDeferred ? 'done' : { ...item, redecisions: item.redecisions + 1 };
}

function withoutCulprit<T, P>(
  run: Run<T, P>,
  changes: ChangeSet,
  { record: { key } }: PendingRecord,
  outcome: RowOutcome,
): RowOutcome {
  if (outcome.kind !== 'written') return outcome;
  const own = rejectCulprit(run, changes, key);
  return own ? refusedInPart(outcome, own) : outcome;
}

/** Stored together with the write, whatever the record's result will be: a crash may come before it has one. */
function noteWritten<T, P>(
  run: Run<T, P>,
  changes: ChangeSet,
  { record: { key } }: PendingRecord,
  earlier: Result | undefined,
  written: WrittenPart,
): void {
  const at = run.pipeline.sink.now();
  changes.rows.push(mergeResults(earlier, { key, outcome: 'updated', at, ...written }));
}

/**
 * How the record is stored in addition to its result: as a dead letter, or as pending until the cause of its skip is
 * gone.
 */
function retentionOf<T, P>(run: Run<T, P>, entry: InFlightWrite<P>, outcome: RowOutcome) {
  if (outcome.kind === 'refused') return { letter: letterOf(run, entry, outcome) };
  if (outcome.kind === 'skipped' && outcome.reason === 'drifted') return { pending: { due: true } };
  return outcome.kind === 'written' && entry.recordAs ? { pending: { email: entry.recordAs.email } } : {};
}

function letterOf<T, P>(
  run: Run<T, P>,
  entry: InFlightWrite<P>,
  { blockedByUserId, blockedByEmail }: { readonly blockedByUserId?: string; readonly blockedByEmail?: string },
) {
  return {
    // Of a shared user with all its customers, however it was tried last.
    payloadHash: run.refusedUsers.first(entry.item.record.key)?.payloadHash ?? entry.payloadHash(),
    ...(blockedByUserId && { blockedByUserId }),
    ...(blockedByEmail && { blockedByEmail }),
  };
}

function lookAgain<T, P>(
  run: Run<T, P>,
  changes: ChangeSet,
  entry: InFlightWrite<P>,
  outcome: RowOutcome,
  earlier: Result | undefined,
): PendingRecord | 'done' | 'open' {
  const { item } = entry;
  run.progressCount += 1;
  const next = nextAttempt(run, item.record.key, outcome);
  const written = outcome.kind === 'redecide' ? outcome.written : undefined;
  if (written && next.kind !== 'unsettled') noteWritten(run, changes, item, earlier, written);
  if (next.kind === 'open') return 'open';
  // As a deferred record it is decided again anyway.
  if (next.kind === 'again') return item.isDeferred ? 'done' : { ...item, redecisions: next.redecisions };
  const { message } = next;
  const letter = { payloadHash: entry.payloadHash() };
  recordResult(run, changes, item, earlier, { outcome: 'rejected', code: 'unsettled', message, letter, ...written });
  return 'done';
}

function deferAgain<T, P>(run: Run<T, P>, { record, attempts }: PendingRecord): DeferredRecord {
  run.nextSequence += 1;
  const after = record.after === undefined ? {} : { after: record.after };
  return { key: record.key, sequence: run.nextSequence, stage: 'deferred', record, attempts: attempts + 1, ...after };
}

function releaseEmail(changes: ChangeSet, email: string | undefined): void {
  if (email !== undefined) changes.release.push(email);
}
