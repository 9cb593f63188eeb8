import PQueue from 'p-queue';
import { z } from 'zod';
import type { CallContext } from '../../../core/domain/context.ts';
import { TransientError } from '../../../core/domain/errors.ts';
import type { Json } from '../../../core/domain/json.ts';
import type { OrganizationRow } from '../api/api-schemas.ts';
import { equalsRemote, textList } from '../fields/fields.ts';
import { bulkWrite } from '../jobs/bulk-write.ts';
import { inParallel } from '../jobs/in-parallel.ts';
import type { JobDependencies } from '../jobs/job-dependencies.ts';
import { redactDetails } from '../jobs/job-results.ts';
import { maxRowsPerJob } from '../limits.ts';
import type { ZendeskOrganization } from './organization.ts';

const json: z.ZodType<Json> = z.json();
const maxAttempts = 9;
const withoutOutcome = `Zendesk accepted an organization ${maxAttempts} times, did not make it, and gave no reason.`;
const notUpdated = {
  code: 'organization-not-updated',
  message:
    'Some organizations could not be brought in step. They are tried again when one of their users changes, and by the next full sync.',
};

export type Ensured =
  /** `isBehind`: Zendesk did not take what differs. */
  | { readonly kind: 'there'; readonly id: number; readonly isBehind?: true }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * Organizations that users of this run belong to: found by external id, then by name, else made; and brought in step with
 * the mapping. Zendesk itself is the only memory: names are unique there, so a second look finds what the first one made.
 */
export function createOrganizations(dependencies: JobDependencies) {
  const { api, ambiguousWrites, organizationUpdates } = dependencies;
  const known = new Map<string, Ensured>();
  // Two batches that need the same new organization must not both make it.
  const queue = new PQueue({ concurrency: 1 });

  async function ensure(
    wanted: readonly ZendeskOrganization[],
    context: CallContext,
  ): Promise<ReadonlyMap<string, Ensured>> {
    const byId = new Map<string, ZendeskOrganization>();
    // Of records that differ about one organization, the first counts.
    for (const one of wanted) if (!byId.has(one.external_id)) byId.set(one.external_id, one);
    const isNew = (id: string): boolean => !known.has(id);
    if ([...byId.keys()].some(isNew)) {
      await queue.add(async () => {
        const fresh = [...byId.values()].filter(({ external_id: id }) => isNew(id));
        for (let start = 0; start < fresh.length; start += maxRowsPerJob)
          await take(fresh.slice(start, start + maxRowsPerJob), context);
      });
    }
    return known;
  }

  /** What Zendesk's answer leaves open is asked for again, by what a look then shows. */
  async function take(wanted: readonly ZendeskOrganization[], context: CallContext): Promise<void> {
    let missing = await find(wanted, context);
    for (let attempt = 1; missing.length > 0; attempt += 1) {
      const { refused, isAnswered } = await create(missing, context);
      const unclear = missing.filter(({ external_id: id }) => !known.has(id));
      // Somebody may have made it meanwhile, or our own job did and its word was lost.
      const absent = unclear.length === 0 ? [] : await find(unclear, context);
      for (const { external_id: id } of absent) {
        const why = refused.get(id);
        if (why !== undefined) known.set(id, { kind: 'refused', message: `Zendesk refused an organization: ${why}` });
      }
      missing = absent.filter(({ external_id: id }) => !known.has(id));
      if (attempt < maxAttempts) continue;
      if (missing.length > 0 && !isAnswered) throw notCreated();
      for (const { external_id: id } of missing) known.set(id, { kind: 'refused', message: withoutOutcome });
      return;
    }
  }

  /** Notes those that are there, and brings them in step. Returns the others. */
  async function find(
    wanted: readonly ZendeskOrganization[],
    context: CallContext,
  ): Promise<readonly ZendeskOrganization[]> {
    const found = await look(wanted, context);
    for (const { one, row } of found)
      if (row) known.set(one.external_id, isSameCompany(one, row) ? { kind: 'there', id: row.id } : namesake);
    await update(found.filter(isOutdated), context);
    return found.flatMap(({ one, row }) => (row ? [] : [one]));
  }

  async function look(wanted: readonly ZendeskOrganization[], { signal }: CallContext): Promise<readonly Found[]> {
    const rows = await api.showOrganizations(
      wanted.map(({ external_id: id }) => id),
      signal,
    );
    const byExternalId = new Map(rows.map((row) => [row.external_id?.toLowerCase(), row]));
    return await inParallel(wanted, async (one) => {
      const row = byExternalId.get(one.external_id) ?? (await api.organizationNamed(one.name, signal));
      return { one, row };
    });
  }

  /**
   * Notes those that are made, and returns why others were refused. Those of which nothing is known are in neither;
   * `isAnswered`: no reply was lost.
   */
  async function create(
    wanted: readonly ZendeskOrganization[],
    context: CallContext,
  ): Promise<{ readonly refused: ReadonlyMap<string, string>; readonly isAnswered: boolean }> {
    const refused = new Map<string, string>();
    let isAnswered = true;
    const refuse = ({ external_id: id, name }: ZendeskOrganization, details: string): void => {
      refused.set(id, redactDetails(details, { name }) || 'it gave no reason');
    };
    const send = (part: readonly ZendeskOrganization[]) => api.createOrganizations(part, context.signal);
    const rows = await bulkWrite(dependencies, { rows: wanted, nameOf: (one) => one, send }, context);
    const made: [number, ZendeskOrganization][] = [];
    const single: ZendeskOrganization[] = [];
    wanted.forEach((one, position) => {
      const row = rows[position];
      if (row?.kind === 'ok' && row.id !== undefined) made.push([Number(row.id), one]);
      if (row?.kind === 'error') refuse(one, row.details || row.error);
      if (row?.kind === 'forbidden') single.push(one);
      if (row?.kind === 'unknown' && !row.isAnswered) isAnswered = false;
    });
    await noteMade(new Map(made), context);
    await inParallel(single, async (one) => {
      const reply = await api.createOrganization(one, context.signal);
      if (reply.kind === 'lost') {
        isAnswered = false;
        return await ambiguousWrites.wait(reply.error, context);
      }
      ambiguousWrites.answered();
      if (reply.kind === 'refused') refuse(one, reply.details);
      if (reply.kind === 'there') known.set(one.external_id, { kind: 'there', id: reply.id });
    });
    return { refused, isAnswered };
  }

  /** An id is taken on trust only once its organization shows our external id: its members may see one another's tickets. */
  async function noteMade(made: ReadonlyMap<number, ZendeskOrganization>, { signal }: CallContext): Promise<void> {
    if (made.size === 0) return;
    for (const { id, external_id: externalId } of await api.organizationsById([...made.keys()], signal)) {
      const one = made.get(id);
      if (one && externalId?.toLowerCase() === one.external_id) known.set(one.external_id, { kind: 'there', id });
    }
  }

  function noteBehind(behind: readonly Found[], context: CallContext): void {
    if (behind.length > 0) context.warn(notUpdated);
    for (const { one, row } of behind)
      if (row) known.set(one.external_id, { kind: 'there', id: row.id, isBehind: true });
  }

  async function update(behind: readonly Found[], context: CallContext): Promise<void> {
    let left = behind;
    for (let attempt = 1; left.length > 0; attempt += 1) {
      const { unclear, isAnswered } = await organizationUpdates.run(() => updateOnce(left, context), {
        signal: context.signal,
      });
      const wanted = unclear.map(({ one }) => one);
      left = wanted.length === 0 ? [] : (await look(wanted, context)).filter(isOutdated);
      if (attempt < maxAttempts || left.length === 0) continue;
      if (!isAnswered) throw notCreated();
      return noteBehind(left, context);
    }
  }

  /** Returns those of which nobody can say whether they were written; `isAnswered`: no reply was lost. */
  async function updateOnce(
    behind: readonly Found[],
    context: CallContext,
  ): Promise<{ readonly unclear: readonly Found[]; readonly isAnswered: boolean }> {
    const rows = behind.flatMap(({ one, row }) => (row ? (changesOf(one, row) ?? []) : []));
    const send = (part: readonly OrganizationUpdate[]) => api.updateOrganizations(part, context.signal);
    // Asked for in bulk even where users are not: there is no other way.
    const ungated = { ...dependencies, bulk: { ...dependencies.bulk, allowed: () => true } };
    const results = await bulkWrite(ungated, { rows, nameOf: ({ id }) => ({ id: String(id) }), send }, context);
    const isRefused = (kind: string | undefined): boolean => kind === 'error' || kind === 'forbidden';
    noteBehind(
      behind.filter((_, position) => isRefused(results[position]?.kind)),
      context,
    );
    return {
      unclear: behind.filter((_, position) => results[position]?.kind === 'unknown'),
      isAnswered: !results.some((row) => row.kind === 'unknown' && !row.isAnswered),
    };
  }

  return { ensure };
}

export type Organizations = ReturnType<typeof createOrganizations>;

type OrganizationUpdate = { readonly id: number; readonly [field: string]: Json };

interface Found {
  readonly one: ZendeskOrganization;
  readonly row: OrganizationRow | undefined;
}

function isOutdated({ one, row }: Found): boolean {
  return row !== undefined && changesOf(one, row) !== undefined;
}

const namesake: Ensured = {
  kind: 'refused',
  message:
    "Zendesk has an organization of this name with another external_id, so it is another company's, whose members may see each other's tickets. Give one of the two another name, or the organization in Zendesk this external_id.",
};

/**
 * Whether the organization that was found by id or name is the one that is meant. One whose id says something else is
 * another company of the same name, unless one of the two ids is made of the name and says no more than the name does.
 */
export function isSameCompany(wanted: ZendeskOrganization, row: OrganizationRow): boolean {
  const shown = row.external_id?.toLowerCase();
  if (!shown || shown === wanted.external_id) return true;
  const byName = `:${wanted.name.toLowerCase()}`;
  return shown.endsWith(byName) || wanted.external_id.endsWith(byName);
}

export function notCreated(): TransientError {
  return new TransientError(`Zendesk has not taken an organization in ${maxAttempts} tries.`, {
    code: 'not-taken',
    hint: 'Run again later: what was not written is still to be done.',
  });
}

/** What differs, or undefined. One that was found by its name and belongs to another system is not touched. */
export function changesOf(wanted: ZendeskOrganization, row: OrganizationRow): OrganizationUpdate | undefined {
  const isOurs = row.external_id?.toLowerCase() === wanted.external_id;
  if (!isOurs && row.external_id) return undefined;
  const { organization_fields: custom = {}, ...plain } = wanted;
  const shownOf = (name: string): Json | undefined => json.safeParse(Reflect.get(row, name)).data;
  const set = Object.entries(plain)
    .map(([name, value]) => [name, relatedUsers(value, shownOf(name))] as const)
    .filter(([name, value]) => !equalsRemote(name, value, shownOf(name)));
  const shown = row.organization_fields ?? {};
  const fields = Object.entries(custom).filter(([name, value]) => !equalsRemote(name, value, shown[name]));
  if (set.length + fields.length === 0) return undefined;
  return {
    id: row.id,
    ...Object.fromEntries(set),
    ...(fields.length > 0 && { organization_fields: Object.fromEntries(fields) }),
  };
}

/** Tags and domains that people gave it stay with ours. */
function relatedUsers(ours: Json, shown: Json | undefined): Json {
  return Array.isArray(ours) ? [...new Set([...textList(shown), ...textList(ours)])] : ours;
}
