import type { SinkPolicies } from '../../../core/destination.ts';
import type { Decision, MappedRecord } from '../../../core/domain/decision.ts';
import type { Known } from '../../../core/domain/known.ts';
import type { Link } from '../../../core/domain/link.ts';
import type { DirectoryUser } from '../../../core/domain/user.ts';
import type { ZendeskUser } from '../user.ts';
import { isStaff, staffDecision } from './staff.ts';

type WithoutWrite = Exclude<Decision<ZendeskUser>, { readonly kind: 'write' }>;

export type Match =
  | { readonly kind: 'create' }
  | {
      readonly kind: 'user';
      readonly link: Link;
      readonly user: DirectoryUser | undefined;
      readonly code?: 'adopt' | 'takeover';
    }
  | { readonly kind: 'decided'; readonly decision: WithoutWrite };

/**
 * Finds the Zendesk user of a customer: the linked user, or the one that it was merged into; else the user with its
 * external_id; else the user with its e-mail address. Agents and admins never match; the decision only names them.
 */
export function findMatch(mapped: MappedRecord<ZendeskUser>, known: Known, policies: SinkPolicies): Match {
  const link = known.links.get(mapped.key);
  if (link) return linked(mapped, known, policies, link);
  return byExternalId(mapped, known, policies) ?? byEmail(mapped, known, policies) ?? { kind: 'create' };
}

export function conflict(user: Pick<DirectoryUser, 'id'>, key: string) {
  return {
    kind: 'reject' as const,
    code: 'external-id-conflict',
    message: `Zendesk user ${user.id} has the e-mail address and belongs to another external_id. If it is this customer: rolodesk link ${key} ${user.id}`,
    blockedByUserId: user.id,
  };
}

function linked(mapped: MappedRecord<ZendeskUser>, known: Known, policies: SinkPolicies, link: Link): Match {
  const user = known.users.get(link.destinationId);
  if (user && isStaff(user)) return decision(staffDecision(user, policies));
  if (user && !user.active) {
    if (link.deactivated === 'delete')
      return byExternalId(mapped, known, policies) ?? byEmail(mapped, known, policies) ?? { kind: 'create' };
    if (policies.deletedInDestination === 'recreate') {
      const named = byExternalId(mapped, known, policies) ?? byEmail(mapped, known, policies);
      return named ?? bySurvivor(mapped, known, policies, link) ?? { kind: 'create' };
    }
    // Made again by hand, or merged into another user: the link moves to who has the address now.
    const successor = byEmail(mapped, known, policies);
    if (successor?.kind === 'user') return successor;
    const survivor = bySurvivor(mapped, known, policies, link);
    if (survivor) return survivor;
    const message = `Zendesk user ${user.id} was deleted in Zendesk. It is not created again (policies.deletedInZendesk: recreate does that).`;
    return decision({ kind: 'skip', reason: 'deleted-in-zendesk', message });
  }
  if (user && 'external_id' in link.sent && hasForeignExternalId(user, link.externalId, mapped.payload.external_id))
    return relinked(mapped, known, policies, { link, user });
  // Taken by a second address of the user, and not written yet: what holds of a match holds of it.
  const isNew = link.origin === 'adopted' && link.writtenAt === 0;
  if (!user || !isNew) return { kind: 'user', link, user };
  return adopted(link, user, policies);
}

/** The user has an external id, and it is none of these: it belongs to another system or another customer. */
export function hasForeignExternalId(
  { externalId }: Pick<DirectoryUser, 'externalId'>,
  ...ours: readonly string[]
): boolean {
  return externalId !== undefined && !ours.includes(externalId);
}

/**
 * The linked user has an external id that is not this customer's: a job returned its results in another order, or
 * somebody changed it. The user with this customer's id is then the right one. If there is none, it is a conflict like
 * any other.
 */
function relinked(
  mapped: MappedRecord<ZendeskUser>,
  known: Known,
  policies: SinkPolicies,
  { link, user }: { readonly link: Link; readonly user: DirectoryUser },
): Match {
  const own = byExternalId(mapped, known, policies);
  if (own) return own;
  if (policies.conflict === 'reject') {
    const message = `Zendesk user ${user.id}, who is customer ${link.key}, has another external_id by now. If it is still this customer: rolodesk link ${link.key} ${user.id}`;
    return decision({ ...conflict(user, link.key), message });
  }
  const { external_id: _, ...sent } = link.sent;
  return { kind: 'user', user, link: { ...link, sent }, code: 'takeover' };
}

function byExternalId(
  { key, payload }: MappedRecord<ZendeskUser>,
  known: Known,
  policies: SinkPolicies,
): Match | undefined {
  const user = known.usersByExternalId.get(payload.external_id);
  if (!user?.active) return undefined;
  if (isStaff(user)) return decision(staffDecision(user, policies));
  const owner = known.linksByUser.get(user.id);
  // A link to a user who has another customer's external id is wrong; it is corrected when its own customer is decided.
  if (owner && owner.key !== key && owner.externalId === payload.external_id) return decision(conflict(user, key));
  return { kind: 'user', user, link: newLink(key, payload, user, 'matched') };
}

function byEmail(mapped: MappedRecord<ZendeskUser>, known: Known, policies: SinkPolicies): Match | undefined {
  const { key, payload, phase } = mapped;
  const user = payload.email === undefined ? undefined : known.usersByEmail.get(payload.email);
  if (!user?.active) return undefined;
  if (isStaff(user)) return decision(staffDecision(user, policies));
  const owner = known.linksByUser.get(user.id);
  if (owner && owner.key !== key) {
    // Another customer's user still has the address, although its customer no longer does: it may still move away.
    if (phase !== 'final') return decision({ kind: 'wait' });
    const message = `The e-mail address is in use by Zendesk user ${user.id}, who is customer ${owner.key}.`;
    return decision({ kind: 'reject', code: 'email-taken', message, blockedByUserId: user.id });
  }
  return adopted(newLink(key, payload, user, 'adopted'), user, policies);
}

/**
 * The user that the linked one was merged into. It keeps its primary address, and the customer's address counts as
 * sent. If it is the user of another customer, the two customers are one person in Zendesk, and this one gets no user
 * of its own.
 */
function bySurvivor(
  { key, payload }: MappedRecord<ZendeskUser>,
  known: Known,
  policies: SinkPolicies,
  { destinationId }: Link,
): Match | undefined {
  const found = known.survivors?.get(destinationId);
  if (!found?.user.active) return undefined;
  const { user, email } = found;
  if (isStaff(user)) return decision(staffDecision(user, policies));
  const owner = known.linksByUser.get(user.id);
  if (owner && owner.key !== key) {
    const message = `Zendesk user ${destinationId} was merged into user ${user.id}, who is customer ${owner.key}.`;
    return decision({ kind: 'skip', reason: 'merged-in-zendesk', message });
  }
  return adopted({ ...newLink(key, payload, user, 'adopted'), sent: { email } }, user, policies);
}

function adopted(link: Link, user: DirectoryUser, policies: SinkPolicies): Match {
  if (!hasForeignExternalId(user, link.externalId)) return { kind: 'user', user, link, code: 'adopt' };
  if (policies.conflict === 'reject') return decision(conflict(user, link.key));
  return { kind: 'user', user, link, code: 'takeover' };
}

function newLink(key: string, payload: ZendeskUser, user: DirectoryUser, origin: Link['origin']): Link {
  return { key, externalId: payload.external_id, destinationId: user.id, origin, sent: {}, writtenAt: 0 };
}

function decision(found: WithoutWrite): Match {
  return { kind: 'decided', decision: found };
}
