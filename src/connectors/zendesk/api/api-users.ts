import { TransientError } from '../../../core/domain/errors.ts';
import type { Json } from '../../../core/domain/json.ts';
import type { HttpRequest } from '../../../core/http/types.ts';
import type { UserRow } from './api-schemas.ts';
import * as shape from './api-schemas.ts';
import { callForUser, type UserReply } from './call-for-user.ts';
import { type Calls, jsonOf } from './calls.ts';
import type { RefusalWords } from './http.ts';
import { idLists } from './id-lists.ts';
import { askInHalves, orIfIdInvalid } from './in-halves.ts';

type UserBody = { readonly [field: string]: Json };
type WriteReply =
  | { readonly kind: 'user'; readonly user: UserRow }
  | ({ readonly kind: 'refused' } & RefusalWords)
  | { readonly kind: 'missing' }
  /** The reply was lost: it may have been done. */
  | { readonly kind: 'lost'; readonly error: TransientError };

/** `with`: what may come along with users, where Zendesk feels like it. */
export interface ListUsersOptions {
  /** No other role. Absent: all. */
  readonly role?: string | undefined;
  readonly with?: 'identities' | undefined;
}

/** The endpoints that list and find users. */
export function createUserReadsApi({ get }: Pick<Calls, 'get'>) {
  const showMany = createShowMany({ get });
  return {
    async listUsers(
      { after, role, with: include }: ListUsersOptions & { readonly after?: string | undefined },
      signal: AbortSignal,
    ) {
      const query = { 'page[size]': 100, 'page[after]': after, role, include };
      const { users, unreadable, identities, meta } = await get(shape.userList, '/users', query, signal);
      return { users, unreadable, identities, after: meta.has_more ? (meta.after_cursor ?? undefined) : undefined };
    },
    async countUsers(role: string | undefined, signal: AbortSignal): Promise<number> {
      return (await get(shape.userCount, '/users/count', { role }, signal)).count.value;
    },
    async exportUsers(
      from: ({ readonly cursor: string } | { readonly startTime: number }) & Pick<ListUsersOptions, 'with'>,
      signal: AbortSignal,
    ) {
      const at = 'cursor' in from ? { cursor: from.cursor } : { start_time: from.startTime };
      const query = { ...at, include: from.with };
      const found = await get(shape.exported, '/incremental/users/cursor', query, signal);
      const { users, unreadable, identities, after_cursor, end_of_stream } = found;
      return { users, unreadable, identities, cursor: after_cursor ?? undefined, isEnd: end_of_stream };
    },
    /** At most 100 users. */
    async usersById(
      { ids, with: include }: Pick<ListUsersOptions, 'with'> & { readonly ids: readonly string[] },
      signal: AbortSignal,
    ) {
      const pages = await askInHalves(
        ids,
        async (part) => await get(shape.users, '/users/show_many', { ids: part.join(','), include }, signal, 1),
        async () => nobody,
      );
      const sent = pages.map(({ identities }) => identities);
      return {
        users: pages.flatMap(({ users }) => users),
        unreadable: pages.flatMap(({ unreadable }) => unreadable),
        // Of some of them only is not of them.
        identities: sent.every((list) => list) ? sent.flatMap((list) => list ?? []) : undefined,
      };
    },
    showMany,
    /** Of these ids, the users that are there, or at least all that were made since (Zendesk's time). */
    createdSince: (
      { externalIds }: { readonly externalIds: readonly string[]; readonly since: number },
      signal: AbortSignal,
    ): Promise<readonly UserRow[]> => showMany({ externalIds }, signal),
    searchByEmail: async (address: string, signal: AbortSignal) =>
      (await get(shape.users, '/users/search', { query: `email:"${address}"` }, signal, 1)).users,
  };
}

/** The endpoints that write users. */
export function createUserWritesApi({ call, bulk }: Pick<Calls, 'call' | 'bulk'>) {
  async function writeUser(request: Pick<HttpRequest, 'method' | 'path' | 'body' | 'signal'>): Promise<WriteReply> {
    const isNew = request.method === 'POST';
    try {
      const reply = await callForUser(call, { ...request, idempotent: !isNew });
      if (reply.kind === 'refused' && reply.status === 404) return { kind: 'missing' };
      if (reply.kind === 'refused') return { kind: 'refused', error: reply.error, details: reply.details };
      const what = `${request.method} ${request.path}`;
      return { kind: 'user', user: shape.parseResponse(shape.oneUser, jsonOf(reply.response), what).user };
    } catch (error) {
      const isLost = error instanceof TransientError && error.effect === 'unknown' && isNew;
      if (!isLost || request.signal.aborted) throw error;
      return { kind: 'lost', error };
    }
  }

  return {
    createMany: (users: readonly UserBody[], signal: AbortSignal) =>
      bulk({ method: 'POST', path: '/users/create_many', body: { users }, signal }),
    updateMany: (users: readonly UserBody[], signal: AbortSignal) =>
      bulk({ method: 'PUT', path: '/users/update_many', body: { users }, signal }),
    destroyMany: (ids: readonly string[], signal: AbortSignal) =>
      bulk({ method: 'DELETE', path: '/users/destroy_many', query: { ids: ids.join(',') }, signal }),
    createUser: (user: UserBody, signal: AbortSignal) =>
      writeUser({ method: 'POST', path: '/users', body: { user }, signal }),
    updateUser: (id: string, user: UserBody, signal: AbortSignal) =>
      writeUser({ method: 'PUT', path: `/users/${id}`, body: { user }, signal }),
    /**
     * May be repeated: the user that ends is gone then, and the same request is refused. A refusal is not the last word:
     * it may be the reply to a repetition.
     */
    async mergeUser(loser: string, winner: string, signal: AbortSignal): Promise<UserReply> {
      const body = { user: { id: Number(winner) } };
      return await callForUser(call, {
        method: 'PUT',
        path: `/users/${loser}/merge`,
        body,
        signal,
        idempotent: true,
      });
    },
    deleteUser: (id: string, signal: AbortSignal) => writeUser({ method: 'DELETE', path: `/users/${id}`, signal }),
  };
}

/** What is shown of an id that is nobody's. */
const nobody = { users: [], unreadable: [], identities: [] };

function createShowMany({ get }: Pick<Calls, 'get'>) {
  return async function showMany(
    who: { readonly ids: readonly string[] } | { readonly externalIds: readonly string[] },
    signal: AbortSignal,
  ): Promise<readonly UserRow[]> {
    const [name, values] = 'ids' in who ? (['ids', who.ids] as const) : (['external_ids', who.externalIds] as const);
    const { lists, alone } = idLists(values);
    const found: UserRow[] = [];
    const ask = async (part: readonly string[]): Promise<readonly UserRow[]> => {
      const what = '/users/show_many';
      const { users, unreadable } = await get(shape.users, what, { [name]: part.join(',') }, signal, 1);
      if (unreadable.length === 0) return users;
      // Who is left out of these counts as gone: so each is asked for alone, and a row without an id is that one's.
      const [only = ''] = part;
      if (part.length > 1) return (await Promise.all(part.map((id) => ask([id])))).flat();
      if (name === 'ids') return [{ id: Number(only), role: shape.unknownRole }];
      throw shape.withoutId(`GET ${what}`);
    };
    const askAlone = async (id: string): Promise<readonly UserRow[]> => {
      const found = await orIfIdInvalid(() => get(shape.users, '/users', { external_id: id }, signal, 1), nobody);
      if (found.unreadable.length > 0) throw shape.withoutId('GET /users');
      return found.users;
    };
    for (const list of lists)
      found.push(...(await askInHalves(list, ask, name === 'ids' ? undefined : askAlone)).flat());
    for (const id of alone) found.push(...(await askAlone(id)));
    return found;
  };
}
