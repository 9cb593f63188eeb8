import type { Fields, Json } from '../../../core/domain/json.ts';
import type { Link } from '../../../core/domain/link.ts';
import type { DirectoryUser } from '../../../core/domain/user.ts';
import type { RowOutcome } from '../../../core/domain/write.ts';
import { omitRelated, relatedKinds } from '../related/related.ts';
import type { RelatedRefusals } from '../related/write-related.ts';
import type { CreateIntent, DeleteIntent, UpdateIntent } from './intents.ts';

/** How a finished write is recorded. `writtenAt` is Zendesk's time, not later than the write; `stored` what it showed us since. */

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
    ...(stored && { stored }),
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
    ...(stored && { fields: stored }),
  };
  // An undo asks for the organizations that were made for it, when link and user are long gone.
  const changes = organizations !== undefined && { changes: { organizations: [[], organizations] as const } };
  return { kind: 'written', outcome: 'created', link, user, ...changes };
}

export function updated(intent: UpdateIntent, { writtenAt, stored }: Seen): Written {
  const { code, unlinksCustomer, previousLastSent } = intent;
  const link = updatedLink(intent, writtenAt, stored);
  return {
    kind: 'written',
    outcome: 'updated',
    link,
    user: updatedUser(intent, stored),
    changes: changesOf(intent),
    ...(previousLastSent && { previousLastSent }),
    ...(code !== undefined && { code }),
    ...(unlinksCustomer && { unlinksCustomer }),
  };
}

export function updatedLink(intent: UpdateIntent, writtenAt: number, stored?: Fields): Link {
  const { key, externalId, id, origin, sent, deactivated } = intent;
  return {
    key,
    externalId,
    destinationId: id,
    origin,
    sent,
    writtenAt,
    ...(stored && { stored }),
    ...(deactivated !== undefined && { deactivated }),
  };
}

/** The directory's entry after the write: what we set, over what was known. */
export function updatedUser(intent: UpdateIntent, stored?: Fields): DirectoryUser {
  const { id, user, set, email, tags } = intent;
  const externalId = 'external_id' in set ? set.external_id : intent.externalId;
  const address = email?.to ?? user?.email;
  const tagged = tags && user?.fields ? { tags: applyTagDiff(user.fields.tags, tags) } : {};
  const fields = stored ?? (user?.fields && { ...user.fields, ...set, ...tagged, ...(email && { email: email.to }) });
  return {
    id,
    role: user?.role ?? 'end-user',
    active: true,
    updatedAt: user?.updatedAt ?? 0,
    ...(typeof externalId === 'string' && { externalId }),
    ...(address !== undefined && { email: address }),
    ...(fields && { fields }),
  };
}

export function deleted(intent: DeleteIntent, writtenAt: number): RowOutcome {
  const { key, id, externalId, origin, sent, code = 'deactivate', unlinksCustomer } = intent;
  return {
    kind: 'written',
    outcome: 'updated',
    code,
    ...(unlinksCustomer && { unlinksCustomer }),
    link: { key, externalId, destinationId: id, origin, sent, writtenAt, deactivated: 'delete' },
    user: { id, role: 'end-user', active: false, updatedAt: 0 },
    changes: { active: [true, false] },
  };
}

/** The user has given its address up, and has perhaps another one: its own change can now be decided. */
export function emailReleased(intent: UpdateIntent, other: string | undefined): RowOutcome {
  const { releaseEmail } = intent;
  const { email: _, fields, ...user } = updatedUser(intent);
  const { email: __, ...shown } = fields ?? {};
  return {
    kind: 'redecide',
    users: [
      {
        ...user,
        ...(fields && { fields: other === undefined ? shown : { ...shown, email: other } }),
        ...(other !== undefined && { email: other }),
      },
    ],
    link: updatedLink(intent, intent.user?.updatedAt ?? 0),
    ...(releaseEmail !== undefined && {
      written: {
        destinationId: intent.id,
        changes: { email: [releaseEmail, other ?? null] as const },
        previousLastSent: { email: releaseEmail },
      },
    }),
  };
}

/** The same for an undo, which wants nothing else of the address. */
export function emailReverted(intent: UpdateIntent, other: string | undefined, writtenAt: number): Written {
  const { email: _, fields, ...user } = updatedUser(intent);
  const { email: __, ...shown } = fields ?? {};
  const email = other === undefined ? {} : { email: other };
  const { previousLastSent: ___, ...outcome } = updated(intent, { writtenAt });
  return {
    ...outcome,
    user: { ...user, ...email, fields: { ...shown, ...email } },
    changes: { ...changesOf(intent), email: [intent.releaseEmail ?? null, other ?? null] },
  };
}

export const emailTakenText = 'The e-mail address is in use by another Zendesk user. The other fields were written.';

/** The fields are written, the address can't be had. */
export function emailTaken(
  { email, ...others }: UpdateIntent,
  writtenAt: number,
  message: string,
  blockedByUserId: string | undefined,
): Refused {
  const intent = withPreviousRelated(others);
  return {
    kind: 'refused',
    code: 'email-taken',
    message,
    link: updatedLink(intent, writtenAt),
    user: updatedUser(intent),
    ...(needsJob(intent) && { changes: changesOf(intent) }),
    ...(intent.previousLastSent && { previousLastSent: intent.previousLastSent }),
    ...(blockedByUserId !== undefined && { blockedByUserId }),
    ...(email && { blockedByEmail: email.to }),
  };
}

/** The same, while it may still change. */
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
    ...(link && { link }),
    ...(user && { user }),
    ...(blockedByEmail !== undefined && { blockedByEmail }),
    ...(link &&
      changes && {
        written: { destinationId: link.destinationId, changes, ...(previousLastSent && { previousLastSent }) },
      }),
  };
}

/** The user's related resources are not written (yet): they count as sent as they did before. */
export function withPreviousRelated({ related, ...intent }: UpdateIntent): UpdateIntent {
  const former = Object.entries(related ?? {}).map(([name, { from }]) => [name, from] as const);
  return { ...intent, sent: { ...intent.sent, ...Object.fromEntries(former) } };
}

/** A row of which something could not be had: it counts as refused, with what was written. As it is when nothing was refused. */
export function rejectedWith(
  { link, user, ...outcome }: Written,
  refusals: RelatedRefusals,
  changes: NonNullable<Written['changes']>,
): RowOutcome {
  const [first] = Object.values(refusals);
  if (!first) return { ...outcome, link, ...(user && { user }) };
  const { previousLastSent } = outcome;
  return {
    kind: 'refused',
    ...first,
    link,
    changes,
    ...(previousLastSent && { previousLastSent }),
    ...(user && { user }),
    blockedByUserId: link.destinationId,
  };
}

/** Whether a job is needed: an address alone goes through the identities. */
export function needsJob({ set, tags }: UpdateIntent): boolean {
  return Object.keys(set).length > 0 || tags !== undefined;
}

/** Of a row that Zendesk has taken and left without an outcome. */
export function asAnswered(outcome: RowOutcome): RowOutcome {
  return outcome.kind === 'not-written' ? { ...outcome, isAnswered: true } : outcome;
}

/** The user is not there any more: decide again, knowing that. */
export function gone({ id, user }: UpdateIntent): RowOutcome {
  return {
    kind: 'redecide',
    users: [{ id, role: user?.role ?? 'end-user', active: false, updatedAt: user?.updatedAt ?? 0 }],
  };
}

/** The set that is written: what is there, less ours that went, plus ours that came. */
export function applyTagDiff(
  current: Json | undefined,
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): string[] {
  const tags = Array.isArray(current) ? current.filter((tag): tag is string => typeof tag === 'string') : [];
  return [...new Set([...tags.filter((tag) => !remove.includes(tag)), ...add])].sort();
}

function changesOf({
  set,
  email,
  tags,
  related,
  before,
}: UpdateIntent): Readonly<Record<string, readonly [Json, Json]>> {
  const changes: Record<string, readonly [Json, Json]> = {};
  for (const [name, value] of Object.entries(set)) changes[name] = [before[name] ?? null, value];
  if (email) changes.email = [before.email ?? email.from ?? null, email.to];
  if (tags) changes.tags = [before.tags ?? null, applyTagDiff(before.tags, tags)];
  for (const name of relatedKinds) {
    const change = related?.[name];
    if (change) changes[name] = [change.from, change.to];
  }
  return changes;
}
