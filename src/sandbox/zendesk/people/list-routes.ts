import type { TwinRequest, TwinResponse } from '../../server/twin.ts';
import { pageable, paged } from '../api/paging.ts';
import { idsOf } from '../api/requests.ts';
import { tooManyValues } from '../api/responses.ts';
import type { Routes } from '../api/router.ts';
import type { Sideload } from './identity-routes.ts';
import type { ShowUser } from './serializers.ts';
import type { User } from './user.ts';
import type { Users } from './users.ts';

/** Users by id, and page by page. */
export function listRoutes({
  users,
  now,
  show,
  sideload,
  origin,
}: {
  readonly users: Users;
  readonly now: () => number;
  readonly show: ShowUser;
  readonly sideload: Sideload;
  readonly origin: () => string;
}): Routes {
  function showMany(query: URLSearchParams): TwinResponse {
    const ids = idsOf(query, 'ids');
    const externalIds = idsOf(query, 'external_ids') ?? [];
    if ((ids ?? externalIds).length > 100) return tooManyValues;
    const found = ids ? ids.map((id) => users.byId.get(Number(id))) : externalIds.map((id) => users.byExternalId(id));
    const shown = [...new Set(found)].filter(
      (user): user is User => user !== undefined && (user.active || query.get('include_deleted') === 'true'),
    );
    const paging = { next_page: null, previous_page: null, count: shown.length };
    return { status: 200, body: { users: shown.map(show), ...sideload(shown, query), ...paging } };
  }

  function listed(request: TwinRequest): TwinResponse {
    const { query } = request;
    const externalId = query.get('external_id');
    const matches = roleFilter(query);
    const only = externalId === null ? undefined : users.byExternalId(externalId);
    const all = {
      *behind(cursor: number): Iterable<readonly [number, User]> {
        for (const user of users.behind(cursor)) if (user.active && matches(user)) yield [user.id, user];
      },
    };
    return paged(request, {
      name: 'users',
      list: externalId === null ? all : pageable(only ? [only] : []),
      show,
      origin: origin(),
      more: (page) => sideload(page, query),
    });
  }

  function counted(query: URLSearchParams): TwinResponse {
    const matches = roleFilter(query);
    const value = [...users.byId.values()].filter((user) => user.active && matches(user)).length;
    return { status: 200, body: { count: { value, refreshed_at: new Date(now()).toISOString() } } };
  }

  return {
    'GET /users': ({ request }) => listed(request),
    'GET /users/count': ({ request }) => counted(request.query),
    'GET /users/show_many': ({ request }) => showMany(request.query),
  };
}

/** `role=`, or any of several `role[]=`. */
function roleFilter(query: URLSearchParams): (user: User) => boolean {
  const roles = [...query.getAll('role'), ...query.getAll('role[]')];
  return ({ role }) => roles.length === 0 || roles.includes(role);
}
