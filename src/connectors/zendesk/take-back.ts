import type { CallContext, Json } from '../../core/contracts.ts';
import type { PastWrite, TakeBack } from '../../core/sink.ts';
import type { Fields, Link, Result } from '../../core/state/store.ts';
import type { UserRow } from './api-schemas.ts';
import { isBeside, listOf } from './beside.ts';
import { toDirectoryUser } from './directory.ts';
import { flattenShown, identical, shownAs, textList, unflatten } from './fields.ts';
import { inParallel } from './in-parallel.ts';
import type { DeleteIntent, UpdateIntent } from './intents.ts';
import { isStaff } from './staff.ts';
import type { Tools } from './tools.ts';
import type { ZendeskUser } from './user.ts';

type Answer = TakeBack<ZendeskUser>;

/** Zendesk tells times in whole seconds. */
const secondMs = 1_000;

/**
 * How writes of an earlier run are taken back, by what their users are now. A created user is deleted, or suspended when it
 * has tickets by now; a changed field gets its old value back unless somebody has changed it since.
 */
export async function takeBack(
  tools: Pick<Tools, 'api' | 'fields'>,
  writes: readonly PastWrite[],
  { signal }: CallContext,
): Promise<readonly Answer[]> {
  const ids = writes.flatMap(({ result }) => result.destinationId ?? []);
  const users = new Map((await tools.api.showMany({ ids }, signal)).map((user) => [String(user.id), user]));
  return await inParallel(writes, async ({ result, link }): Promise<Answer> => {
    const user = users.get(result.destinationId ?? '');
    if (!user || user.active === false) return gone(result);
    const entry = toDirectoryUser(user, tools.fields);
    if (isStaff(entry))
      return conflict(`Zendesk user ${entry.id} is an agent or admin by now. Staff are never written.`);
    const past = { result, user, link: link?.destinationId === entry.id ? link : undefined };
    if (!wasCreated(result)) return restore(tools, past);
    if (!isOwnedStill(past)) return conflict(`Zendesk user ${entry.id} has another external_id by now.`);
    return removal(tools, past, await tools.api.ticketsOf(entry.id, signal));
  });
}

interface Past {
  readonly result: Result;
  readonly user: UserRow;
  readonly link: Link | undefined;
}

/** A user that is not there any more needs nothing, but what was changed on it can't be given back. */
function gone(result: Result): Answer {
  const { destinationId, changes } = result;
  if (wasCreated(result)) return { kind: 'nothing' };
  if (changes?.active)
    return conflict(`Zendesk user ${destinationId} was deleted by the run. Zendesk does not bring users back.`);
  return conflict(`Zendesk user ${destinationId} is deleted by now.`);
}

/** Also one that counted as rejected, because something beside it could not be had. */
function wasCreated({ outcome, changes }: Result): boolean {
  return outcome === 'created' || changes?.active?.[1] === true;
}

function isOwnedStill({ user, link }: Past): boolean {
  return link === undefined || user.external_id?.toLowerCase() === link.externalId;
}

function removal({ fields }: Pick<Tools, 'fields'>, { result: { key }, user, link }: Past, tickets: number): Answer {
  const entry = toDirectoryUser(user, fields);
  const externalId = link?.externalId ?? entry.externalId ?? '';
  const common = { key, id: entry.id, externalId, origin: 'created', code: 'undo', user: entry } as const;
  const sent = link?.sent ?? {};
  if (tickets === 0) {
    const intent: DeleteIntent = { ...common, kind: 'delete', sent, dropsLink: true };
    return write(intent, 'delete', []);
  }
  if (user.suspended === true) return { kind: 'nothing' };
  const intent: UpdateIntent = {
    ...common,
    kind: 'update',
    set: { suspended: true },
    sent: { ...sent, suspended: true },
    before: { suspended: false },
    skipVerifyEmail: true,
  };
  return { ...write(intent, 'update', []), note: `has ${tickets} tickets by now: suspended, not deleted` };
}

function restore({ fields }: Pick<Tools, 'fields'>, past: Past): Answer {
  const { result, user, link } = past;
  const shown = flattenShown(user);
  const entry = toDirectoryUser(user, fields);
  const set: Record<string, Json> = {};
  const conflicts: string[] = [];
  let email: UpdateIntent['email'];
  let tags: UpdateIntent['tags'];
  const beside: Record<string, { from: Json[]; to: Json[] }> = {};
  for (const [name, [before, after]] of Object.entries(result.changes ?? {})) {
    if (isBeside(name)) {
      // Zendesk does not show it with the user: a later run of ours is what can have changed it.
      if (!identical(link?.sent[name], after)) conflicts.push(name);
      else beside[name] = { from: [...listOf(after)], to: [...listOf(before)] };
    } else if (name === 'tags') tags = tagsBack(textList(before), textList(after), textList(shown.tags));
    else if (shownAs(name, before, shown[name])) continue;
    else if (!isOurs(name, after, shown, past)) conflicts.push(name);
    else if (name !== 'email') set[name] = before;
    else if (typeof before === 'string' && typeof after === 'string') email = { to: before, from: after };
    else conflicts.push(name);
  }
  const hasBeside = Object.keys(beside).length > 0;
  const isEmpty = Object.keys(set).length === 0 && !email && !tags && !hasBeside;
  if (isEmpty && conflicts.length === 0) return { kind: 'nothing' };
  if (isEmpty) return conflict(`Changed by somebody since, and left: ${conflicts.join(', ')}.`);
  const written = {
    ...set,
    ...(email && { email: email.to }),
    ...(tags && { tags: [...textList(result.changes?.tags?.[0] ?? [])] }),
    ...Object.fromEntries(Object.entries(beside).map(([name, { to }]) => [name, to])),
  };
  const adopted = result.code === 'adopt' || result.code === 'takeover';
  const intent: UpdateIntent = {
    kind: 'update',
    key: result.key,
    id: entry.id,
    externalId: link?.externalId ?? entry.externalId ?? '',
    code: 'undo',
    origin: link?.origin ?? 'matched',
    set,
    sent: { ...link?.sent, ...known(written) },
    before: Object.fromEntries(Object.keys(written).map((name) => [name, shown[name] ?? null])),
    user: entry,
    skipVerifyEmail: true,
    ...(email && { email }),
    ...(tags && { tags }),
    ...(hasBeside && { beside }),
    ...((adopted || !link) && { dropsLink: true }),
  };
  return write(intent, 'update', conflicts);
}

/** A value that was never there before is not "sent": the next sync compares with Zendesk again. */
function known(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** What we sent, what Zendesk made of it, or a user that nobody has touched since. */
function isOurs(name: string, after: Json, shown: Fields, { result, user, link }: Past): boolean {
  if (shownAs(name, after, shown[name])) return true;
  const stored = link?.stored;
  if (stored && name in stored && identical(stored[name], shown[name]) && identical(link?.sent[name], after))
    return true;
  const updatedAt = Date.parse(user.updated_at ?? '');
  return !Number.isNaN(updatedAt) && updatedAt <= result.at + secondMs;
}

/** Ours that came go, ours that went come back; tags of others are not looked at. */
function tagsBack(
  before: readonly string[],
  after: readonly string[],
  now: readonly string[],
): { readonly add: string[]; readonly remove: string[] } | undefined {
  const add = before.filter((tag) => !after.includes(tag) && !now.includes(tag));
  const remove = after.filter((tag) => !before.includes(tag) && now.includes(tag));
  return add.length + remove.length > 0 ? { add, remove } : undefined;
}

function write(intent: DeleteIntent | UpdateIntent, lane: 'delete' | 'update', conflicts: readonly string[]) {
  const payload = unflatten(intent.externalId, {});
  // An intent is JSON by its schema; the compiler can't see that readonly unions are.
  const delivery = { key: intent.key, lane, payload, intent: intent as unknown as Json };
  return { kind: 'write', delivery, conflicts } as const;
}

function conflict(message: string): Answer {
  return { kind: 'conflict', message };
}
