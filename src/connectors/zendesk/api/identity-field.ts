import type { Clock } from '../../../core/clock.ts';
import { AuthError, ConfigError, ContractError } from '../../../core/domain/errors.ts';
import type { CustomField } from '../../../core/domain/field-schema.ts';
import type { Json } from '../../../core/domain/json.ts';
import { customPrefix } from '../fields/definitions.ts';
import { exportLagMs, staleStatuses } from '../limits.ts';
import type { ZendeskApi } from './api.ts';
import { type UserRow, withoutId } from './api-schemas.ts';
import { allUsers, changedUsers } from './list-users.ts';

type UsersPage = Pick<Awaited<ReturnType<ZendeskApi['listUsers']>>, 'users' | 'unreadable'>;
type Body = { readonly [field: string]: Json };

/**
 * The API as it is when our id of a user is kept in a custom field, because Zendesk's own `external_id` belongs to somebody
 * else (such as single sign-on). Everything above goes on speaking of `external_id`: what is read has ours in its place, and
 * what is written puts it into the field. Zendesk's own is never read, and never written but to take away an id of ours
 * that stands there from before.
 *
 * Zendesk holds no field to be unique and finds nobody by it at once. So who was made by a request whose reply was lost is
 * looked for in the export, when that has come so far; who may not export lists everybody.
 */
export function keepIdentityIn(
  field: string,
  { api, clock }: { readonly api: ZendeskApi; readonly clock: Clock },
): ZendeskApi {
  const asOurs = <T extends UserRow>(user: T): T => {
    const value = user.user_fields?.[field];
    return { ...user, external_id: typeof value === 'string' && value !== '' ? value : null };
  };
  const withOurs = <T extends { readonly users: readonly UserRow[] }>(page: T): T => ({
    ...page,
    users: page.users.map(asOurs),
  });

  function toTheirs({ external_id: id, user_fields: fields, ...body }: Body): Body {
    if (id === undefined) return fields === undefined ? body : { ...body, user_fields: fields };
    const others = typeof fields === 'object' && fields !== null && !Array.isArray(fields) ? fields : {};
    return { ...body, user_fields: { ...others, [field]: id } };
  }

  /** The field is about to get our id: where Zendesk's own still is the same one, it goes. */
  async function moved(users: readonly Body[], signal: AbortSignal): Promise<readonly Body[]> {
    const named = users.filter(({ external_id: id }) => typeof id === 'string').map(({ id }) => String(id));
    const rows = named.length === 0 ? [] : await api.showMany({ ids: named }, signal);
    const own = new Map(rows.map((row) => [String(row.id), row.external_id?.toLowerCase()]));
    return users.map((user) => {
      const isSame =
        typeof user.external_id === 'string' && own.get(String(user.id)) === user.external_id.toLowerCase();
      return { ...toTheirs(user), ...(isSame && { external_id: null }) };
    });
  }

  async function* everybodySince(since: number, signal: AbortSignal): AsyncGenerator<UsersPage> {
    try {
      await clock.sleep(exportLagMs, signal);
      const from = { startTime: Math.floor(since / 1000) };
      yield* changedUsers(api, from, signal);
      return;
    } catch (error) {
      const isForbidden = error instanceof AuthError && error.code === 'forbidden';
      const isStale = error instanceof ContractError && staleStatuses.has(error.status);
      if (!isForbidden && !isStale) throw error;
    }
    yield* allUsers(api, {}, signal);
  }

  return {
    ...api,
    listUsers: async (asked, signal) => withOurs(await api.listUsers(asked, signal)),
    exportUsers: async (from, signal) => withOurs(await api.exportUsers(from, signal)),
    usersById: async (asked, signal) => withOurs(await api.usersById(asked, signal)),
    showMany: async (who, signal) => ('ids' in who ? (await api.showMany(who, signal)).map(asOurs) : []),
    async createdSince({ externalIds, since }, signal) {
      const wanted = new Set(externalIds);
      const found: UserRow[] = [];
      const isWanted = (id: unknown): boolean => typeof id === 'string' && wanted.has(id.toLowerCase());
      for await (const { users, unreadable } of everybodySince(since, signal)) {
        // Zendesk would make somebody a second time who was taken for missing: it holds no value of the field to be unique.
        if (unreadable.some((row) => isWanted(Object(Object(row).user_fields)[field]))) throw withoutId('GET users');
        found.push(...users.map(asOurs).filter(({ external_id: id }) => isWanted(id)));
      }
      return found;
    },
    searchByEmail: async (address, signal) => (await api.searchByEmail(address, signal)).map(asOurs),
    createMany: (users, signal) => api.createMany(users.map(toTheirs), signal),
    updateMany: async (users, signal) => await api.updateMany(await moved(users, signal), signal),
    createUser: async (user, signal) => shownAsOurs(await api.createUser(toTheirs(user), signal)),
    async updateUser(id, user, signal) {
      const [body = {}] = await moved([{ ...user, id }], signal);
      const { id: _, ...fields } = body;
      return shownAsOurs(await api.updateUser(id, fields, signal));
    },
  };

  function shownAsOurs<R extends Awaited<ReturnType<ZendeskApi['createUser']>>>(reply: R): R {
    return reply.kind === 'user' ? { ...reply, user: asOurs(reply.user) } : reply;
  }
}

/** Without the field Zendesk would drop every id without a word, and each customer would be met as a stranger. */
export function assertIdentityField(key: string, fields: readonly CustomField[] | undefined): void {
  const problem = problemOfIdentityField(key, fields);
  if (problem === undefined) return;
  throw new ConfigError(`identity.field: ${problem}.`, {
    code: 'identity-field',
    hint: 'It must be a text field. Where Zendesk lacks it, have it made.',
    remedy: { kind: 'apply-fields' },
  });
}

export function problemOfIdentityField(key: string, fields: readonly CustomField[] | undefined): string | undefined {
  if (!fields) return 'the custom fields of the account may not be read, so nobody can say whether it is there';
  const field = fields.find((one) => one.key === key);
  if (!field) return `Zendesk has no custom user field "${key}"`;
  return field.type === 'text' ? undefined : `the custom user field "${key}" is of type ${field.type}, not text`;
}

/** Stands among the fields of a directory: one that was filled with other ids is filled again. */
export function identityMark(key: string | undefined): readonly string[] {
  return key === undefined ? [] : [`${markPrefix}${customPrefix}${key}`];
}

export function isIdentityMark(name: string): boolean {
  return name.startsWith(markPrefix);
}

const markPrefix = 'identity:';
