import type { CallContext } from '../../../core/domain/context.ts';
import { TransientError } from '../../../core/domain/errors.ts';
import { inParallel } from '../jobs/in-parallel.ts';
import type { JobDependencies } from '../jobs/job-dependencies.ts';
import type { Found } from './compare-organization.ts';
import type { ZendeskOrganization } from './organization.ts';

/** How often an organization is sent before it counts as one that Zendesk does not take. */
export const maxAttempts = 9;

export type Ensured =
  /** `isBehind`: Zendesk did not take what differs. */
  | { readonly kind: 'there'; readonly id: number; readonly isBehind?: true }
  | { readonly kind: 'refused'; readonly message: string };

/** What is known of the organizations of this run, by external id. */
export type KnownOrganizations = Map<string, Ensured>;

/** By external id, then by name. */
export async function findOrganizations(
  { api }: Pick<JobDependencies, 'api'>,
  wanted: readonly ZendeskOrganization[],
  { signal }: CallContext,
): Promise<readonly Found[]> {
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

export function notCreated(): TransientError {
  return new TransientError(`Zendesk has not taken an organization in ${maxAttempts} tries.`, {
    code: 'not-taken',
    hint: 'Run again later: what was not written is still to be done.',
  });
}
