import { defined } from '../../../core/defined.ts';
import type { Fields, Json } from '../../../core/domain/json.ts';
import type { Link } from '../../../core/domain/link.ts';
import type { DirectoryUser } from '../../../core/domain/user.ts';
import type { RowOutcome } from '../../../core/domain/write.ts';
import { omitRelated, type Refusal, relatedKinds } from '../related/related.ts';
import type { ChangeIntent, CreateIntent, DeleteIntent, ExistingUserIntent } from './intents.ts';
import { applyTagDiff, hasTags } from './tag-diff.ts';

/**
 * How a finished write is recorded. `writtenAt` is Zendesk's time and not later than the write; `stored` is what
 * Zendesk has shown of it since.
 */

export type Refused = Extract<RowOutcome, { readonly kind: 'refused' }>;
export type Written = Extract<RowOutcome, { readonly kind: 'written' }>;

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
  refusals: readonly (Refusal | 'behind')[],
  changes: NonNullable<Written['changes']>,
): RowOutcome {
  const first = refusals.find((refusal) => refusal !== 'behind');
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

export function changesOf(intent: ChangeIntent): Readonly<Record<string, readonly [Json, Json]>> {
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
