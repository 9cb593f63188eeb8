import PQueue from 'p-queue';
import type { CallContext } from '../../../core/domain/context.ts';
import type { JobDependencies } from '../jobs/job-dependencies.ts';
import { maxRowsPerJob } from '../limits.ts';
import { isOutdated, isSameCompany } from './compare-organization.ts';
import { createOrganizationCreates } from './create-organizations.ts';
import {
  type Ensured,
  findOrganizations,
  type KnownOrganizations,
  maxAttempts,
  notCreated,
} from './known-organizations.ts';
import type { ZendeskOrganization } from './organization.ts';
import { createOrganizationUpdates } from './update-organizations.ts';

const withoutOutcome = `Zendesk accepted an organization ${maxAttempts} times, did not make it, and gave no reason.`;
/**
 * Organizations that users of this run belong to: found by external id, then by name, else made; and brought in step with
 * the mapping. Zendesk itself is the only memory: names are unique there, so a second look finds what the first one made.
 */
export function createOrganizations(dependencies: JobDependencies) {
  const known: KnownOrganizations = new Map();
  const { create } = createOrganizationCreates(dependencies, known);
  const { update } = createOrganizationUpdates(dependencies, known);
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
    const found = await findOrganizations(dependencies, wanted, context);
    for (const { one, row } of found)
      if (row) known.set(one.external_id, isSameCompany(one, row) ? { kind: 'there', id: row.id } : namesake);
    await update(found.filter(isOutdated), context);
    return found.flatMap(({ one, row }) => (row ? [] : [one]));
  }

  return { ensure };
}

export type Organizations = ReturnType<typeof createOrganizations>;

const namesake: Ensured = {
  kind: 'refused',
  message:
    "Zendesk has an organization of this name with another external_id, so it is another company's, whose members may see each other's tickets. Give one of the two another name, or the organization in Zendesk this external_id.",
};
