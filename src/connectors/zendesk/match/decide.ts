import { defined } from '../../../core/defined.ts';
import type { Decision, MappedRecord } from '../../../core/domain/decision.ts';
import type { Fields } from '../../../core/domain/json.ts';
import type { Known } from '../../../core/domain/known.ts';
import type { Link } from '../../../core/domain/link.ts';
import type { DirectoryUser } from '../../../core/domain/user.ts';
import { flatten } from '../fields/fields.ts';
import type { ZendeskUser } from '../user.ts';
import { emailTakenText } from '../write/email-outcomes.ts';
import { type CreateIntent, type Intent, keep, type ReleaseEmailIntent, type UpdateIntent } from '../write/intents.ts';
import { type Difference, diffUser, isEmptyDifference } from './diff-user.ts';
import { conflict, findMatch, hasForeignExternalId } from './match.ts';
import type { ZendeskPolicies } from './ownership.ts';
import { isStaff } from './staff.ts';

type Decided = Decision<ZendeskUser, Intent>;

/** Decides what becomes of one mapped customer, using only the links and the directory. */
export function decide(mapped: MappedRecord<ZendeskUser>, known: Known, policies: ZendeskPolicies): Decided {
  if (mapped.releasesEmail) return releaseEmail(mapped, known, policies);
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

/** The user has no address that is its customer's: it gives it up, unless the policy keeps former ones. */
function releaseEmail(mapped: MappedRecord<ZendeskUser>, known: Known, { oldEmail }: ZendeskPolicies): Decided {
  const link = known.links.get(mapped.key);
  const user = link && known.users.get(link.destinationId);
  const isTheirs = oldEmail === 'remove' && user?.active === true && !isStaff(user);
  if (!link || !isTheirs || !hasOwnEmail(link, user)) return { kind: 'unchanged' };
  return { kind: 'write', delivery: delivery(mapped, 'update', releaseEmailIntent(mapped, { link, user })) };
}

function update(
  mapped: MappedRecord<ZendeskUser>,
  known: Known,
  policies: ZendeskPolicies,
  { link, user, code }: Matched,
): Decided {
  const differs = diffUser(flatten(mapped.payload), link, user, policies);
  const deactivated = mapped.deactivating;
  if (isEmptyDifference(differs))
    return unchanged(link, differs, { deactivated, linked: known.links.has(link.key), user });

  const base = updateIntent(mapped, { link, user, code }, differs);
  if (!differs.email) return { kind: 'write', delivery: delivery(mapped, 'update', base) };

  const way = emailAvailability(mapped, known, policies, { link, user, to: differs.email.to });
  if (way === 'wait') return { kind: 'wait' };
  if (way === 'free') return { kind: 'write', delivery: delivery(mapped, 'update', base) };
  if (way === 'release')
    return { kind: 'write', delivery: delivery(mapped, 'update', releaseEmailIntent(mapped, { link, user })) };
  return { kind: 'write', delivery: delivery(mapped, 'update', withoutEmail(base, link, way)) };
}

/**
 * Whether the user may have the address now. Another user that has it may still give it up: that is known only when the
 * read has ended and no other change is left. Then a cycle of changes is opened by releasing one address, if the policy
 * allows it.
 */
function emailAvailability(
  mapped: MappedRecord<ZendeskUser>,
  known: Known,
  { oldEmail }: ZendeskPolicies,
  { link, user, to }: { readonly link: Link; readonly user: DirectoryUser | undefined; readonly to: string },
): 'free' | 'wait' | 'release' | { readonly holder: DirectoryUser } {
  const holder = known.usersByEmail.get(to);
  if (!holder?.active || holder.id === link.destinationId) return 'free';
  if (mapped.phase !== 'final') return 'wait';
  const canReleaseEmail = oldEmail === 'remove' && mapped.inCycle && hasOwnEmail(link, user);
  return canReleaseEmail ? 'release' : { holder };
}

/** The address that we wrote is still the user's. */
function hasOwnEmail({ sent, stored }: Link, user: DirectoryUser | undefined): boolean {
  return typeof sent.email === 'string' && (user?.email === sent.email || stored?.email === sent.email);
}

/** There is nothing to write, but what the comparison found out is stored. */
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
      ...defined({ deactivated: now.deactivated }),
    },
  };
}

function remove(mapped: MappedRecord<ZendeskUser>, link: Link, user: DirectoryUser | undefined): Decided {
  const { key, destinationId: id, externalId, origin, sent } = link;
  const intent = { kind: 'delete', key, id, externalId, origin, sent, ...defined({ user }) } as const;
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
    onlyIfUnchanged,
    ...defined({ verified }),
  };
}

interface Matched {
  readonly link: Link;
  readonly user: DirectoryUser | undefined;
  readonly code?: 'adopt' | 'takeover' | undefined;
}

function updateIntent(
  { payload, deactivating, onlyIfUnchanged }: MappedRecord<ZendeskUser>,
  { link, user, code }: Matched,
  { set, tags, email, related, sent, before, previousLastSent, ifEmpty }: Difference,
): UpdateIntent {
  return {
    kind: code ?? (deactivating === undefined ? 'update' : 'deactivate'),
    key: link.key,
    id: link.destinationId,
    externalId: payload.external_id,
    origin: link.origin,
    set,
    tags: tags ?? { add: [], remove: [] },
    address: email ? { kind: 'move', ...email } : keep,
    related: related ?? {},
    sent,
    before,
    previousLastSent,
    ifEmpty,
    onlyIfUnchanged,
    skipVerifyEmail: payload.skip_verify_email,
    ...defined({ user, deactivated: deactivating }),
  };
}

/** Nothing else is written, so the link stays as it was except for the address. */
function releaseEmailIntent({ payload }: MappedRecord<ZendeskUser>, { link, user }: Matched): ReleaseEmailIntent {
  const { key, destinationId: id, origin, sent, deactivated } = link;
  return {
    kind: 'release-email',
    key,
    id,
    externalId: payload.external_id,
    origin,
    address: String(sent.email),
    sent: without(sent, 'email'),
    ...defined({ user, deactivated }),
  };
}

/** The other fields are still written. The address counts as last sent before. */
function withoutEmail(
  { sent, ...base }: UpdateIntent,
  link: Link,
  { holder }: { readonly holder: DirectoryUser },
): UpdateIntent {
  const before = link.sent.email;
  return {
    ...base,
    sent: before === undefined ? without(sent, 'email') : { ...sent, email: before },
    address: { kind: 'blocked', message: emailTakenText, blockedByUserId: holder.id },
  };
}

function without(fields: Fields, name: string): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([other]) => other !== name));
}

function delivery(
  { key, payload }: MappedRecord<ZendeskUser>,
  operation: 'create' | 'update' | 'delete',
  intent: Intent,
) {
  return { key, operation, payload, intent };
}
