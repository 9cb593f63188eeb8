import type { TwinResponse } from '../../server/twin.ts';
import { pageable, paged } from '../api/paging.ts';
import { idsOf, objectOf, rowsOf } from '../api/requests.ts';
import { invalid, notFound, tooManyValues } from '../api/responses.ts';
import { adminOnly, type Handler, type Routes } from '../api/router.ts';
import type { QueueRows } from '../jobs/queue-rows.ts';
import type { Members } from './members.ts';
import type { Organization } from './organization.ts';
import type { OrganizationStore } from './organization-store.ts';
import type { RowChanges } from './row-changes.ts';

/** Organizations: read, made, changed and deleted, one by one and by jobs. */
export function organizationRoutes({
  organizations,
  members,
  changes,
  queueRows,
  origin,
}: {
  readonly organizations: OrganizationStore;
  readonly members: Members;
  readonly changes: RowChanges;
  readonly queueRows: QueueRows;
  readonly origin: () => string;
}): Routes {
  function showMany(query: URLSearchParams): TwinResponse {
    const ids = idsOf(query, 'ids');
    const externalIds = idsOf(query, 'external_ids') ?? [];
    if ((ids ?? externalIds).length > 100) return tooManyValues;
    return shown(
      ids
        ? ids.flatMap((id) => organizations.byId.get(Number(id)) ?? [])
        : externalIds.flatMap((id) => organizations.byExternalId(id) ?? []),
    );
  }

  function search(query: URLSearchParams): TwinResponse {
    const externalId = query.get('external_id');
    const found =
      externalId === null ? organizations.byName(query.get('name')) : organizations.byExternalId(externalId);
    return shown(found ? [found] : []);
  }

  const ofOrganization =
    (handler: (organization: Organization) => TwinResponse): Handler =>
    ({ params }) => {
      const organization = organizations.byId.get(Number(params.id));
      return organization ? handler(organization) : notFound;
    };

  return {
    'GET /organizations': ({ request }) => {
      const list = pageable([...organizations.byId.values()]);
      return paged(request, { name: 'organizations', list, show: (one) => one, origin: origin() });
    },
    'GET /organizations/show_many': ({ request }) => showMany(request.query),
    'GET /organizations/search': adminOnly(({ request }) => search(request.query)),
    'POST /organizations': ({ request }) => {
      const row = objectOf(request, 'organization');
      const problem = organizations.validate(row, undefined);
      if (problem) return invalid({ field: 'name', description: problem, error: 'DuplicateValue' });
      return { status: 201, body: { organization: organizations.create(row) } };
    },
    'POST /organizations/create_many': ({ request, path }) =>
      queueRows(rowsOf(request, 'organizations'), {
        path,
        apply: changes.create,
        title: 'Bulk Create Organization',
      }),
    'PUT /organizations/update_many': ({ request, path }) =>
      queueRows(rowsOf(request, 'organizations'), {
        path,
        apply: changes.update,
        title: 'Bulk Update Organization',
      }),
    'DELETE /organizations/destroy_many': ({ request, path }) => {
      const rows = (idsOf(request.query, 'ids') ?? []).map((id) => ({ id: Number(id) }));
      return queueRows(rows, { path, apply: changes.remove, title: 'Bulk Delete Organization' });
    },
    'DELETE /organizations/{id}': ofOrganization((organization) => {
      members.remove(organization);
      return { status: 204 };
    }),
    'GET /organizations/{id}/related': ofOrganization((organization) => ({
      status: 200,
      body: { organization_related: members.related(organization) },
    })),
  };
}

function shown(organizations: readonly Organization[]): TwinResponse {
  return {
    status: 200,
    body: { organizations, next_page: null, previous_page: null, count: organizations.length },
  };
}
