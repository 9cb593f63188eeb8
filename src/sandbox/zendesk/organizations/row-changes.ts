import type { Settings } from '../account/settings.ts';
import type { Row } from '../api/requests.ts';
import type { Users } from '../people/users.ts';
import type { Members } from './members.ts';
import type { Memberships } from './memberships.ts';
import type { OrganizationStore } from './organization-store.ts';

/** What a job does with one of its rows, and says became of it. */
type RowChange = (row: Row, index: number) => object;

/** The changes that jobs about organizations and memberships make, row by row. */
export function rowChanges({
  users,
  settings,
  organizations,
  memberships,
  members,
}: {
  readonly users: Users;
  readonly settings: Settings;
  readonly organizations: OrganizationStore;
  readonly memberships: Memberships;
  readonly members: Members;
}) {
  const create: RowChange = (row, index) => {
    const problem = organizations.validate(row, undefined);
    if (problem) return { index, error: 'OrganizationCreateFailed', details: problem };
    return { status: 'Created', id: organizations.create(row).id };
  };

  const update: RowChange = (row, index) => {
    const own =
      row.id === undefined ? organizations.byExternalId(row.external_id) : organizations.byId.get(Number(row.id));
    if (!own) return notFoundRow(index);
    const problem = organizations.validate(row, own);
    if (problem) return { index, error: 'OrganizationUpdateFailed', id: own.id, details: problem };
    organizations.assign(own, row);
    return { action: 'update', id: own.id, status: 'Updated', success: true };
  };

  const remove: RowChange = (row, index) => {
    const own = organizations.byId.get(Number(row.id));
    if (!own) return notFoundRow(index);
    members.remove(own);
    return { action: 'delete', id: own.id, status: 'Deleted', success: true };
  };

  const join: RowChange = (row, index) => {
    const refuse = (details: string) => ({ index, error: 'OrganizationMembershipCreateFailed', details });
    const user = users.byId.get(Number(row.user_id));
    const organization = organizations.byId.get(Number(row.organization_id));
    if (!user?.active || !organization) return refuse('User or organization not found');
    const own = memberships.of(user.id);
    if (own.some(({ organization_id }) => organization_id === organization.id))
      return refuse('User: has already been taken');
    if (!settings.current.multipleOrganizations && own.length > 0) return refuse('User: is in an organization already');
    return { status: 'Created', id: memberships.join(user, organization, row.default === true).id };
  };

  return { create, update, remove, join };
}

export type RowChanges = ReturnType<typeof rowChanges>;

function notFoundRow(index: number): object {
  return { index, error: 'OrganizationNotFound', details: 'Organization not found' };
}
