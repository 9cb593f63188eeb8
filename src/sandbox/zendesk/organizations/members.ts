import type { User } from '../people/user.ts';
import type { Users } from '../people/users.ts';
import type { Memberships } from './memberships.ts';
import type { Organization } from './organization.ts';
import type { OrganizationStore } from './organization-store.ts';

/** Who and what is still in an organization, and how it is deleted. */
export function createMembers({
  users,
  organizations,
  memberships,
}: {
  readonly users: Users;
  readonly organizations: OrganizationStore;
  readonly memberships: Memberships;
}) {
  const ownOf = (user: User, { id }: Organization) =>
    memberships.of(user.id).filter(({ organization_id }) => organization_id === id);

  /** A deleted user is not a member any more. */
  const membersOf = (organization: Organization): readonly User[] =>
    [...users.byId.values()].filter((user) => user.active && ownOf(user, organization).length > 0);

  return {
    related(organization: Organization): object {
      const members = membersOf(organization);
      const tickets_count = members.reduce((sum, { id }) => sum + users.tickets.get(id), 0);
      return { users_count: members.length, tickets_count };
    },
    remove(organization: Organization): void {
      for (const user of membersOf(organization))
        for (const membership of ownOf(user, organization)) memberships.leave(user, membership);
      organizations.byId.delete(organization.id);
    },
  };
}

export type Members = ReturnType<typeof createMembers>;
