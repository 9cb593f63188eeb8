import { defined } from '../../../core/defined.ts';
import type { Fields, Json } from '../../../core/domain/json.ts';
import type { Link } from '../../../core/domain/link.ts';
import type { DirectoryUser } from '../../../core/domain/user.ts';
import type { RowOutcome } from '../../../core/domain/write.ts';
import { omitRelated, type RelatedRefusals, relatedKinds } from '../related/related.ts';
import {
  type ChangeIntent,
  type CreateIntent,
  type DeleteIntent,
  type ExistingUserIntent,
  keep,
  type ReleaseEmailIntent,
} from './intents.ts';

/**
 * How a finished write is recorded. `writtenAt` is Zendesk's time and not later than the write; `stored` is what
 * Zendesk has shown of it since.
 */

type Refused = Extract<RowOutcome, { readonly kind: 'refused' }>;
type Written = Extract<RowOutcome, { readonly kind: 'written' }>;

interface Seen {
  readonly writtenAt: number;
  readonly stored?: Fields;
}

export function created(intent: CreateIntent, id: string, { writtenAt, stored }: Seen): Written {
  const { key, externalId, mapped } = intent;
  const link: Link = {
    key,
    externalId,
    destinationId: id,
    origin: 'created',
    // Its related resources are written after it.
    sent: omitRelated(mapped),
    writtenAt,
    ...defined({ stored }),
  };
  const email = mapped.email;
  const { organizations } = mapped;
  const user: DirectoryUser = {
    id,
    externalId,
    role: 'end-user',
    active: true,
    updatedAt: 0,
    ...(typeof email === 'string' && { email }),
    ...defined({ fields: stored }),
  };
  // An undo asks for the organizations that were made for it, when link and user are long gone.
  const changes = organizations !== undefined && { changes: { organizations: [[], organizations] as const } };
  return { kind: 'written', outcome: 'created', link, user, ...changes };
}

export function updated(intent: ChangeIntent, { writtenAt, stored }: Seen): Written {
  return {
    kind: 'written',
    outcome: 'updated',
    link: updatedLink(intent, writtenAt, stored),
    user: updatedUser(intent, stored),
    changes: changesOf(intent),
    ...causeOf(intent),
  };
}

/** Why a user was changed, for its result. */
function causeOf(intent: ChangeIntent): Pick<Written, 'code' | 'previousLastSent' | 'unlinksCustomer'> {
  switch (intent.kind) {
    case 'update':
      return { previousLastSent: intent.previousLastSent };
    case 'adopt':
    case 'takeover':
    case 'deactivate':
      return { code: intent.kind, previousLastSent: intent.previousLastSent };
    case 'revert':
      return { code: 'undo', ...(intent.unlinksCustomer && { unlinksCustomer: true }) };
    default:
      return intent satisfies never;
  }
}

export function updatedLink(intent: ExistingUserIntent, writtenAt: number, stored?: Fields): Link {
  const { key, externalId, id, origin, sent, deactivated } = intent;
  return {
    key,
    externalId,
    destinationId: id,
    origin,
    sent,
    writtenAt,
    ...defined({ stored, deactivated }),
  };
}

/** The directory entry after the write: the known values, overwritten by what we set. */
export function updatedUser(intent: ChangeIntent, stored?: Fields): DirectoryUser {
  const { id, user, set, address, tags } = intent;
  const externalId = 'external_id' in set ? set.external_id : intent.externalId;
  const email = address.kind === 'move' ? address.to : user?.email;
  const moved = address.kind === 'move' && { email: address.to };
  const tagged = hasTags(intent) && user?.fields ? { tags: applyTagDiff(user.fields.tags, tags) } : {};
  const fields = stored ?? (user?.fields && { ...user.fields, ...set, ...tagged, ...moved });
  return {
    id,
    role: user?.role ?? 'end-user',
    active: true,
    updatedAt: user?.updatedAt ?? 0,
    ...(typeof externalId === 'string' && { externalId }),
    ...defined({ email, fields }),
  };
}

export function deleted({ kind, key, id, externalId, origin, sent }: DeleteIntent, writtenAt: number): RowOutcome {
  const cause = kind === 'revert-create' ? { code: 'undo', unlinksCustomer: true } : { code: 'deactivate' };
  return {
    kind: 'written',
    outcome: 'updated',
    ...cause,
    link: { key, externalId, destinationId: id, origin, sent, writtenAt, deactivated: 'delete' },
    user: { id, role: 'end-user', active: false, updatedAt: 0 },
    changes: { active: [true, false] },
  };
}

/** The user has released its address, and may have another one: its own change can now be decided. */
export function emailReleased(intent: ReleaseEmailIntent, other: string | undefined): RowOutcome {
  const { id, externalId, user = { id, role: 'end-user', active: true, updatedAt: 0 }, address } = intent;
  return {
    kind: 'redecide',
    users: [withOtherEmail({ ...user, externalId, active: true }, other)],
    link: updatedLink(intent, user.updatedAt),
    written: {
      destinationId: id,
      changes: { email: [address, other ?? null] },
      previousLastSent: { email: address },
    },
  };
}

/** The same for an undo, which needs nothing else of the address. */
export function emailReverted(
  intent: ChangeIntent,
  {
    address,
    other,
    writtenAt,
  }: { readonly address: string; readonly other: string | undefined; readonly writtenAt: number },
): Written {
  const outcome = updated(intent, { writtenAt });
  return {
    ...outcome,
    user: withOtherEmail({ fields: {}, ...updatedUser(intent) }, other),
    changes: { ...changesOf(intent), email: [address, other ?? null] },
  };
}

function withOtherEmail({ email: _, fields, ...user }: DirectoryUser, other: string | undefined): DirectoryUser {
  const { email: __, ...shown } = fields ?? {};
  const email = other !== undefined && { email: other };
  return { ...user, ...email, ...(fields && { fields: { ...shown, ...email } }) };
}

export const emailTakenText = 'The e-mail address is in use by another Zendesk user. The other fields were written.';

interface EmailRefusal {
  readonly writtenAt: number;
  readonly message: string;
  readonly blockedByUserId?: string;
}

/** The fields are written, but another user has the address. */
export function emailTaken(given: ChangeIntent, { writtenAt, message, blockedByUserId }: EmailRefusal): Refused {
  const intent = withPreviousRelated({ ...given, address: keep });
  return {
    kind: 'refused',
    code: 'email-taken',
    message,
    link: updatedLink(intent, writtenAt),
    user: updatedUser(intent),
    ...(needsJob(intent) && { changes: changesOf(intent) }),
    ...('previousLastSent' in intent && { previousLastSent: intent.previousLastSent }),
    ...defined({ blockedByUserId }),
    ...(given.address.kind === 'move' && { blockedByEmail: given.address.to }),
  };
}

/** The same, while the other user may still release the address. */
export function pendingRejection({
  code,
  message,
  link,
  user,
  changes,
  previousLastSent,
  blockedByEmail,
}: Refused): RowOutcome {
  return {
    kind: 'unknown-cause',
    code,
    message,
    ...defined({ link, user, blockedByEmail }),
    ...(link &&
      changes && {
        written: { destinationId: link.destinationId, changes, ...defined({ previousLastSent }) },
      }),
  };
}

/** The user's related resources are not written (yet): what counts as sent of them stays as it was. */
export function withPreviousRelated<I extends ChangeIntent>(intent: I): I {
  const former = Object.entries(intent.related).map(([name, { from }]) => [name, from] as const);
  return { ...intent, related: {}, sent: { ...intent.sent, ...Object.fromEntries(former) } };
}

/**
 * A row in which Zendesk refused something: it is rejected, with what was written. Returned unchanged if nothing was
 * refused.
 */
export function rejectedWith(
  { link, user, ...outcome }: Written,
  refusals: RelatedRefusals,
  changes: NonNullable<Written['changes']>,
): RowOutcome {
  const first = Object.values(refusals).find((refusal) => refusal !== 'behind');
  if (!first) return { ...outcome, link, ...defined({ user }) };
  const { previousLastSent } = outcome;
  return {
    kind: 'refused',
    ...first,
    link,
    changes,
    ...defined({ previousLastSent, user }),
    blockedByUserId: link.destinationId,
  };
}

/** Whether a job is needed: a change of only the address goes through the identities API. */
export function needsJob(intent: ChangeIntent): boolean {
  return Object.keys(intent.set).length > 0 || hasTags(intent);
}

export function hasTags({ tags }: Pick<ChangeIntent, 'tags'>): boolean {
  return tags.add.length + tags.remove.length > 0;
}

/** For a row that Zendesk accepted without giving it an outcome. */
export function asAnswered(outcome: RowOutcome): RowOutcome {
  return outcome.kind === 'not-written' ? { ...outcome, isAnswered: true } : outcome;
}

/** The user no longer exists: decide again, knowing that. */
export function gone({ id, user }: ExistingUserIntent): RowOutcome {
  return {
    kind: 'redecide',
    users: [{ id, role: user?.role ?? 'end-user', active: false, updatedAt: user?.updatedAt ?? 0 }],
  };
}

/** The tags to write: Zendesk's, without ours that were removed, plus ours that were added. */
export function applyTagDiff(
  current: Json | undefined,
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): string[] {
  const tags = Array.isArray(current) ? current.filter((tag): tag is string => typeof tag === 'string') : [];
  return [...new Set([...tags.filter((tag) => !remove.includes(tag)), ...add])].sort();
}

function changesOf(intent: ChangeIntent): Readonly<Record<string, readonly [Json, Json]>> {
  const { set, address, tags, related, before } = intent;
  const changes: Record<string, readonly [Json, Json]> = {};
  for (const [name, value] of Object.entries(set)) changes[name] = [before[name] ?? null, value];
  if (address.kind === 'move') changes.email = [before.email ?? address.from ?? null, address.to];
  if (hasTags(intent)) changes.tags = [before.tags ?? null, applyTagDiff(before.tags, tags)];
  for (const name of relatedKinds) {
    const change = related[name];
    if (change) changes[name] = [change.from, change.to];
  }
  return changes;
}
