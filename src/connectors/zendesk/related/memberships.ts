import type { ZendeskApi } from '../api/api.ts';
import type { OrganizationRow } from '../api/api-schemas.ts';
import { everyPage } from '../api/every-page.ts';

/**
 * Organizations that users belong to in addition to their default one, by user: a user itself shows its default one. Read from the
 * list of all memberships, a hundred a call; few people are in several organizations, so few are kept.
 */
export async function listSecondaryMemberships(
  api: Pick<ZendeskApi, 'listMemberships'>,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, readonly number[]>> {
  const found = new Map<number, readonly number[]>();
  const pages = everyPage({
    read: (after) => api.listMemberships(after, signal),
    nextOf: ({ after }) => after,
    keysOf: ({ memberships }) => memberships.map((one) => `${one.user_id} ${one.organization_id}`),
  });
  for await (const { memberships } of pages)
    for (const { user_id: user, organization_id: organization, default: isDefault } of memberships)
      if (isDefault !== true) found.set(user, [...(found.get(user) ?? []), organization]);
  return found;
}

/** Each once: the default one first, the others by their ids, so that the same memberships always read the same. */
export function sortMemberships(
  defaultOne: number | null | undefined,
  others: readonly number[] = [],
): readonly number[] {
  const sorted = [...others].sort((a, b) => a - b);
  return [...new Set(typeof defaultOne === 'number' ? [defaultOne, ...sorted] : sorted)];
}

/** Every organization of the account, a hundred a call. */
export async function allOrganizations(
  api: Pick<ZendeskApi, 'listOrganizations'>,
  signal: AbortSignal,
): Promise<readonly OrganizationRow[]> {
  const found: OrganizationRow[] = [];
  const pages = everyPage({
    read: (after) => api.listOrganizations(after, signal),
    nextOf: ({ after }) => after,
    keysOf: ({ organizations }) => organizations.map(({ id }) => id),
  });
  for await (const { organizations } of pages) found.push(...organizations);
  return found;
}
