import { z } from 'zod';
import type { SourceOptions } from '../../../core/connector.ts';
import type { CallContext } from '../../../core/domain/context.ts';
import { ContractError } from '../../../core/domain/errors.ts';
import type { CustomField } from '../../../core/domain/field-schema.ts';
import type { Page } from '../../../core/domain/record.ts';
import { createRateLimiter } from '../../../core/http/rate-limiter.ts';
import { sharedRateLimiter } from '../../../core/http/shared-resources.ts';
import { createPageGuard } from '../../../core/records/page-guard.ts';
import type { ZendeskApi } from '../api/api.ts';
import { type UserRow, unknownRole } from '../api/api-schemas.ts';
import { zendeskOrigin } from '../config.ts';
import { tagsOfFields } from '../fields/definitions.ts';
import { exportLagMs, exportsPerMinute, maxRowsPerJob, staleStatuses } from '../limits.ts';
import type { SourceConfig } from './config.ts';
import type { ZendeskRecord } from './record.ts';
import { createRelatedReader, type UsersShown } from './related-reader.ts';

/** A list of everybody, in progress, or where the changes since are asked for. */
export const cursorShape = z.union([
  z.object({ list: z.object({ since: z.number(), after: z.string() }) }),
  z.object({ export: z.union([z.object({ cursor: z.string() }), z.object({ startTime: z.number() })]) }),
]);
export type Place = z.infer<typeof cursorShape>;
type ExportPlace = Extract<Place, { export: unknown }>['export'];
type ListPlace = Extract<Place, { list: unknown }>['list'];

interface Ports {
  readonly api: ZendeskApi;
  readonly customFields: (context: CallContext) => Promise<readonly CustomField[] | undefined>;
}

/** The three ways to read users: everybody, what has changed, and those of some keys. */
export function createUserScans(options: SourceOptions<SourceConfig>, { api, customFields }: Ports) {
  const { config } = options;
  const openRelatedReader = relatedReaders(options, { api, customFields });
  const [onlyRole] = config.roles.length === 1 ? config.roles : [];
  const ours = keepingRoles(config.roles);
  const readPageOfExport = createExportReader(options, api);

  async function* readAll(
    resumed: ListPlace | undefined,
    { isAdmin, total, context }: { readonly isAdmin: boolean; readonly total?: number; readonly context: CallContext },
  ): AsyncGenerator<Page<ZendeskRecord>> {
    const related = await openRelatedReader(context);
    let from = resumed;
    let isWhole = resumed === undefined;
    let guard = createPageGuard('Zendesk', resumed?.after);
    for (;;) {
      const asked = { after: from?.after, role: onlyRole, with: related.with };
      const page = await fresh(from !== undefined && from === resumed, () => api.listUsers(asked, context.signal));
      if (!page) {
        context.log.info({}, 'the cursor of the last scan is no longer accepted: reading from the beginning');
        from = undefined;
        isWhole = true;
        guard = createPageGuard('Zendesk');
        continue;
      }
      const since = from?.since ?? Math.floor((api.serverNow() - exportLagMs) / 1000);
      const own = ours(page);
      const records = await related.records(own, { isFull: true, context });
      isWhole &&= records.length === own.users.length && own.unreadable.length === 0;
      if (page.after === undefined) {
        related.report(context);
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
    const related = await openRelatedReader(context);
    let at = start;
    const guard = createPageGuard('Zendesk', 'cursor' in start ? start.cursor : undefined);
    for (;;) {
      const asked = { ...at, with: related.with };
      const page = await fresh(at === start, () => readPageOfExport(asked, context.signal));
      if (!page) {
        context.log.info({}, 'the cursor of the last export is no longer taken: reading from the beginning');
        return yield* readAll(undefined, { isAdmin: true, context });
      }
      const records = await related.records(ours(page), { isFull: false, context });
      const isEnd = page.isEnd || page.cursor === undefined;
      if (!isEnd) guard(keysOf(page), page.cursor);
      if (page.cursor !== undefined) at = { cursor: page.cursor };
      yield { records, cursor: { export: at } };
      if (!isEnd) continue;
      related.report(context);
      return;
    }
  }

  async function* readKeys(keys: readonly string[], context: CallContext): AsyncGenerator<Page<ZendeskRecord>> {
    const related = await openRelatedReader(context);
    const ids = keys.filter((key) => /^\d+$/.test(key));
    for (let start = 0; start < ids.length; start += maxRowsPerJob) {
      const some = { ids: ids.slice(start, start + maxRowsPerJob), with: related.with };
      const page = await api.usersById(some, context.signal);
      yield { records: await related.records(ours(page), { isFull: false, context }), cursor: null };
    }
    related.report(context);
  }

  return { readAll, readChanged, readKeys };
}

/** What it has learnt is as old as it is: each read has one of its own. */
function relatedReaders({ uses = [] }: SourceOptions<SourceConfig>, { api, customFields }: Ports) {
  return async (context: CallContext) => {
    const fields = (await customFields(context)) ?? [];
    const lookups = fields.flatMap(({ key, type }) => (type === 'lookup' ? [key] : []));
    return createRelatedReader({ api, uses, traces: { tags: tagsOfFields(fields), left: new Set(lookups) } });
  };
}

/** Few exports a minute are allowed, to all of an account's readers together. */
function createExportReader({ config, clock, budgets }: SourceOptions<SourceConfig>, api: ZendeskApi) {
  const exports = sharedRateLimiter(budgets, createRateLimiter, {
    account: `${zendeskOrigin(config)} exports`,
    options: { limits: { perMinute: exportsPerMinute, concurrent: 1 }, clock },
  });
  return async (from: Parameters<ZendeskApi['exportUsers']>[0], signal: AbortSignal) =>
    await exports.run(() => api.exportUsers(from, signal), { signal });
}

function keepingRoles(wanted: readonly string[]) {
  const roles: ReadonlySet<string> = new Set(wanted);
  /** An end user who has become an agent is not a record any more: the next full read does not return it. */
  return function ours({ users, ...rest }: UsersShown): UsersShown {
    // Whose role can't be read is left out by the reader of users, which warns of it.
    const isOurs = ({ role, active }: UserRow): boolean =>
      active === false || role === unknownRole || roles.has(role ?? unknownRole);
    return { users: users.filter(isOurs), ...rest };
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
