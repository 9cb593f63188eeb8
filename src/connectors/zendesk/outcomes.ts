import type { Json } from '../../core/contracts.ts';
import type { RowOutcome } from '../../core/sink.ts';
import type { DirectoryUser, Fields, Link } from '../../core/state/store.ts';
import type { CreateIntent, DeleteIntent, UpdateIntent } from './intents.ts';

/** How a finished write is recorded. `writtenAt` is Zendesk's time, not later than the write; `stored` what it showed us since. */

interface Seen {
  readonly writtenAt: number;
  readonly stored?: Fields;
}

export function created(intent: CreateIntent, id: string, { writtenAt, stored }: Seen): RowOutcome {
  const { key, externalId, mapped } = intent;
  const link: Link = {
    key,
    externalId,
    destinationId: id,
    origin: 'created',
    sent: mapped,
    writtenAt,
    ...(stored && { stored }),
  };
  const email = mapped.email;
  const user: DirectoryUser = {
    id,
    externalId,
    role: 'end-user',
    active: true,
    updatedAt: 0,
    ...(typeof email === 'string' && { email }),
    ...(stored && { fields: stored }),
  };
  return { kind: 'written', outcome: 'created', link, user };
}

export function updated(intent: UpdateIntent, { writtenAt, stored }: Seen): RowOutcome {
  const { code } = intent;
  const link = updatedLink(intent, writtenAt, stored);
  return {
    kind: 'written',
    outcome: 'updated',
    link,
    user: updatedUser(intent, stored),
    changes: changesOf(intent),
    ...(code !== undefined && { code }),
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
  const { id, externalId, user, set, email, tags } = intent;
  const address = email?.to ?? user?.email;
  const tagged = tags && user?.fields ? { tags: withTags(user.fields.tags, tags) } : {};
  const fields = stored ?? (user?.fields && { ...user.fields, ...set, ...tagged, ...(email && { email: email.to }) });
  return {
    id,
    externalId,
    role: user?.role ?? 'end-user',
    active: true,
    updatedAt: user?.updatedAt ?? 0,
    ...(address !== undefined && { email: address }),
    ...(fields && { fields }),
  };
}

export function deleted({ key, id, externalId, origin, sent }: DeleteIntent, writtenAt: number): RowOutcome {
  return {
    kind: 'written',
    outcome: 'updated',
    code: 'deactivate',
    link: { key, externalId, destinationId: id, origin, sent, writtenAt, deactivated: 'delete' },
    user: { id, role: 'end-user', active: false, updatedAt: 0 },
    changes: { active: [true, false] },
  };
}

/** The set that is written: what is there, less ours that went, plus ours that came. */
export function withTags(
  current: Json | undefined,
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): string[] {
  const tags = Array.isArray(current) ? current.filter((tag): tag is string => typeof tag === 'string') : [];
  return [...new Set([...tags.filter((tag) => !remove.includes(tag)), ...add])].sort();
}

function changesOf({ set, email, tags, before }: UpdateIntent): Readonly<Record<string, readonly [Json, Json]>> {
  const changes: Record<string, readonly [Json, Json]> = {};
  for (const [name, value] of Object.entries(set)) changes[name] = [before[name] ?? null, value];
  if (email) changes.email = [before.email ?? email.from ?? null, email.to];
  if (tags) changes.tags = [before.tags ?? null, withTags(before.tags, tags)];
  return changes;
}
