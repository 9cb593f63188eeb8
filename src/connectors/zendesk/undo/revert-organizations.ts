import type { CallContext } from '../../../core/domain/context.ts';
import type { Result } from '../../../core/domain/result.ts';
import type { PastRun, RevertedRelated } from '../../../core/domain/revert.ts';
import { counted } from '../../../core/records/counted.ts';
import type { OrganizationUses } from '../api/api-organizations.ts';
import type { OrganizationRow } from '../api/api-schemas.ts';
import { unlessRefused } from '../api/call-for-user.ts';
import { bulkWrite } from '../jobs/bulk-write.ts';
import { inParallel } from '../jobs/in-parallel.ts';
import { maxRowsPerJob } from '../limits.ts';
import { notCreated } from '../related/known-organizations.ts';
import { organizationsOf } from '../related/organization.ts';
import { listOf } from '../related/related.ts';
import type { WriteDependencies } from '../write/write-dependencies.ts';

type Left = RevertedRelated['left'][number];

/** Attempts at a deletion whose outcome is unknown. */
const maxAttempts = 5;

/**
 * Deletes the organizations that a run created: those that its results name, that carry our external id, and that
 * Zendesk created since the run started. It leaves those that have users or tickets by now, and older empty ones of
 * ours. It needs no memory but Zendesk: after an interruption, the next undo finds what is still there.
 */
export async function revertOrganizations(
  dependencies: WriteDependencies,
  results: AsyncIterable<readonly Result[]>,
  { since, dryRun, beforeWrite }: PastRun & { readonly dryRun: boolean; readonly beforeWrite?: () => Promise<void> },
  context: CallContext,
): Promise<RevertedRelated> {
  const named = await externalIdsNamed(results);
  const wholeSecond = Math.floor(since / 1000) * 1000;
  let deleted = 0;
  let calls = 0;
  const left: Left[] = [];
  for (let start = 0; start < named.length; start += maxRowsPerJob) {
    const ours = await findOurs(dependencies, named.slice(start, start + maxRowsPerJob), context);
    const made = ours.filter((row) => Date.parse(row.created_at ?? '') >= wholeSecond);
    calls += 1 + ours.length + (made.length > 0 ? 1 : 0);
    if (dryRun) {
      deleted += made.length;
      continue;
    }
    const lookups = await inParallel(ours, (row) => lookAt(dependencies, row, { isMade: made.includes(row) }, context));
    left.push(...lookups.flatMap((look) => (look.kind === 'left' ? [look.left] : [])));
    const empty = lookups.flatMap((look) => (look.kind === 'empty' ? [look.id] : []));
    if (empty.length === 0) continue;
    await beforeWrite?.();
    const there = await deleteOrganizations(dependencies, empty, context);
    deleted += empty.length - there.length;
    left.push(...there.map((id) => leftFor(id, 'Zendesk did not delete it', { isRefused: true })));
  }
  return { deleted, left, calls };
}

async function externalIdsNamed(results: AsyncIterable<readonly Result[]>): Promise<readonly string[]> {
  const named = new Set<string>();
  for await (const page of results)
    for (const { changes } of page)
      for (const { external_id: id } of organizationsOf(listOf(changes?.organizations?.[1]))) named.add(id);
  return [...named];
}

async function findOurs(
  { api }: WriteDependencies,
  externalIds: readonly string[],
  { signal }: CallContext,
): Promise<readonly OrganizationRow[]> {
  const rows = await api.showOrganizations(externalIds, signal);
  return rows.filter(({ external_id: id }) => id && externalIds.includes(id.toLowerCase()));
}

async function lookAt(
  { api }: WriteDependencies,
  { id }: OrganizationRow,
  { isMade }: { readonly isMade: boolean },
  { signal }: CallContext,
): Promise<
  | { readonly kind: 'empty'; readonly id: number }
  | { readonly kind: 'left'; readonly left: Left }
  | { readonly kind: 'nothing' }
> {
  const look = await unlessRefused<{ readonly uses: OrganizationUses | undefined } | { readonly refused: string }>(
    async () => ({ uses: await api.usesOfOrganization(id, signal) }),
    ({ message }) => ({ refused: message }),
  );
  if ('refused' in look)
    return { kind: 'left', left: leftFor(id, `its users cannot be counted (${look.refused})`, { isRefused: true }) };
  const { uses } = look;
  if (!uses) return { kind: 'nothing' };
  const isEmpty = uses.users + uses.tickets === 0;
  if (isMade && isEmpty) return { kind: 'empty', id };
  if (isMade)
    return {
      kind: 'left',
      left: leftFor(id, `it has ${counted(uses.users, 'user')} and ${counted(uses.tickets, 'ticket')}`),
    };
  return isEmpty
    ? { kind: 'left', left: leftFor(id, 'it is empty, but was there before the run') }
    : { kind: 'nothing' };
}

function leftFor(id: number, why: string, { isRefused = false } = {}): Left {
  return { id: String(id), message: `Zendesk organization ${id} was left: ${why}.`, ...(isRefused && { isRefused }) };
}

/** Returns those that Zendesk refuses to delete. If an outcome is unclear, it looks and tries again. */
async function deleteOrganizations(
  dependencies: WriteDependencies,
  ids: readonly number[],
  context: CallContext,
): Promise<readonly number[]> {
  const { api } = dependencies;
  let there = ids;
  for (let attempt = 1; ; attempt += 1) {
    const asked = there;
    const send = (rows: readonly number[]) => api.destroyOrganizations(rows, context.signal);
    const answers = await bulkWrite(dependencies, { rows: asked, nameOf: (id) => ({ id: String(id) }), send }, context);
    const single = asked.filter((_, position) => answers[position]?.kind === 'forbidden');
    await inParallel(single, async (id) => await api.deleteOrganization(id, context.signal));
    there = (await api.organizationsById(asked, context.signal)).map(({ id }) => id);
    if (there.length === 0) return [];
    if (attempt < maxAttempts) continue;
    if (answers.some((answer) => answer.kind === 'unknown' && !answer.isAnswered)) throw notCreated();
    return there;
  }
}
