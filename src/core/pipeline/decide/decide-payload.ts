import { defined } from '../../defined.ts';
import type { Decision, MappedRecord } from '../../domain/decision.ts';
import { driftedFromPlan, isApproved } from '../approval.ts';
import { payloadHash } from '../payload-hash.ts';
import type { InFlightWrite, PendingRecord, Run } from '../run-state.ts';
import type { DecisionLog } from './decision-log.ts';
import { createEmailClaims, type EmailClaims } from './email-claims.ts';
import { externalIdConflict } from './external-id-conflict.ts';
import type { MatchContext } from './match-context.ts';
import { staffAccount } from './staff-account.ts';

/** Rejects that may become possible when a user of the destination changes: they watch that user or address. */
const dependsOnDestination = new Set(['email-taken', 'external-id-conflict', staffAccount]);

type Removal = Pick<MappedRecord<unknown>, 'remove' | 'deactivating'>;

/** A record with its payload, as the decisions below pass it on. */
interface Subject<P> {
  readonly item: PendingRecord;
  readonly key: string;
  readonly payload: P;
  readonly removal: Removal;
  readonly hash: () => string;
}

interface Dependencies<T, P> {
  readonly run: Run<T, P>;
  readonly context: MatchContext;
  readonly log: DecisionLog<P>;
  readonly claims: EmailClaims;
}

export type DecidePayload<P> = (item: PendingRecord, payload: P, removal: Removal) => void;

/** Decides what becomes of a mapped record: first its external id, then its address, then the sink. */
export function createPayloadDecider<T, P>(
  run: Run<T, P>,
  context: MatchContext,
  log: DecisionLog<P>,
): DecidePayload<P> {
  const { sink } = run.pipeline;
  const dependencies = { run, context, log, claims: createEmailClaims(context, log) };
  return (item, payload, removal) => {
    const { key } = item.record;
    const subject: Subject<P> = { item, key, payload, removal, hash: () => payloadHash(payload) };
    const externalId = sink.externalId(payload);
    const rival = context.linksByExternalId.get(externalId)?.key ?? run.externalIdsInFlight.get(externalId);
    if (rival !== undefined && rival !== key) {
      const conflict = externalIdConflict(key, rival);
      return log.end(item, { outcome: 'rejected', ...conflict, letter: { payloadHash: subject.hash() } });
    }
    const link = context.links.get(key);
    if (link && sink.keepsEmail(link, context.users.get(link.destinationId)))
      return decideWritable(dependencies, subject, sink.withoutEmail(payload));
    const right = dependencies.claims.claim(item, sink.email(payload));
    if (right === 'wait') return log.defer(item, 'deferred');
    if (right === 'held') return decideWithoutEmail(dependencies, subject);
    decideWritable(dependencies, subject, payload);
  };
}

/** Another customer has the claim on the address. */
function decideWithoutEmail<T, P>(dependencies: Dependencies<T, P>, subject: Subject<P>): void {
  const { run, context, log } = dependencies;
  const { sink, policies } = run.pipeline;
  const { item, key, payload } = subject;
  const bare = sink.withoutEmail(payload);
  if (policies.sharedEmail === 'none') return decideWritable(dependencies, subject, bare);
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
  const { run, context, log, claims } = dependencies;
  const { item, key, removal } = subject;
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
  const { phase, inCycle } = item;
  const onlyIfUnchanged = run.options.plan !== undefined;
  const decision = run.pipeline.sink.decide({ key, payload, phase, inCycle, onlyIfUnchanged, ...removal }, context);
  carryOut(dependencies, subject, decision, recordAs);
}

function carryOut<T, P>(
  { run, log, claims }: Dependencies<T, P>,
  { item, key, payload, hash }: Subject<P>,
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
      const entry = { item, delivery, payloadHash: hash, ...defined({ recordAs }) };
      return log.send(entry, run.pipeline.sink.externalId(payload));
    }
    default:
      decision satisfies never;
  }
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
