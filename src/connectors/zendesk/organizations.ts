import { z } from 'zod';
import type { CallContext, Json } from '../../core/contracts.ts';
import { createMutex } from '../../core/gate.ts';
import { createThrottle } from '../../core/http/throttle.ts';
import type { OrganizationRow } from './api-schemas.ts';
import { judgeRows, redactDetails } from './bulk.ts';
import { shownAs } from './fields.ts';
import { inParallel } from './in-parallel.ts';
import { maxRowsPerJob, organizationUpdatesPerMinute } from './limits.ts';
import type { ZendeskOrganization } from './organization.ts';
import { runJob } from './run-job.ts';
import type { Tools } from './tools.ts';

const json: z.ZodType<Json> = z.json();

export type Ensured =
  | { readonly kind: 'there'; readonly id: number }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * Organizations that users of this run belong to: found by external id, then by name, else made; and brought in step with
 * the mapping. Zendesk itself is the only memory: names are unique there, so a second look finds what the first one made.
 */
export function createOrganizations(tools: Omit<Tools, 'organizations'>) {
  const { api, clock } = tools;
  const known = new Map<string, Ensured>();
  const updates = createThrottle({ limits: { perMinute: organizationUpdatesPerMinute, concurrent: 1 }, clock });
  // Two batches that need the same new organization must not both make it.
  const alone = createMutex();

  async function ensure(
    wanted: readonly ZendeskOrganization[],
    context: CallContext,
  ): Promise<ReadonlyMap<string, Ensured>> {
    const byId = new Map(wanted.map((one) => [one.external_id, one]));
    const isNew = (id: string): boolean => !known.has(id);
    if ([...byId.keys()].some(isNew)) {
      await alone(async () => {
        const fresh = [...byId.values()].filter(({ external_id: id }) => isNew(id));
        for (let start = 0; start < fresh.length; start += maxRowsPerJob)
          await take(fresh.slice(start, start + maxRowsPerJob), context);
      });
    }
    return known;
  }

  async function take(wanted: readonly ZendeskOrganization[], context: CallContext): Promise<void> {
    const missing = await find(wanted, context);
    if (missing.length === 0) return;
    await create(missing, context);
  }

  /** Notes those that are there, and brings them in step. Returns the others. */
  async function find(
    wanted: readonly ZendeskOrganization[],
    context: CallContext,
  ): Promise<readonly ZendeskOrganization[]> {
    const rows = await api.showOrganizations(
      wanted.map(({ external_id: id }) => id),
      context.signal,
    );
    const byExternalId = new Map(rows.map((row) => [row.external_id?.toLowerCase(), row]));
    const found = await inParallel(wanted, async (one) => {
      const row = byExternalId.get(one.external_id) ?? (await api.organizationNamed(one.name, context.signal));
      return { one, row };
    });
    const changed = found.flatMap(({ one, row }) => (row ? (changesOf(one, row) ?? []) : []));
    for (const { one, row } of found) if (row) known.set(one.external_id, { kind: 'there', id: row.id });
    if (changed.length > 0) await update(changed, context);
    return found.flatMap(({ one, row }) => (row ? [] : [one]));
  }

  async function create(wanted: readonly ZendeskOrganization[], context: CallContext): Promise<void> {
    const refused = new Map<string, string>();
    let isForbidden = !tools.bulk.allowed();
    if (!isForbidden) {
      const send = () => api.createOrganizations(wanted, context.signal);
      const run = await runJob(tools, send, { ...context, jobStarted: async () => undefined });
      isForbidden = run.kind === 'forbidden';
      const rows = judgeRows(wanted, run.kind === 'ended' ? run.results : undefined);
      wanted.forEach((one, position) => {
        const row = rows[position];
        if (row?.kind === 'ok' && row.id !== undefined)
          known.set(one.external_id, { kind: 'there', id: Number(row.id) });
        if (row?.kind === 'error') refused.set(one.external_id, redactDetails(row.details, { name: one.name }));
      });
    }
    if (isForbidden) {
      await inParallel(wanted, async (one) => {
        const reply = await api.createOrganization(one, context.signal);
        if (reply.kind === 'refused') refused.set(one.external_id, redactDetails(reply.details, { name: one.name }));
        if (reply.kind === 'there') known.set(one.external_id, { kind: 'there', id: reply.id });
      });
    }
    const unclear = wanted.filter(({ external_id: id }) => !known.has(id));
    if (unclear.length === 0) return;
    // Somebody may have made it meanwhile, or our own job did and its word was lost.
    for (const { external_id: id } of await find(unclear, context)) {
      const why = refused.get(id) ?? 'it gave no reason';
      known.set(id, { kind: 'refused', message: `Zendesk refused an organization: ${why}` });
    }
  }

  async function update(rows: readonly OrganizationUpdate[], context: CallContext): Promise<void> {
    await updates.run(
      async () => {
        const send = () => api.updateOrganizations(rows, context.signal);
        const run = await runJob(tools, send, { ...context, jobStarted: async () => undefined });
        const results = judgeRows(
          rows.map(({ id }) => ({ id: String(id) })),
          run.kind === 'ended' ? run.results : undefined,
        );
        if (results.every(({ kind }) => kind === 'ok')) return;
        const message =
          'Some organizations could not be brought in step. They are tried again when one of their users is.';
        context.warn({ code: 'organization-not-updated', message });
      },
      { signal: context.signal },
    );
  }

  return { ensure };
}

export type Organizations = ReturnType<typeof createOrganizations>;

type OrganizationUpdate = { readonly id: number; readonly [field: string]: Json };

/** What differs, or undefined. One that was found by its name and belongs to another system is not touched. */
function changesOf(wanted: ZendeskOrganization, row: OrganizationRow): OrganizationUpdate | undefined {
  const isOurs = row.external_id?.toLowerCase() === wanted.external_id;
  if (!isOurs && row.external_id) return undefined;
  const { organization_fields: custom = {}, ...plain } = wanted;
  const set = Object.entries(plain).filter(
    ([name, value]) => !shownAs(name, value, json.safeParse(Reflect.get(row, name)).data),
  );
  const shown = row.organization_fields ?? {};
  const fields = Object.entries(custom).filter(([name, value]) => !shownAs(name, value, shown[name]));
  if (set.length + fields.length === 0) return undefined;
  return {
    id: row.id,
    ...Object.fromEntries(set),
    ...(fields.length > 0 && { organization_fields: Object.fromEntries(fields) }),
  };
}
