import type { CallContext } from '../../../core/domain/context.ts';
import { bulkWrite } from '../jobs/bulk-write.ts';
import { inParallel } from '../jobs/in-parallel.ts';
import type { JobDependencies } from '../jobs/job-dependencies.ts';
import { redactDetails } from '../jobs/job-results.ts';
import type { KnownOrganizations } from './known-organizations.ts';
import type { ZendeskOrganization } from './organization.ts';

/** Makes organizations, and remembers them in `known`. */
export function createOrganizationCreates(dependencies: JobDependencies, known: KnownOrganizations) {
  const { api, ambiguousWrites } = dependencies;

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

  return { create };
}
