import type { TwinResponse } from '../../server/twin.ts';
import { notFound } from '../api/responses.ts';
import type { User, Users } from '../people/users.ts';
import type { Membership, Organization } from './organizations.ts';

/** How organizations go, and what is still in one. */
export function createOrganizationRemoval({
  users,
  byId,
  membershipsOf,
  leave,
}: {
  readonly users: Users;
  readonly byId: Map<number, Organization>;
  membershipsOf(userId: number): readonly Membership[];
  leave(user: User, membership: Membership): void;
}) {
  /** Whoever is deleted is no member any more. */
  function membersOf({ id }: Organization): readonly User[] {
    return [...users.byId.values()].filter(
      (user) => user.active && membershipsOf(user.id).some(({ organization_id }) => organization_id === id),
    );
  }

  function remove(organization: Organization): void {
    for (const user of membersOf(organization))
      for (const membership of membershipsOf(user.id))
        if (membership.organization_id === organization.id) leave(user, membership);
    byId.delete(organization.id);
  }

  return {
    /** One row of a job. */
    apply(row: Readonly<Record<string, unknown>>, index: number): unknown {
      const own = byId.get(Number(row.id));
      if (!own) return { index, error: 'OrganizationNotFound', details: 'Organization not found' };
      remove(own);
      return { action: 'delete', id: own.id, status: 'Deleted', success: true };
    },
    /** Undefined for a path that is not about one organization. */
    ofOne(method: string, path: string): TwinResponse | undefined {
      const [, id, rest] = /^\/organizations\/(\d+)(\/related)?$/.exec(path) ?? [];
      if (id === undefined) return undefined;
      const organization = byId.get(Number(id));
      if (!organization) return notFound;
      if (rest === undefined && method === 'DELETE') {
        remove(organization);
        return { status: 204 };
      }
      if (rest === undefined || method !== 'GET') return undefined;
      const members = membersOf(organization);
      const tickets_count = members.reduce((sum, { id: userId }) => sum + users.tickets.get(userId), 0);
      return { status: 200, body: { organization_related: { users_count: members.length, tickets_count } } };
    },
  };
}
