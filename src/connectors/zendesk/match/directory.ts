import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Clock } from '../../../core/clock.ts';
import type { CallContext } from '../../../core/domain/context.ts';
import { ContractError } from '../../../core/domain/errors.ts';
import type { Fields, Json } from '../../../core/domain/json.ts';
import type { DirectoryPort } from '../../../core/domain/sink.ts';
import type { DirectoryUser } from '../../../core/domain/user.ts';
import type { ZendeskApi } from '../api/api.ts';
import { type UserRow, unknownRole } from '../api/api-schemas.ts';
import { isIdentityMark } from '../api/identity-field.ts';
import { allUsers, changedUsers } from '../api/list-users.ts';
import { anyField, customPrefix } from '../fields/definitions.ts';
import { flattenUser } from '../fields/fields.ts';
import { exportLagMs, staleStatuses } from '../limits.ts';

const cursorShape = z.union([z.object({ cursor: z.string() }), z.object({ startTime: z.number() })]);
const alwaysKept = ['email', 'external_id', 'name', 'suspended', 'tags'];

/**
 * Brings the directory (our copy of Zendesk's users) up to date: the first time by listing all of them (users / 100
 * calls), then by the incremental export from where the last run ended. Only admins may export: for an agent, every run
 * lists all users.
 */
export async function refreshDirectory({
  api,
  fields,
  directory,
  isAdmin,
  clock,
  context,
}: {
  readonly api: ZendeskApi;
  readonly fields: readonly string[];
  readonly directory: DirectoryPort;
  readonly isAdmin: boolean;
  readonly clock: Clock;
  readonly context: CallContext;
}): Promise<void> {
  const { head } = directory;
  const from = cursorShape.safeParse(head?.cursor).data;
  const isOfUs = head?.fields.every((field) => !isIdentityMark(field) || fields.includes(field));
  const hasAll = head !== undefined && isOfUs && fields.every((field) => head.fields.includes(field));
  if (from && hasAll && isAdmin && (await isFollowed(from))) return;
  if (!isAdmin) {
    const message =
      'The Zendesk user is not an admin: all users are listed in every run instead of only the changed ones (users / 100 calls).';
    context.warn({ code: 'not-admin', message });
  }
  return await scan();

  async function scan(): Promise<void> {
    const startTime = Math.floor((api.serverNow() - exportLagMs) / 1000);
    await directory.clear();
    for await (const page of allUsers(api, {}, context.signal)) {
      await directory.save({ users: page.users.map((user) => toDirectoryUser(user, fields)) });
      noteOdd(page);
    }
    await directory.save({ directory: headAt({ startTime }) });
  }

  /** False where Zendesk no longer takes the place that we go on from. Whoever was saved until then is saved again. */
  async function isFollowed(start: z.infer<typeof cursorShape>): Promise<boolean> {
    try {
      await followExport(start);
      return true;
    } catch (error) {
      if (!(error instanceof ContractError) || !staleStatuses.has(error.status)) throw error;
      const message = `Zendesk no longer takes the place where the last run ended in its export (${error.status}): all users are listed once.`;
      context.warn({ code: 'export-cursor-refused', message });
      return false;
    }
  }

  async function followExport(start: z.infer<typeof cursorShape>): Promise<void> {
    let at = start;
    for await (const page of changedUsers(api, start, context.signal)) {
      if (page.cursor !== undefined) at = { cursor: page.cursor };
      if (page.users.length > 0 || !isKept(head, at, fields))
        await directory.save({ users: page.users.map((user) => toDirectoryUser(user, fields)), directory: headAt(at) });
      noteOdd(page);
    }
  }

  function noteOdd({
    users,
    unreadable,
  }: {
    readonly users: readonly UserRow[];
    readonly unreadable: readonly unknown[];
  }) {
    const [user] = users.filter(({ role }) => role === unknownRole);
    if (!user && unreadable.length === 0) return;
    const which = user ? `, such as user ${user.id}` : '';
    const message = `Zendesk shows users without an id, a role or a state that can be read${which}. They may be staff, and are never written.`;
    context.warn({ code: 'users-unreadable', message });
  }

  function headAt(cursor: Json) {
    return { cursor, fields: [...fields].sort(), filledAt: clock.now() };
  }
}

/** Whether the head says so already: then nothing is written to the disk. */
function isKept(head: DirectoryPort['head'], cursor: Json, fields: readonly string[]): boolean {
  return isDeepStrictEqual([head?.cursor, head?.fields], [cursor, [...fields].sort()]);
}

/**
 * A user as the directory stores it: identity, role, and all fields or those that the mapping names. Of a deleted user,
 * only the id.
 */
export function toDirectoryUser(user: UserRow, fields: readonly string[] | 'all'): DirectoryUser {
  const id = String(user.id);
  const role = user.role ?? 'end-user';
  const updatedAt = Date.parse(user.updated_at ?? '') || 0;
  if (user.active === false) return { id, role, active: false, updatedAt };
  const shown = flattenUser(user);
  const kept = namesKept(shown, fields).flatMap((name) => (name in shown ? [[name, shown[name] ?? null]] : []));
  return {
    id,
    role,
    active: true,
    updatedAt,
    ...(user.external_id && { externalId: user.external_id.toLowerCase() }),
    ...(user.email && { email: user.email.toLowerCase() }),
    fields: Object.fromEntries(kept),
  };
}

function namesKept(shown: Fields, fields: readonly string[] | 'all'): readonly string[] {
  if (fields === 'all') return Object.keys(shown);
  const custom = fields.includes(customPrefix + anyField)
    ? Object.keys(shown).filter((name) => name.startsWith(customPrefix))
    : [];
  return [...new Set([...alwaysKept, ...fields, ...custom])];
}

/** When Zendesk created the user, in milliseconds. */
export function createdAt(user: UserRow): number {
  return Date.parse(user.created_at ?? '') || 0;
}
