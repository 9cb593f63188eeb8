import type { CallContext } from '../domain/context.ts';
import type { DeadLetter, Known, Pending } from '../domain/known.ts';
import type { Link } from '../domain/link.ts';
import type { MapResult } from '../domain/mapper.ts';
import type { SourceRecord } from '../domain/record.ts';
import type { DirectoryUser } from '../domain/user.ts';
import { isHeldReason } from '../pipeline/held-reasons.ts';
import { payloadHash } from '../pipeline/payload-hash.ts';
import type { Pipeline } from '../pipeline/types.ts';
import type { AuditDatabase, ClassifiedCustomer } from './audit-database.ts';
import type { CustomerFinding } from './findings.ts';

/** What the state knows of the customers of one page. */
export interface LastSent extends Known {
  readonly pending: ReadonlyMap<string, Pending>;
}

export interface MappedRecord<T, P> {
  readonly record: SourceRecord<T>;
  readonly result: MapResult<P>;
}

/** One customer on its way to a verdict. */
interface Case<P> {
  readonly key: string;
  readonly link: Link | undefined;
  readonly expected: P;
  /** Its address is another customer's to have, who came first. */
  readonly holder: string | undefined;
  /** Why it was set aside; undefined when the customer has changed since. */
  readonly letter: DeadLetter | undefined;
  readonly pending: Pending | undefined;
  /** It must be deactivated. */
  readonly leaves: boolean;
}

/**
 * Finds for one customer, as the source has it now, whether its user is there and as it should be; and if not, whether a
 * rule or a recorded reject is the reason. It decides again, from both sides as they are, and takes from the state only what
 * the sides do not show: links, claims on addresses, and reasons.
 */
export function createCustomerClassifier<T, P>(
  pipeline: Pipeline<T, P>,
  database: AuditDatabase,
  context: CallContext,
) {
  const { sink, store, id, policies } = pipeline;
  const { audit } = sink;

  return async function classify(
    { record, result }: MappedRecord<T, P>,
    payloadFromLink: LastSent,
  ): Promise<ClassifiedCustomer> {
    const { key } = record;
    const link = payloadFromLink.links.get(key);
    const isInactive = record.state !== 'active';
    if (isInactive && result.kind !== 'skip' && !link) {
      const message = 'The customer is inactive and has no user of ours.';
      return { key, finding: { kind: 'skipped', code: 'inactive', message } };
    }
    // What is wrong with the record of an inactive customer does not keep its user active.
    const payload = result.kind === 'reject' && isInactive && link ? sink.payloadFromLink(link) : payloadOf(result);
    if (payload === undefined) return { key, finding: excluded(result, link) };
    const name = audit.nameOf(payload);
    const email = sink.email(payload);
    const claimant = email === undefined ? undefined : payloadFromLink.claims.get(email);
    const holder = claimant === key ? undefined : claimant;
    const leaves = isInactive && policies.inactive !== 'ignore';
    const finding = await classifyPayload({ key, payload, link, holder, leaves }, payloadFromLink);
    return {
      key,
      externalId: sink.externalId(payload),
      ...(holder === undefined && { email }),
      finding: { ...(name !== undefined && { name }), ...finding },
    };
  };

  function excluded(result: MapResult<P>, link: Link | undefined): CustomerFinding {
    const kept = link && database.hasUser(link.destinationId) ? { destinationId: link.destinationId } : {};
    if (result.kind === 'skip') return { kind: 'skipped', code: result.reason, message: result.message, ...kept };
    if (result.kind === 'reject') return { kind: 'rejected', code: result.code, message: result.message, ...kept };
    throw new Error('A payload was set aside.');
  }

  async function classifyPayload(
    {
      key,
      payload,
      link,
      holder,
      leaves,
    }: Pick<Case<P>, 'key' | 'link' | 'holder' | 'leaves'> & { readonly payload: P },
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
    if (linked) return await classifyUser(one, linked);
    const alike = database.userByExternalId(sink.externalId(payload));
    if (alike) return await classifyUser({ ...one, link: undefined }, alike);
    return link ? await classifyLost(one, link) : await classifyAbsent(one, sink.email(payload));
  }

  /** The policy wants the user of an inactive customer deleted. */
  function classifyRemoved({ pending }: Case<P>, user: DirectoryUser | undefined): CustomerFinding {
    const message = 'The customer is inactive; its user is deleted, as the policy says.';
    if (!user) return { kind: 'skipped', code: 'inactive', message };
    const found = { destinationId: user.id, fields: { active: [false, true] as const } };
    return pending && isHeldReason(pending.reason)
      ? { kind: 'skipped', code: pending.reason, ...found }
      : { kind: 'differing', code: 'not-deactivated', ...found };
  }

  /** `link` is there where it is by the link that we know the user, and not by its external id. */
  async function classifyUser(one: Case<P>, user: DirectoryUser): Promise<CustomerFinding> {
    const { key, link, expected, letter, pending, holder, leaves } = one;
    const destinationId = user.id;
    if (audit.isStaff(user)) return letter ? rejected(letter) : staff(user);
    const owners = [link?.key ?? database.linkOf(user.id)?.key, database.customerOf(user.id)?.key];
    const rival = owners.find((owner) => owner !== undefined && owner !== key);
    if (rival !== undefined) {
      const message = `Customer ${rival} has the same external_id, or is the same user.`;
      return letter ? rejected(letter) : { kind: 'rejected', code: 'external-id-conflict', message };
    }
    const { differences, normalized, standing } = await audit.compareUser({ expected, link, user }, context);
    const found = { destinationId, ...(normalized.length > 0 && { normalized }) };
    if (Object.keys(differences).length === 0) {
      if (holder !== undefined && policies.sharedEmail === 'first') return { ...sharedEmail(holder), ...found };
      return { kind: 'inSync', ...found };
    }
    const differing = { ...found, fields: differences };
    if (letter) return { ...rejected(letter), ...differing };
    if (pending && pending.reason !== 'shared-email') return { kind: 'skipped', code: pending.reason, ...differing };
    if (leaves && link?.deactivated === undefined) return { kind: 'differing', code: 'not-deactivated', ...differing };
    const isLeft = Object.keys(differences).every((name) => standing.includes(name));
    if (!isLeft) return { kind: 'differing', code: 'differing', ...differing };
    const isEmpty = Object.values(differences).every(([, shown]) => shown === null || shown === '');
    return { kind: 'differing', code: isEmpty ? 'dropped' : 'left-by-sync', ...differing };
  }

  /** We know its user, and it is not there any more: merged into another, or deleted over there. */
  async function classifyLost({ key, letter, expected }: Case<P>, link: Link): Promise<CustomerFinding> {
    const { destinationId } = link;
    const survivor = await audit.findSurvivor({ expected, link }, context);
    if (survivor) return classifyMerged({ key, letter, gone: destinationId }, survivor);
    if (letter) return rejected(letter);
    const message = `User ${destinationId} is not there any more: it was deleted, or merged into a user that nobody can find by its address.`;
    const isAccepted = audit.toleratesDeleted && (await lastSkip(key)) === audit.codes.deleted;
    return { kind: isAccepted ? 'skipped' : 'missing', code: audit.codes.deleted, message };
  }

  /** Whoever holds the address of the gone user by now is the customer's, unless it is somebody else's already. */
  function classifyMerged(
    { key, letter, gone }: Pick<Case<P>, 'key' | 'letter'> & { readonly gone: string },
    survivor: DirectoryUser,
  ): CustomerFinding {
    if (audit.isStaff(survivor)) return letter ? rejected(letter) : staff(survivor);
    const owner = database.linkOf(survivor.id)?.key ?? database.customerOf(survivor.id)?.key;
    const into = `User ${gone} was merged into user ${survivor.id}`;
    if (owner !== undefined && owner !== key)
      return { kind: 'skipped', code: audit.codes.merged, message: `${into}, who is customer ${owner}.` };
    if (letter) return rejected(letter);
    return { kind: 'missing', code: audit.codes.merged, message: `${into}. The customer's link is still to follow.` };
  }

  /** There is no user that we know of. */
  async function classifyAbsent(one: Case<P>, email: string | undefined): Promise<CustomerFinding> {
    const { key, letter, pending, holder } = one;
    if (letter) return rejected(letter);
    if (holder !== undefined && policies.sharedEmail === 'first') return sharedEmail(holder);
    if (pending && pending.reason !== 'shared-email') return { kind: 'skipped', code: pending.reason };
    const other = email === undefined || holder !== undefined ? undefined : database.userByEmail(email);
    if (other && audit.isStaff(other)) return staff(other);
    // An address that is only a secondary one of an agent's is not in any list: the run that met it has recorded why.
    if (!other && (await lastSkip(key)) === 'staff-account') return { kind: 'skipped', code: 'staff-account' };
    if (!other) return { kind: 'missing', code: 'missing' };
    const message = `User ${other.id} has the e-mail address and is not linked to this customer.`;
    return { kind: 'missing', code: 'not-linked', message };
  }

  /** Why the last run that looked at the customer passed it over. */
  async function lastSkip(key: string): Promise<string | undefined> {
    const [last] = await store.history(id, key);
    return last?.outcome === 'skipped' ? last.code : undefined;
  }
}

function payloadOf<P>(result: MapResult<P>): P | undefined {
  return result.kind === 'payload' ? result.payload : undefined;
}

function staff({ id }: DirectoryUser): CustomerFinding {
  return {
    kind: 'skipped',
    code: 'staff-account',
    message: `User ${id} is an agent or admin. Staff are never written.`,
  };
}

function rejected({ code, message }: DeadLetter): CustomerFinding {
  return { kind: 'rejected', code, message };
}

function sharedEmail(holder: string): CustomerFinding {
  return {
    kind: 'skipped',
    code: 'shared-email',
    message: `Customer ${holder} has the same e-mail address and came first.`,
  };
}
