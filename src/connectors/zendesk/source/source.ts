import { z } from 'zod';
import { describeSchema } from '../../../core/config/schema-tools.ts';
import type { SourceOptions } from '../../../core/connector.ts';
import type { CallContext, CheckResult } from '../../../core/domain/context.ts';
import { AuthError, ContractError } from '../../../core/domain/errors.ts';
import type { CustomField } from '../../../core/domain/field-schema.ts';
import type { Cursor, Page } from '../../../core/domain/record.ts';
import type { Source, StreamDescription } from '../../../core/domain/source.ts';
import { createRateLimiter } from '../../../core/http/rate-limiter.ts';
import { sharedRateLimiter } from '../../../core/http/shared-resources.ts';
import { createPageGuard } from '../../../core/records/page-guard.ts';
import { assertIdentity } from '../account/account.ts';
import { createZendeskApi } from '../api/api.ts';
import { type UserRow, unknownRole } from '../api/api-schemas.ts';
import { zendeskOrigin } from '../config.ts';
import { customPrefix, tagsOfFields, toCustomField } from '../fields/definitions.ts';
import { exportLagMs, exportsPerMinute, maxRowsPerJob, staleStatuses } from '../limits.ts';
import { connect } from '../oauth/http-client.ts';
import type { SourceConfig } from './config.ts';
import { type ZendeskRecord, zendeskRecordSchema } from './record.ts';
import { createRelatedReader, type UsersShown } from './related-reader.ts';

/** A list of everybody, in progress, or where the changes since are asked for. */
const cursorShape = z.union([
  z.object({ list: z.object({ since: z.number(), after: z.string() }) }),
  z.object({ export: z.union([z.object({ cursor: z.string() }), z.object({ startTime: z.number() })]) }),
]);
type Place = z.infer<typeof cursorShape>;
type ExportPlace = Extract<Place, { export: unknown }>['export'];
type ListPlace = Extract<Place, { list: unknown }>['list'];

/**
 * Reads an account's users: everybody by the list, which shows each as it is now, and then what has changed by the
 * incremental export, from shortly before the list began. The export alone would not do: it leaves out whoever was changed
 * in the last minute, so a scan by it could never tell who is gone; and Zendesk asks not to export everything over and over.
 */
export function createZendeskSource(options: SourceOptions<SourceConfig>): Source<ZendeskRecord> {
  const { config, clock, uses = [] } = options;
  const { http, close } = connect('source', options);
  const api = createZendeskApi({ http, clock });
  const exports = sharedRateLimiter(options.budgets, createRateLimiter, {
    account: `${zendeskOrigin(config)} exports`,
    options: { limits: { perMinute: exportsPerMinute, concurrent: 1 }, clock },
  });
  const roles: ReadonlySet<string> = new Set(config.roles);
  const [onlyRole] = config.roles.length === 1 ? config.roles : [];

  /** The count comes first: it answers 401 to a token that has run out, which is then renewed, and `users/me` answers 200. */
  async function currentUser(signal: AbortSignal) {
    const users = await api.countUsers(onlyRole, signal);
    return { ...(await assertIdentity(api, { block: 'source', signal })), users };
  }

  /** Undefined where they may not be read. */
  async function customFields({ signal, warn }: CallContext): Promise<readonly CustomField[] | undefined> {
    try {
      return (await api.userFields(signal)).map(toCustomField);
    } catch (error) {
      if (!(error instanceof AuthError) || error.code !== 'forbidden') throw error;
      const message =
        "The source's Zendesk user or token may not read the custom fields: tags that fields put on users are read as tags.";
      warn({ code: 'source-fields-unknown', message });
      return undefined;
    }
  }

  async function newSides(context: CallContext) {
    const fields = (await customFields(context)) ?? [];
    const lookups = fields.flatMap(({ key, type }) => (type === 'lookup' ? [key] : []));
    return createRelatedReader({ api, uses, traces: { tags: tagsOfFields(fields), left: new Set(lookups) } });
  }

  /** Someone who was an end user and is an agent now is no record any more: the next read of everything misses it. */
  function ours({ users, ...rest }: UsersShown): UsersShown {
    // Whose role can't be read is left out by the reader of users, which warns of it.
    const isOurs = ({ role, active }: UserRow): boolean =>
      active === false || role === unknownRole || roles.has(role ?? unknownRole);
    return { users: users.filter(isOurs), ...rest };
  }

  async function* read(from: Cursor | undefined, context: CallContext): AsyncGenerator<Page<ZendeskRecord>> {
    const { role, users: total } = await currentUser(context.signal);
    const place = cursorShape.safeParse(from).data;
    if (role !== 'admin') {
      const message =
        "The source's Zendesk user is no admin: all users are read every time instead of only the changed ones (users / 100 calls).";
      context.warn({ code: 'source-not-admin', message });
    }
    const isAdmin = role === 'admin';
    if (isAdmin && place && 'export' in place) yield* readChanged(place.export, context);
    else yield* readAll(place && 'list' in place ? place.list : undefined, { isAdmin, total, context });
  }

  async function* readAll(
    resumed: ListPlace | undefined,
    { isAdmin, total, context }: { readonly isAdmin: boolean; readonly total?: number; readonly context: CallContext },
  ): AsyncGenerator<Page<ZendeskRecord>> {
    const sides = await newSides(context);
    let from = resumed;
    let isWhole = resumed === undefined;
    let guard = createPageGuard('Zendesk', resumed?.after);
    for (;;) {
      const asked = { after: from?.after, role: onlyRole, with: sides.with };
      const page = await fresh(from !== undefined && from === resumed, () => api.listUsers(asked, context.signal));
      if (!page) {
        context.log.info({}, 'the cursor of the last scan is no longer taken: reading from the beginning');
        from = undefined;
        isWhole = true;
        guard = createPageGuard('Zendesk');
        continue;
      }
      const since = from?.since ?? Math.floor((api.serverNow() - exportLagMs) / 1000);
      const own = ours(page);
      const records = await sides.records(own, { isFull: true, context });
      isWhole &&= records.length === own.users.length && own.unreadable.length === 0;
      if (page.after === undefined) {
        sides.report(context);
        const end = isAdmin ? { export: { startTime: since } } : null;
        yield { records, cursor: end, ...(isWhole && { whole: true }) };
        return;
      }
      guard(keysOf(page), page.after);
      from = { since, after: page.after };
      yield { records, cursor: { list: from }, ...(total !== undefined && resumed === undefined && { total }) };
    }
  }

  async function* readChanged(start: ExportPlace, context: CallContext): AsyncGenerator<Page<ZendeskRecord>> {
    const sides = await newSides(context);
    let at = start;
    const guard = createPageGuard('Zendesk', 'cursor' in start ? start.cursor : undefined);
    for (;;) {
      const asked = { ...at, with: sides.with };
      const page = await fresh(at === start, () =>
        exports.run(() => api.exportUsers(asked, context.signal), { signal: context.signal }),
      );
      if (!page) {
        context.log.info({}, 'the cursor of the last export is no longer taken: reading from the beginning');
        return yield* readAll(undefined, { isAdmin: true, context });
      }
      const records = await sides.records(ours(page), { isFull: false, context });
      const isEnd = page.isEnd || page.cursor === undefined;
      if (!isEnd) guard(keysOf(page), page.cursor);
      if (page.cursor !== undefined) at = { cursor: page.cursor };
      yield { records, cursor: { export: at } };
      if (!isEnd) continue;
      sides.report(context);
      return;
    }
  }

  async function* readKeys(keys: readonly string[], context: CallContext): AsyncGenerator<Page<ZendeskRecord>> {
    const sides = await newSides(context);
    const ids = keys.filter((key) => /^\d+$/.test(key));
    for (let start = 0; start < ids.length; start += maxRowsPerJob) {
      const some = { ids: ids.slice(start, start + maxRowsPerJob), with: sides.with };
      const page = await api.usersById(some, context.signal);
      yield { records: await sides.records(ours(page), { isFull: false, context }), cursor: null };
    }
    sides.report(context);
  }

  return {
    counters: http.counters,
    read,
    readKeys,
    customFields,
    async check(context): Promise<CheckResult> {
      const { id, name, role, users } = await currentUser(context.signal);
      const rights =
        role === 'admin'
          ? { ok: true, title: 'source rights', detail: 'admin: may export what has changed' }
          : {
              ok: 'warning' as const,
              title: 'source rights',
              detail: `${role}: works, but reads all users every time. Use an admin for the incremental export`,
            };
      const counted = { ok: true, title: 'source users', detail: `${users}: ${config.roles.join(', ')}` };
      return { identity: `${name} (Zendesk user ${id}, ${role})`, lines: [rights, counted] };
    },
    async discover(context): Promise<readonly StreamDescription[]> {
      const fields = (await customFields(context)) ?? [];
      const plain = describeSchema(zendeskRecordSchema).filter(({ path }) => path !== 'user_fields');
      const custom = fields.map(({ key, type, title, options: choices }) => ({
        path: customPrefix + key,
        type,
        ...(title !== undefined && { title }),
        ...(choices && { options: choices.map(({ value }) => value) }),
      }));
      return [{ name: 'users', fields: [...plain, ...custom] }];
    },
    close,
  };
}

/** Undefined where this may be the old cursor's fault. */
async function fresh<T>(isResumed: boolean, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isResumed && error instanceof ContractError && staleStatuses.has(error.status)) return undefined;
    throw error;
  }
}

function keysOf({ users }: UsersShown): readonly string[] {
  return users.map(({ id }) => String(id));
}
