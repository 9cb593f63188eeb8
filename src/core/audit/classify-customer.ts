import { defined } from '../defined.ts';
import type { CallContext } from '../domain/context.ts';
import type { Link } from '../domain/link.ts';
import type { MapResult } from '../domain/mapper.ts';
import { payloadHash } from '../pipeline/payload-hash.ts';
import type { Pipeline } from '../pipeline/types.ts';
import type { AuditDatabase, ClassifiedCustomer } from './audit-database.ts';
import { classifyAbsent, classifyLost } from './classify-absent.ts';
import { classifyRemoved, classifyUser } from './classify-present.ts';
import type { Case, LastSent, MappedRecord } from './customer-case.ts';
import type { CustomerFinding } from './findings.ts';
import { sharedUser } from './shared-user.ts';

type Mapped<P> = Pick<Case<P>, 'key' | 'link' | 'holder' | 'leaves'> & { readonly payload: P };

/**
 * Finds for one customer, as the source has it now, whether its user is there and as it should be; and if not, whether a
 * rule or a recorded reject is the reason. It decides again, from both sides as they are, and takes from the state only what
 * the two sides do not show: links, claims on addresses, and reasons.
 */
export function createCustomerClassifier<T, P>(
  pipeline: Pipeline<T, P>,
  database: AuditDatabase,
  context: CallContext,
) {
  const { sink, policies } = pipeline;
  const { audit } = sink;
  const work = { pipeline, database, context };

  return async function classify(
    { record, result }: MappedRecord<T, P>,
    payloadFromLink: LastSent,
  ): Promise<ClassifiedCustomer> {
    const { key } = record;
    const link = payloadFromLink.links.get(key);
    const isInactive = record.state !== 'active';
    const shared = sharedUser(work, { record, result }, payloadFromLink);
    if (shared?.kind === 'finding') return { key, finding: shared.finding };
    if (shared)
      return await classifyAs(
        { key, payload: shared.payload, link, holder: undefined, leaves: false },
        payloadFromLink,
      );
    if (isInactive && result.kind !== 'skip' && !link) {
      const message = 'The customer is inactive and has no user of ours.';
      return { key, finding: { kind: 'skipped', code: 'inactive', message } };
    }
    // What is wrong with the record of an inactive customer does not keep its user active.
    const payload = result.kind === 'reject' && isInactive && link ? sink.payloadFromLink(link) : payloadOf(result);
    if (payload === undefined) return { key, finding: excluded(database, result, link) };
    const email = sink.email(payload);
    const claimant = email === undefined ? undefined : payloadFromLink.claimantsByEmail.get(email);
    const holder = claimant === key ? undefined : claimant;
    const leaves = isInactive && policies.inactive !== 'ignore';
    return await classifyAs({ key, payload, link, holder, leaves }, payloadFromLink);
  };

  async function classifyAs(one: Mapped<P>, payloadFromLink: LastSent): Promise<ClassifiedCustomer> {
    const { key, payload, holder } = one;
    const finding = await classifyPayload(one, payloadFromLink);
    return {
      key,
      externalId: sink.externalId(payload),
      ...(holder === undefined && { email: sink.email(payload) }),
      finding: { ...defined({ name: audit.nameOf(payload) }), ...finding },
    };
  }

  async function classifyPayload(
    { key, payload, link, holder, leaves }: Mapped<P>,
    payloadFromLink: LastSent,
  ): Promise<CustomerFinding> {
    const target = leaves ? sink.deactivated(payload) : payload;
    const whole = target === 'delete' ? payload : target;
    const letter = payloadFromLink.deadLetters.get(key);
    const linked = link && database.user(link.destinationId);
    const keepsEmail = link !== undefined && linked !== undefined && sink.keepsEmail(link, linked);
    const one: Case<P> = {
      key,
      link,
      // Whose user is left with the address that it has, has nothing to do with whose it is.
      holder: keepsEmail ? undefined : holder,
      leaves,
      expected: keepsEmail || holder !== undefined ? sink.withoutEmail(whole) : whole,
      letter: letter?.payloadHash === payloadHash(whole) ? letter : undefined,
      pending: payloadFromLink.pending.get(key),
    };
    if (target === 'delete' || (leaves && link?.deactivated === 'delete')) return classifyRemoved(one, linked);
    if (linked) return await classifyUser(work, one, linked);
    const alike = database.userByExternalId(sink.externalId(payload));
    if (alike) return await classifyUser(work, { ...one, link: undefined }, alike);
    return link ? await classifyLost(work, one, link) : await classifyAbsent(work, one, sink.email(payload));
  }
}

function excluded(database: AuditDatabase, result: MapResult<unknown>, link: Link | undefined): CustomerFinding {
  const kept = link && database.hasUser(link.destinationId) ? { destinationId: link.destinationId } : {};
  if (result.kind === 'skip') return { kind: 'skipped', code: result.reason, message: result.message, ...kept };
  if (result.kind === 'reject') return { kind: 'rejected', code: result.code, message: result.message, ...kept };
  throw new Error('A payload was set aside.');
}

function payloadOf<P>(result: MapResult<P>): P | undefined {
  return result.kind === 'payload' ? result.payload : undefined;
}
