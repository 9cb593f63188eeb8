import { setImmediate as nextTurn } from 'node:timers/promises';
import { defined } from '../../defined.ts';
import type { EmailRecord } from '../../domain/known.ts';
import type { Link } from '../../domain/link.ts';
import type { MapResult } from '../../domain/mapper.ts';
import type { SourceRecord } from '../../domain/record.ts';
import { payloadHash } from '../payload-hash.ts';
import { takeSuperseding } from '../record-changes.ts';
import { earlierResults, updateCounts } from '../record-result.ts';
import type { InFlightWrite, PendingRecord, Run } from '../run-state.ts';
import { createPayloadDecider } from './decide-payload.ts';
import { createDecisionLog, type DecisionLog } from './decision-log.ts';
import { createEmailClaims } from './email-claims.ts';
import { loadEmailRecords } from './load-email-records.ts';
import { loadKnown } from './load-known.ts';
import { createMatchContext, type MatchContext } from './match-context.ts';
import { createSharedUsers } from './shared-users.ts';

/**
 * Decides what becomes of records: a result at once, deferred, or returned to be written. Every other decision is in
 * the state before this returns. Whoever passes an item here for the first time has retained its page; this function or
 * `recordOutcomes` releases it, when the record has its result or is stored as deferred.
 */
export async function decideRecords<T, P>(
  run: Run<T, P>,
  items: readonly PendingRecord[],
): Promise<readonly InFlightWrite<P>[]> {
  if (items.length === 0) return [];
  const results = await mapRecords(run, items);
  return await run.stateQueue.add(async () => {
    const fresh = latest(run, items);
    const { store, id, onFailpoint } = run.pipeline;
    const mapped = fresh.map((item) => ({
      item,
      result: results.has(item.record) ? results.get(item.record) : mapRecord(run, item.record),
    }));
    const emailRecords = await loadEmailRecords(run, mapped);
    const known = await loadKnown(run, mapped, [...new Set(emailRecords.map(({ email }) => email))]);
    const earlier = await earlierResults(run, known.outcomes);
    const log = createDecisionLog(run, earlier);
    const decide = createDecider(run, createMatchContext(known), log, emailRecords);
    for (const { item, result } of mapped) decide(item, result);
    await store.apply(id, log.changes.toChanges());
    onFailpoint?.('decisions-recorded');
    updateCounts(run, log.changes, earlier);
    for (const item of log.settledItems) item.ticket?.release();
    return log.toWrite;
  });
}

/** Maps as many records at a time as a batch holds. Between them requests leave, replies are read and results recorded. */
async function mapRecords<T, P>(
  run: Run<T, P>,
  items: readonly PendingRecord[],
): Promise<ReadonlyMap<SourceRecord, MapResult<P> | undefined>> {
  const results = new Map<SourceRecord, MapResult<P> | undefined>();
  for (const [position, { record }] of items.entries()) {
    if (position > 0 && position % run.pipeline.sink.maxBatchSize === 0) await nextTurn();
    results.set(record, mapRecord(run, record));
  }
  return results;
}

/** Undefined for a record that is gone from the source: there is nothing to map. */
function mapRecord<T, P>({ pipeline: { mapper } }: Run<T, P>, record: SourceRecord): MapResult<P> | undefined {
  // Records come from the source with the type T, or from the state, which keeps them as that source returned them.
  return record.state === 'deleted' ? undefined : mapper.map(record as typeof record & { data: T });
}

/**
 * The later of two versions wins. A version that arrives while an earlier one is in flight, or comes from a batch to be
 * decided next, waits for it.
 */
function latest<T, P>(run: Run<T, P>, items: readonly PendingRecord[]): PendingRecord[] {
  const byKey = new Map<string, PendingRecord>();
  for (const item of items) {
    const { key } = item.record;
    const newer = run.followUps.get(key) === item ? endFollowUp(run, key) : undefined;
    const isBusy = run.inFlight.has(key) || run.followUps.has(key);
    const elder = newer ? item : (isBusy ? run.superseding : byKey).get(key);
    elder?.ticket?.release();
    (isBusy ? run.superseding : byKey).set(key, newer ?? item);
  }
  return [...byKey.values()];
}

/** Returns the newer version that has arrived since. */
function endFollowUp<T, P>(run: Run<T, P>, key: string): PendingRecord | undefined {
  run.followUps.delete(key);
  return takeSuperseding(run, key);
}

/** Decides one record, by its state in the source and the mapper's result. */
function createDecider<T, P>(
  run: Run<T, P>,
  context: MatchContext,
  log: DecisionLog<P>,
  emailRecords: readonly EmailRecord[],
) {
  const { sink, policies } = run.pipeline;
  const claims = createEmailClaims(context, log);
  const map = (record: SourceRecord) => mapRecord(run, record);
  const shared =
    policies.sharedEmail === 'merge' ? createSharedUsers({ run, context, log, claims, map }, emailRecords) : undefined;
  const decidePayload = createPayloadDecider({ run, context, log, claims, shared });

  function decide(item: PendingRecord, result: MapResult<P> | undefined): void {
    const { key } = item.record;
    if (item.phase === 'scan') log.changes.clearDeferred.push(key);
    const isInactive = item.record.state !== 'active';
    if (shared && isLeaving(item, result)) {
      const left = shared.leave(item);
      if (left === 'wait') return log.defer(item, 'deferred');
      if (left !== 'gone') return decidePayload.write(item, left);
    }
    if (!result) return decideInactive(item, (link) => sink.payloadFromLink(link));
    if (isInactive && result.kind !== 'skip' && !context.links.has(key)) return skipInactive(item);
    if (result.kind === 'skip')
      return log.end(item, { outcome: 'skipped', code: result.reason, message: result.message });
    // An invalid record of an inactive customer does not keep its user active.
    if (result.kind === 'reject' && isInactive) return decideInactive(item, (link) => sink.payloadFromLink(link));
    if (result.kind === 'reject') {
      const letter = { payloadHash: payloadHash(item.record.data) };
      const { code, message, detail } = result;
      return log.end(item, { outcome: 'rejected', code, message, letter, ...defined({ detail }) });
    }
    if (isInactive && policies.inactive !== 'ignore') return decideInactive(item, () => result.payload);
    if (item.phase === 'scan' && item.record.after !== undefined) return log.defer(item, 'deferred');
    decidePayload.decide(item, result.payload, { remove: false, deactivating: undefined });
  }

  /** The customer has no part any more in the user of its address. One that is only invalid for now keeps it. */
  function isLeaving({ record: { key, state } }: PendingRecord, result: MapResult<P> | undefined): boolean {
    if (!result || result.kind === 'skip') return true;
    return state !== 'active' && (policies.inactive !== 'ignore' || !context.links.has(key));
  }

  /** Only users that we wrote while their customer was active are deactivated, and only at the end of the run. */
  function decideInactive(item: PendingRecord, payloadOf: (link: Link) => P): void {
    const link = context.links.get(item.record.key);
    if (!link) return skipInactive(item);
    const how = policies.inactive;
    if (how === 'ignore' || link.deactivated === 'delete') return log.end(item, { outcome: 'unchanged' });
    // If the policy has changed, users that are already deactivated are deactivated by the new one, and counted like
    // the first time.
    if (link.deactivated !== how && !item.deactivate) return log.defer(item, 'deactivation');
    const payload = payloadOf(link);
    const target = sink.deactivated(payload);
    if (target !== 'delete') return decidePayload.decide(item, target, { remove: false, deactivating: how });
    decidePayload.decide(item, payload, { remove: true, deactivating: how });
  }

  function skipInactive(item: PendingRecord): void {
    const message = 'The customer is inactive and has no user of ours.';
    log.end(item, { outcome: 'skipped', code: 'inactive', message });
  }

  return decide;
}
