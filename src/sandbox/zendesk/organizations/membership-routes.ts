import type { TwinResponse } from '../../server/twin.ts';
import { pageable, paged } from '../api/paging.ts';
import { objectOf, rowsOf } from '../api/requests.ts';
import { invalid, notFound } from '../api/responses.ts';
import type { RoutedCall, Routes } from '../api/router.ts';
import type { QueueRows } from '../jobs/queue-rows.ts';
import type { OfUser } from '../people/of-user.ts';
import type { User } from '../people/user.ts';
import type { Memberships } from './memberships.ts';
import type { Membership } from './organization.ts';
import type { RowChanges } from './row-changes.ts';

/** Who belongs to which organization: of all users, and of one. */
export function membershipRoutes({
  memberships,
  changes,
  queueRows,
  ofUser,
  origin,
}: {
  readonly memberships: Memberships;
  readonly changes: RowChanges;
  readonly queueRows: QueueRows;
  readonly ofUser: OfUser;
  readonly origin: () => string;
}): Routes {
  const listed = (all: readonly Membership[], { request }: RoutedCall): TwinResponse =>
    paged(request, {
      name: 'organization_memberships',
      list: pageable(all),
      show: (one) => one,
      origin: origin(),
    });

  /** A handler of what is done to the membership that the route names by its organization. */
  const ofMembership = (change: (user: User, membership: Membership) => TwinResponse) =>
    ofUser((user, { params }) => {
      const organizationId = Number(params.organization);
      const membership = memberships.of(user.id).find(({ organization_id }) => organization_id === organizationId);
      return membership ? change(user, membership) : notFound;
    });

  return {
    'GET /organization_memberships': (call) => listed(memberships.all(), call),
    'POST /organization_memberships/create_many': ({ request, path }) =>
      queueRows(rowsOf(request, 'organization_memberships'), {
        path,
        apply: changes.join,
        title: 'Bulk Create OrganizationMembership',
      }),
    'GET /users/{id}/organization_memberships': ofUser((user, call) => listed(memberships.of(user.id), call)),
    'POST /users/{id}/organization_memberships': ofUser((user, { request }) => {
      const row = { ...objectOf(request, 'organization_membership'), user_id: user.id };
      return 'error' in changes.join(row, 0)
        ? invalid({ field: 'user_id', description: 'User: has already been taken' })
        : { status: 201, body: { organization_membership: memberships.of(user.id).at(-1) } };
    }),
    'PUT /users/{id}/organizations/{organization}/make_default': ofMembership((user, membership) => {
      memberships.makeDefault(user, membership);
      return { status: 200, body: { organization_membership: membership } };
    }),
    'DELETE /users/{id}/organizations/{organization}': ofMembership((user, membership) => {
      memberships.leave(user, membership);
      return { status: 204 };
    }),
  };
}
