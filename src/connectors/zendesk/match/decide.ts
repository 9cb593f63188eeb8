import type { Decision, MappedRecord } from '../../../core/domain/decision.ts';
import type { Fields, Json } from '../../../core/domain/json.ts';
import type { Known } from '../../../core/domain/known.ts';
import type { Link } from '../../../core/domain/link.ts';
import type { DirectoryUser } from '../../../core/domain/user.ts';
import { flatten } from '../fields/fields.ts';
import type { RelatedResources } from '../related/related.ts';
import type { ZendeskUser } from '../user.ts';
import type { CreateIntent, DeleteIntent, UpdateIntent } from '../write/intents.ts';
import { emailTakenText } from '../write/outcomes.ts';
import { type Difference, diffUser, isEmptyDifference } from './diff-user.ts';
import { conflict, findMatch, hasForeignExternalId } from './match.ts';
import type { ZendeskPolicies } from './ownership.ts';

type Decided = Decision<ZendeskUser>;

/** Decides what becomes of one mapped customer, from the links and the directory alone. */
export function decide(mapped: MappedRecord<ZendeskUser>, known: Known, policies: ZendeskPolicies): Decided {
  const match = findMatch(mapped, known, policies);
  switch (match.kind) {
    case 'decided':
      return match.decision;
    case 'create':
      return { kind: 'write', delivery: delivery(mapped, 'create', createIntent(mapped)) };
    case 'user':
      if (!mapped.remove) return update(mapped, known, policies, match);
      // Whatever the policy says of taking users over: one who has another external id is not deleted.
      return match.user && hasForeignExternalId(match.user, match.link.externalId)
        ? conflict(match.user, mapped.key)
        : remove(mapped, match.link, match.user);
    default:
      return match satisfies never;
  }
}

function update(
  mapped: MappedRecord<ZendeskUser>,
  known: Known,
  policies: ZendeskPolicies,
  { link, user, code }: { readonly link: Link; readonly user: DirectoryUser | undefined; readonly code?: string },
): Decided {
  const differs = diffUser(flatten(mapped.payload), link, user, policies);
  const deactivated = mapped.deactivating;
  if (isEmptyDifference(differs))
    return unchanged(link, differs, { deactivated, linked: known.links.has(link.key), user });

  const base = updateIntent(
    mapped,
    link,
    user,
    differs,
    code ?? (deactivated !== undefined ? 'deactivate' : undefined),
  );
  if (!differs.email) return { kind: 'write', delivery: delivery(mapped, 'update', base) };

  const way = emailWay(mapped, known, policies, { link, user, to: differs.email.to });
  if (way === 'wait') return { kind: 'wait' };
  if (way === 'free') return { kind: 'write', delivery: delivery(mapped, 'update', base) };
  if (way === 'let-go') return { kind: 'write', delivery: delivery(mapped, 'update', releaseEmail(base, link)) };
  return { kind: 'write', delivery: delivery(mapped, 'update', withoutEmail(base, link, way)) };
}

/**
 * Whether the user may have the address now. Another user that holds it may be about to give it up: that is known only
 * when the scan has ended and nothing moves any more. Then a circle of changes is opened by letting go of an address, if
 * addresses may go.
 */
function emailWay(
  mapped: MappedRecord<ZendeskUser>,
  known: Known,
  { oldEmail }: ZendeskPolicies,
  { link, user, to }: { readonly link: Link; readonly user: DirectoryUser | undefined; readonly to: string },
): 'free' | 'wait' | 'let-go' | { readonly holder: DirectoryUser } {
  const holder = known.usersByEmail.get(to);
  if (!holder?.active || holder.id === link.destinationId) return 'free';
  if (mapped.phase !== 'final') return 'wait';
  const own = link.sent.email;
  const canReleaseEmail =
    oldEmail === 'remove' &&
    mapped.inCycle &&
    typeof own === 'string' &&
    (user?.email === own || link.stored?.email === own);
  return canReleaseEmail ? 'let-go' : { holder };
}

/** Nothing to write; but what we learnt by comparing is kept. */
function unchanged(
  { deactivated: before, ...link }: Link,
  { sent }: Difference,
  now: { readonly deactivated: string | undefined; readonly linked: boolean; readonly user: DirectoryUser | undefined },
): Decided {
  const sameFields =
    Object.keys(sent).length === Object.keys(link.sent).length && Object.keys(sent).every((name) => name in link.sent);
  if (now.linked && sameFields && before === now.deactivated) return { kind: 'unchanged' };
  // What Zendesk shows is what it stored only where no write of ours is still on its way into the directory.
  const settled = !now.linked || link.stored !== undefined;
  return {
    kind: 'unchanged',
    link: {
      ...link,
      sent,
      ...(settled && now.user?.fields && { stored: now.user.fields }),
      ...(now.deactivated !== undefined && { deactivated: now.deactivated }),
    },
  };
}

function remove(mapped: MappedRecord<ZendeskUser>, link: Link, user: DirectoryUser | undefined): Decided {
  const { key, destinationId: id, externalId, origin, sent } = link;
  const intent: DeleteIntent = { kind: 'delete', key, id, externalId, origin, sent, ...(user && { user }) };
  return { kind: 'write', delivery: delivery(mapped, 'delete', intent) };
}

function createIntent({ key, payload, onlyIfUnchanged }: MappedRecord<ZendeskUser>): CreateIntent {
  const { external_id: externalId, skip_verify_email: skipVerifyEmail, verified } = payload;
  return {
    kind: 'create',
    key,
    externalId,
    mapped: flatten(payload),
    skipVerifyEmail,
    ...(onlyIfUnchanged && { onlyIfUnchanged }),
    ...(verified !== undefined && { verified }),
  };
}

function updateIntent(
  { payload, deactivating, onlyIfUnchanged }: MappedRecord<ZendeskUser>,
  link: Link,
  user: DirectoryUser | undefined,
  { set, tags, email, related, sent, before, previousLastSent, ifEmpty }: Difference,
  code: string | undefined,
): UpdateIntent {
  return {
    kind: 'update',
    key: link.key,
    id: link.destinationId,
    externalId: payload.external_id,
    origin: link.origin,
    set,
    sent,
    before,
    previousLastSent,
    skipVerifyEmail: payload.skip_verify_email,
    ...(code !== undefined && { code }),
    ...(tags && { tags: { add: [...tags.add], remove: [...tags.remove] } }),
    ...(email && { email }),
    ...(related && { related: copyOf(related) }),
    ...(ifEmpty.length > 0 && { ifEmpty: [...ifEmpty] }),
    ...(user && { user }),
    ...(deactivating !== undefined && { deactivated: deactivating }),
    ...(onlyIfUnchanged && { onlyIfUnchanged }),
  };
}

/** Intents are mutable by their schema's types; what they are made of is not. */
function copyOf(related: RelatedResources): NonNullable<UpdateIntent['related']> {
  return Object.fromEntries(
    Object.entries(related).map(([name, { from, to }]) => [name, { from: [...from], to: [...to] }]),
  );
}

function releaseEmail(
  { email: _, related: __, previousLastSent: ___, ...base }: UpdateIntent,
  link: Link,
): UpdateIntent {
  const own = String(link.sent.email);
  return { ...base, set: {}, sent: without(link.sent, 'email'), before: {}, releaseEmail: own };
}

/** The other fields are still written; the address counts as it was before. */
function withoutEmail(
  { email: _, sent, ...base }: UpdateIntent,
  link: Link,
  { holder }: { readonly holder: DirectoryUser },
): UpdateIntent {
  const before = link.sent.email;
  return {
    ...base,
    sent: before === undefined ? without(sent, 'email') : { ...sent, email: before },
    emailRefusal: { message: emailTakenText, blockedByUserId: holder.id },
  };
}

function without(fields: Fields, name: string): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([other]) => other !== name));
}

function delivery(
  { key, payload }: MappedRecord<ZendeskUser>,
  operation: 'create' | 'update' | 'delete',
  intent: CreateIntent | UpdateIntent | DeleteIntent,
) {
  // An intent is JSON by its schema; the compiler can't see that readonly unions are.
  return { key, operation, payload, intent: intent as unknown as Json };
}
