import type { CallContext } from '../../../core/domain/context.ts';
import { bulkWrite } from '../jobs/bulk-write.ts';
import type { JobDependencies } from '../jobs/job-dependencies.ts';
import { changesOf, type Found, isOutdated, type OrganizationUpdate } from './compare-organization.ts';
import { findOrganizations, type KnownOrganizations, maxAttempts, notCreated } from './known-organizations.ts';

const notUpdated = {
  code: 'organization-not-updated',
  message:
    'Some organizations could not be brought in step. They are tried again when one of their users changes, and by the next full sync.',
};

/** Brings organizations in step with the mapping, and remembers in `known` those that Zendesk does not take. */
export function createOrganizationUpdates(dependencies: JobDependencies, known: KnownOrganizations) {
  const { api, organizationUpdates } = dependencies;

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
      left = wanted.length === 0 ? [] : (await findOrganizations(dependencies, wanted, context)).filter(isOutdated);
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

  return { update };
}
