import { defined } from '../../defined.ts';
import type { Decision, MappedRecord } from '../../domain/decision.ts';
import type { SourceRecord } from '../../domain/record.ts';
import { driftedFromPlan, isApproved } from '../approval.ts';
import { payloadHash } from '../payload-hash.ts';
import type { InFlightWrite, PendingRecord, Run } from '../run-state.ts';
import type { DecisionLog } from './decision-log.ts';
import type { EmailClaims } from './email-claims.ts';
import { externalIdConflict } from './external-id-conflict.ts';
import type { MatchContext } from './match-context.ts';
import type { Refusal } from './refused-users.ts';
import { rejectCulprit } from './reject-culprit.ts';
import type { Combined, SharedUsers } from './shared-users.ts';
import { staffAccount } from './staff-account.ts';

/** Rejects that may become possible when a user of the destination changes: they watch that user or address. */
const dependsOnDestination = new Set(['email-taken', 'external-id-conflict', staffAccount]);

type Removal = Pick<MappedRecord<unknown>, 'remove' | 'deactivating' | 'releasesEmail'>;
const noRemoval: Removal = { remove: false, deactivating: undefined };

/** A record with its payload, as the decisions below pass it on. */
interface Subject<P> {
  readonly item: PendingRecord;
  readonly key: string;
  readonly payload: P;
  readonly removal: Removal;
  readonly hash: () => string;
  /** Of a shared user. */
  readonly customers?: readonly SourceRecord[];
}

interface Dependencies<T, P> {
  readonly run: Run<T, P>;
  readonly context: MatchContext;
  readonly log: DecisionLog<P>;
  readonly claims: EmailClaims;
  /** Where customers of one address share a user. */
  readonly shared: SharedUsers<P> | undefined;
}

export interface PayloadDecider<P> {
  decide(item: PendingRecord, payload: P, removal: Removal): void;
  /** Whoever has the claim on the address: the record's own user is written as this. */
  write(item: PendingRecord, shared: Combined<P>): void;
}

/** Decides what becomes of a mapped record: first its external id, then its address, then the sink. */
export function createPayloadDecider<T, P>(dependencies: Dependencies<T, P>): PayloadDecider<P> {
  const { run, context, log, claims, shared } = dependencies;
  const { sink } = run.pipeline;
  return {
    decide(item, payload, removal) {
      const subject = subjectOf(item, payload, removal);
      const externalId = sink.externalId(payload);
      const { key } = item.record;
      const rival = context.linksByExternalId.get(externalId)?.key ?? run.externalIdsInFlight.get(externalId);
      if (rival !== undefined && rival !== key) {
        const conflict = externalIdConflict(key, rival);
        return log.end(item, { outcome: 'rejected', ...conflict, letter: { payloadHash: subject.hash() } });
      }
      if (shared && !removal.remove && removal.deactivating === undefined)
        return decideShared(dependencies, shared, subject);
      if (keepsEmail(dependencies, key)) return decideWritable(dependencies, subject, sink.withoutEmail(payload));
      const right = claims.claim(item, sink.email(payload));
      if (right === 'wait') return log.defer(item, 'deferred');
      if (right === 'held') return decideWithoutEmail(dependencies, subject);
      decideWritable(dependencies, subject, payload);
    },
    write(item, shared) {
      const subject = subjectOfAll(item, shared);
      decideWritable(dependencies, subject, writtenPayload(dependencies, subject));
    },
  };
}

function subjectOf<P>(item: PendingRecord, payload: P, removal: Removal): Subject<P> {
  return { item, key: item.record.key, payload, removal, hash: () => payloadHash(payload) };
}

function subjectOfAll<P>(item: PendingRecord, { combined, customers }: Combined<P>): Subject<P> {
  return { ...subjectOf(item, combined, noRemoval), customers };
}

/** The user is left with the address that it has. */
function keepsEmail<T, P>({ run, context }: Dependencies<T, P>, key: string): boolean {
  const link = context.links.get(key);
  return link !== undefined && run.pipeline.sink.keepsEmail(link, context.users.get(link.destinationId));
}

function writtenPayload<T, P>(dependencies: Dependencies<T, P>, { key, payload }: Subject<P>): P {
  return keepsEmail(dependencies, key) ? dependencies.run.pipeline.sink.withoutEmail(payload) : payload;
}

function decideShared<T, P>(dependencies: Dependencies<T, P>, shared: SharedUsers<P>, subject: Subject<P>): void {
  const { item, payload, hash } = subject;
  const { log, run } = dependencies;
  const { sink } = run.pipeline;
  const place = shared.join(item, { email: sink.email(payload), externalId: sink.externalId(payload), hash });
  if (place === 'wait') return log.defer(item, 'deferred');
  if (place === 'member') return decideMember(dependencies, subject);
  if (place !== 'alone' && 'refused' in place) {
    const { code, message } = place.refused;
    return log.end(item, { outcome: 'rejected', code, message, letter: { payloadHash: hash() } });
  }
  const whole = place === 'alone' ? subject : subjectOfAll(item, place);
  decideWritable(dependencies, whole, writtenPayload(dependencies, whole));
}

/**
 * The customer is part of another one's user. A user that it had to itself gives up its address at once, because another
 * customer may have it now, and is set aside as `policies.inactive` says, among the deactivations. It is the customer's
 * again when the customer has an address of its own.
 */
function decideMember<T, P>(dependencies: Dependencies<T, P>, { item, key, payload }: Subject<P>): void {
  const { run, context, log } = dependencies;
  const { sink, policies } = run.pipeline;
  const email = sink.email(payload) ?? '';
  const message = `Customer ${context.holderOf(email)} has the same e-mail address: both are one user.`;
  const skip = { outcome: 'skipped' as const, code: 'shared-user', message };
  const link = context.links.get(key);
  const how = policies.inactive;
  if (!link || how === 'ignore' || link.deactivated === 'delete') return log.end(item, { ...skip, pending: { email } });
  const last = sink.withoutEmail(sink.payloadFromLink(link));
  const removal = { remove: false, deactivating: link.deactivated, releasesEmail: true };
  const released = decisionOn(dependencies, subjectOf(item, last, removal), last);
  if (released.kind === 'write')
    return carryOut(dependencies, subjectOf(item, last, removal), released, { ...skip, email });
  if (link.deactivated === how) return log.end(item, { ...skip, pending: { email } });
  if (!item.deactivate) return log.defer(item, 'deactivation');
  const target = sink.deactivated(last);
  const subject =
    target === 'delete'
      ? subjectOf(item, last, { remove: true, deactivating: how })
      : subjectOf(item, target, { remove: false, deactivating: how });
  decideWritable(dependencies, subject, subject.payload, { ...skip, email });
}

/** Another customer has the claim on the address. */
function decideWithoutEmail<T, P>(dependencies: Dependencies<T, P>, subject: Subject<P>): void {
  const { run, context, log } = dependencies;
  const { sink, policies } = run.pipeline;
  const { item, key, payload } = subject;
  const bare = sink.withoutEmail(payload);
  if (policies.sharedEmail !== 'first') return decideWritable(dependencies, subject, bare);
  const email = sink.email(payload) ?? '';
  const message = `Customer ${context.holderOf(email)} has the same e-mail address and came first.`;
  const recordAs = { outcome: 'skipped' as const, code: 'shared-email', message, email };
  const known = context.links.has(key) || context.usersByExternalId.get(sink.externalId(payload))?.active === true;
  if (!known) return log.end(item, { outcome: 'skipped', code: 'shared-email', message, pending: { email } });
  decideWritable(dependencies, subject, bare, recordAs);
}

/** A payload that was rejected before is not sent again. Everything else is for the sink to decide. */
function decideWritable<T, P>(
  dependencies: Dependencies<T, P>,
  subject: Subject<P>,
  payload: P,
  recordAs?: InFlightWrite<P>['recordAs'],
): void {
  const { context, log, claims } = dependencies;
  const { item, key } = subject;
  const letter = context.deadLetters.get(key);
  if (letter && !letter.due && !item.forced && item.redecisions === 0 && letter.payloadHash === subject.hash()) {
    const { code, message, payloadHash: hash } = letter;
    if (code === staffAccount) claims.release(key);
    return log.end(item, {
      outcome: 'rejected',
      code,
      message,
      letter: { payloadHash: hash, ...blockedBy(letter) },
    });
  }
  carryOut(dependencies, subject, decisionOn(dependencies, subject, payload), recordAs);
}

function decisionOn<T, P>(
  { run, context }: Dependencies<T, P>,
  { item: { phase, inCycle }, key, removal }: Subject<P>,
  payload: P,
): Decision<P> {
  const onlyIfUnchanged = run.options.plan !== undefined;
  return run.pipeline.sink.decide({ key, payload, phase, inCycle, onlyIfUnchanged, ...removal }, context);
}

function carryOut<T, P>(
  { run, log, claims }: Dependencies<T, P>,
  { item, key, payload, hash, customers }: Subject<P>,
  decision: Decision<P>,
  recordAs: InFlightWrite<P>['recordAs'],
): void {
  if ('link' in decision && decision.link) {
    log.changes.links.push(decision.link);
    log.linkChanged(key);
  }
  switch (decision.kind) {
    case 'wait':
      return log.defer(item, 'deferred');
    case 'unchanged': {
      const refused = rejectCulprit(run, log.changes, key);
      if (refused) return log.end(item, { outcome: 'rejected', ...rejection(refused) });
      if (!recordAs) return log.end(item, { outcome: 'unchanged' });
      const { email, ...skip } = recordAs;
      return log.end(item, { ...skip, pending: { email } });
    }
    case 'skip':
      if (decision.reason === staffAccount) claims.release(key);
      return log.end(item, { outcome: 'skipped', code: decision.reason, message: decision.message });
    case 'reject': {
      const { code, message } = decision;
      if (code === staffAccount) claims.release(key);
      const watched = dependsOnDestination.has(code) ? blockedBy(decision) : {};
      return log.end(item, { outcome: 'rejected', code, message, letter: { payloadHash: hash(), ...watched } });
    }
    case 'write': {
      const { delivery } = decision;
      if (!isApproved(run, delivery, recordAs)) return log.end(item, driftedFromPlan);
      const entry = { item, delivery, payloadHash: hash, ...defined({ recordAs, customers }) };
      return log.send(entry, run.pipeline.sink.externalId(payload));
    }
    default:
      decision satisfies never;
  }
}

function rejection({ code, message, payloadHash }: Refusal) {
  return { code, message, letter: { payloadHash } };
}

function blockedBy({
  blockedByUserId,
  blockedByEmail,
}: {
  readonly blockedByUserId?: string;
  readonly blockedByEmail?: string;
}) {
  return { ...(blockedByUserId && { blockedByUserId }), ...(blockedByEmail && { blockedByEmail }) };
}
