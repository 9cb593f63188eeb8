import type { Settings } from '../account/settings.ts';
import type { Row } from '../api/requests.ts';
import type { Routes } from '../api/router.ts';
import type { CustomFields } from '../fields/custom-fields.ts';
import type { QueueRows } from '../jobs/queue-rows.ts';
import type { OfUser } from '../people/of-user.ts';
import type { User } from '../people/user.ts';
import type { Users } from '../people/users.ts';
import { createMembers } from './members.ts';
import { membershipRoutes } from './membership-routes.ts';
import { createMemberships } from './memberships.ts';
import { organizationRoutes } from './organization-routes.ts';
import { createOrganizationStore } from './organization-store.ts';
import { rowChanges } from './row-changes.ts';

const firstId = 24_000_000_000;

/** Zendesk's organizations and who belongs to them. */
export function createOrganizations({
  users,
  fields,
  settings,
  now,
  queueRows,
  ofUser,
  origin,
}: {
  readonly users: Users;
  readonly fields: CustomFields;
  readonly settings: Settings;
  readonly now: () => number;
  readonly queueRows: QueueRows;
  readonly ofUser: OfUser;
  readonly origin: () => string;
}) {
  let lastId = firstId;
  const nextId = (): number => {
    lastId += 1;
    return lastId;
  };
  const organizations = createOrganizationStore({ fields, now, nextId });
  const memberships = createMemberships({ settings, nextId });
  const members = createMembers({ users, organizations, memberships });
  const changes = rowChanges({ users, settings, organizations, memberships, members });
  const { byId, create, byExternalId, byName } = organizations;

  /** What a write of a user says about organizations: one by id, or several by id. Null ends them all. */
  function follow(user: User, row: Row): void {
    const one = typeof row.organization_id === 'number' ? [row.organization_id] : [];
    const several = Array.isArray(row.organization_ids) ? row.organization_ids.map(Number) : [];
    const named = [...one, ...several].flatMap((id) => byId.get(id) ?? []);
    for (const [index, organization] of named.entries()) memberships.join(user, organization, index === 0);
    if (row.organization_id === null)
      for (const membership of memberships.of(user.id)) memberships.leave(user, membership);
  }

  const routes: Routes = {
    ...organizationRoutes({ organizations, members, changes, queueRows, origin }),
    ...membershipRoutes({ memberships, changes, queueRows, ofUser, origin }),
  };
  const { of: membershipsOf, join, leave } = memberships;
  return { byId, create, byExternalId, byName, membershipsOf, join, leave, follow, routes };
}
