import type { Decision, MappedRecord } from '../../domain/decision.ts';
import type { Link } from '../../domain/link.ts';
import type { MapResult } from '../../domain/mapper.ts';
import type { Result } from '../../domain/result.ts';
import { driftedFromPlan, isApproved } from '../approval.ts';
import { type ChangeSet, createChangeSet } from '../change-set.ts';
import { payloadHash } from '../payload-hash.ts';
import { earlierResults, recordResult, updateCounts } from '../record-result.ts';
import type { InFlightWrite, PendingRecord, Run } from '../run-state.ts';
import { externalIdConflict } from './external-id-conflict.ts';
import { loadKnown } from './load-known.ts';
import { createMatchContext, type MatchContext } from './match-context.ts';

/** A member of staff is no customer's user and holds no customer's address. */
export const staffAccount = 'staff-account';

const stateOfDestination = new Set(['email-taken', 'external-id-conflict', 'link-lost', staffAccount]);

/** One record, mapped, on its way through the decisions below. */
interface Subject<P> {
  readonly item: PendingRecord;
  readonly key: string;
  readonly payload: P;
  readonly hash: () => string;
}

/**
 * Decides what becomes of records: settled at once, left waiting, or handed back to be written. Everything decided is in
 * the state before this returns. The caller writes what comes back. An item's page is held by whoever brings the item here
 * for the first time, and released here or by `recordOutcomes` when the record is settled or waits in the state.
 */
export async function decideRecords<T, P>(
  run: Run<T, P>,
  items: readonly PendingRecord[],
): Promise<readonly InFlightWrite<P>[]> {
  return await run.stateQueue.add(async () => {
    const fresh = latest(run, items);
    const { store, id, onFailpoint } = run.pipeline;
    const mapped = fresh.map((item) => ({ item, result: mapItem(run, item) }));
    const known = await loadKnown(run, mapped);
    const earlier = await earlierResults(run, known.outcomes);
    const decide = createDecider(run, createMatchContext(known), createChangeSet(run.id), earlier);
    for (const { item, result } of mapped) decide.take(item, result);
    await store.apply(id, decide.changes.toChanges());
    onFailpoint?.('decisions-recorded');
    updateCounts(run, decide.changes, earlier);
    for (const item of decide.settledItems) item.ticket?.release();
    return decide.toWrite;
  });
}

/** A record that is gone from the source has nothing to be mapped: undefined. */
function mapItem<T, P>({ pipeline: { mapper } }: Run<T, P>, { record }: PendingRecord): MapResult<P> | undefined {
  // Records come from the source whose type T is, or from the state, which keeps them as that source gave them.
  return record.state === 'deleted' ? undefined : mapper.map(record as typeof record & { data: T });
}

/** The later of two versions wins; a version that comes while an earlier one is in flight waits for it. */
function latest<T, P>(run: Run<T, P>, items: readonly PendingRecord[]): PendingRecord[] {
  const byKey = new Map<string, PendingRecord>();
  for (const item of items) {
    const { key } = item.record;
    const elder = run.inFlight.has(key) ? run.superseding.get(key) : byKey.get(key);
    elder?.ticket?.release();
    (run.inFlight.has(key) ? run.superseding : byKey).set(key, item);
  }
  return [...byKey.values()];
}

function createDecider<T, P>(
  run: Run<T, P>,
  context: MatchContext,
  changes: ChangeSet,
  earlier: ReadonlyMap<string, Result>,
) {
  const { sink, policies } = run.pipeline;
  const toWrite: InFlightWrite<P>[] = [];
  const settledItems: PendingRecord[] = [];
  /** Keys whose link or claim changed, whatever becomes of the record. */
  const changedLinks = new Set<string>();

  function end(item: PendingRecord, result: Parameters<typeof recordResult>[4]): void {
    const { key } = item.record;
    const learnt =
      result.outcome === 'unchanged' && changedLinks.has(key) ? { ...result, code: 'link-recorded' } : result;
    recordResult(run, changes, item, earlier.get(key), learnt);
    settledItems.push(item);
  }

  function wait(item: PendingRecord, stage: 'deferred' | 'deactivation'): void {
    const { record, attempts } = item;
    settledItems.push(item);
    if (item.isDeferred && stage === 'deferred') return;
    run.nextSequence += 1;
    const after = record.after === undefined ? {} : { after: record.after };
    changes.clearDeferred.push(record.key);
    changes.deferred.push({ key: record.key, sequence: run.nextSequence, stage, record, attempts, ...after });
    // A newer read takes the place of what was kept of an older one.
    changes.clearPending.push(record.key);
    run.progressCount += 1;
  }

  function take(item: PendingRecord, result: MapResult<P> | undefined): void {
    const { key } = item.record;
    if (item.phase === 'scan') changes.clearDeferred.push(key);
    if (!result) return takeInactive(item, (link) => sink.payloadFromLink(link));
    const isInactive = item.record.state !== 'active';
    if (isInactive && result.kind !== 'skip' && !context.links.has(key)) return skipInactive(item);
    if (result.kind === 'skip') return end(item, { outcome: 'skipped', code: result.reason, message: result.message });
    // What is wrong with the record of an inactive customer does not keep its user active.
    if (result.kind === 'reject' && isInactive) return takeInactive(item, (link) => sink.payloadFromLink(link));
    if (result.kind === 'reject') {
      const letter = { payloadHash: payloadHash(item.record.data) };
      const { code, message, detail } = result;
      return end(item, { outcome: 'rejected', code, message, letter, ...(detail !== undefined && { detail }) });
    }
    if (isInactive && policies.inactive !== 'ignore') return takeInactive(item, () => result.payload);
    if (item.phase === 'scan' && item.record.after !== undefined) return wait(item, 'deferred');
    takePayload(subjectOf(item, result.payload), { remove: false, deactivating: undefined });
  }

  /** Only users that we wrote while their customer was active are deactivated, and only when their turn has come. */
  function takeInactive(item: PendingRecord, payloadOf: (link: Link) => P): void {
    const { key } = item.record;
    const link = context.links.get(key);
    if (!link) return skipInactive(item);
    const how = policies.inactive;
    if (how === 'ignore' || link.deactivated === 'delete') return end(item, { outcome: 'unchanged' });
    // A policy that has changed since goes another way with those who are inactive already: counted like the first time.
    if (link.deactivated !== how && !item.deactivate) return wait(item, 'deactivation');
    const payload = payloadOf(link);
    const target = sink.deactivated(payload);
    if (target !== 'delete') return takePayload(subjectOf(item, target), { remove: false, deactivating: how });
    takePayload(subjectOf(item, payload), { remove: true, deactivating: how });
  }

  function skipInactive(item: PendingRecord): void {
    end(item, { outcome: 'skipped', code: 'inactive', message: 'The customer is inactive and has no user of ours.' });
  }

  function takePayload(subject: Subject<P>, how: Pick<MappedRecord<P>, 'remove' | 'deactivating'>): void {
    const { item, key, payload } = subject;
    const externalId = sink.externalId(payload);
    const rival = context.linksByExternalId.get(externalId)?.key ?? run.externalIdsInFlight.get(externalId);
    if (rival !== undefined && rival !== key) {
      const conflict = externalIdConflict(key, rival);
      return end(item, { outcome: 'rejected', ...conflict, letter: { payloadHash: subject.hash() } });
    }
    const link = context.links.get(key);
    if (link && sink.keepsEmail(link, context.users.get(link.destinationId)))
      return decideWritable(subject, how, sink.withoutEmail(payload));
    const right = emailRight(subject);
    if (right === 'wait') return wait(item, 'deferred');
    if (right === 'held') return takeWithoutEmail(subject, how);
    decideWritable(subject, how, payload);
  }

  /** Who may use the address: the first in reading order, for as long as its own address stays. */
  function emailRight({ item, key, payload }: Subject<P>): 'free' | 'wait' | 'held' {
    const email = sink.email(payload);
    const own = context.emailOf(key);
    if (own !== undefined && own !== email) {
      context.release(own);
      changes.release.push(own);
      changedLinks.add(key);
    }
    if (email === undefined) return 'free';
    const holder = context.holderOf(email);
    if (holder !== undefined && holder !== key) return item.phase === 'scan' ? 'wait' : 'held';
    if (holder === undefined) {
      context.claim(email, key);
      changes.claims.push({ email, key });
      changedLinks.add(key);
    }
    return 'free';
  }

  function takeWithoutEmail(subject: Subject<P>, how: Pick<MappedRecord<P>, 'remove' | 'deactivating'>): void {
    const { item, key, payload } = subject;
    const bare = sink.withoutEmail(payload);
    if (policies.sharedEmail === 'none') return decideWritable(subject, how, bare);
    const email = sink.email(payload) ?? '';
    const message = `Customer ${context.holderOf(email)} has the same e-mail address and came first.`;
    const recordAs = { outcome: 'skipped' as const, code: 'shared-email', message, email };
    const known = context.links.has(key) || context.usersByExternalId.get(sink.externalId(payload))?.active === true;
    if (!known) return end(item, { outcome: 'skipped', code: 'shared-email', message, pending: { email } });
    decideWritable(subject, how, bare, recordAs);
  }

  function decideWritable(
    subject: Subject<P>,
    how: Pick<MappedRecord<P>, 'remove' | 'deactivating'>,
    payload: P,
    recordAs?: InFlightWrite<P>['recordAs'],
  ): void {
    const { item, key } = subject;
    const letter = context.deadLetters.get(key);
    if (letter && !letter.due && !item.forced && item.redecisions === 0 && letter.payloadHash === subject.hash()) {
      const { code, message, payloadHash, blockedByUserId, blockedByEmail } = letter;
      if (code === staffAccount) releaseOwn(key);
      const watched = { ...(blockedByUserId && { blockedByUserId }), ...(blockedByEmail && { blockedByEmail }) };
      return end(item, { outcome: 'rejected', code, message, letter: { payloadHash, ...watched } });
    }
    const { phase, inCycle } = item;
    carryOut(
      subject,
      sink.decide({ key, payload, phase, inCycle, onlyIfUnchanged: run.options.plan !== undefined, ...how }, context),
      recordAs,
    );
  }

  function carryOut(subject: Subject<P>, decision: Decision<P>, recordAs: InFlightWrite<P>['recordAs']): void {
    const { item, key, payload } = subject;
    if ('link' in decision && decision.link) {
      changes.links.push(decision.link);
      changedLinks.add(key);
    }
    switch (decision.kind) {
      case 'wait':
        return wait(item, 'deferred');
      case 'unchanged': {
        if (!recordAs) return end(item, { outcome: 'unchanged' });
        const { email, ...skip } = recordAs;
        return end(item, { ...skip, pending: { email } });
      }
      case 'skip':
        if (decision.reason === staffAccount) releaseOwn(key);
        return end(item, { outcome: 'skipped', code: decision.reason, message: decision.message });
      case 'reject': {
        const { code, message, blockedByUserId, blockedByEmail } = decision;
        if (code === staffAccount) releaseOwn(key);
        const watched = stateOfDestination.has(code)
          ? { ...(blockedByUserId && { blockedByUserId }), ...(blockedByEmail && { blockedByEmail }) }
          : {};
        return end(item, { outcome: 'rejected', code, message, letter: { payloadHash: subject.hash(), ...watched } });
      }
      case 'write': {
        if (!isApproved(run, decision.delivery, recordAs)) return end(item, driftedFromPlan);
        const entry = { item, delivery: decision.delivery, payloadHash: subject.hash, ...(recordAs && { recordAs }) };
        run.inFlight.set(key, entry);
        run.externalIdsInFlight.set(sink.externalId(payload), key);
        toWrite.push(entry);
        return;
      }
      default:
        decision satisfies never;
    }
  }

  function releaseOwn(key: string): void {
    const email = context.emailOf(key);
    if (email === undefined) return;
    context.release(email);
    const mine = changes.claims.findIndex((claim) => claim.email === email);
    if (mine >= 0) changes.claims.splice(mine, 1);
    changes.release.push(email);
  }

  return { take, changes, toWrite, settledItems };
}

function subjectOf<P>(item: PendingRecord, payload: P): Subject<P> {
  return { item, key: item.record.key, payload, hash: () => payloadHash(payload) };
}
