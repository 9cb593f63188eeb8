import { myself } from '../account/credentials.ts';
import type { Rates } from '../account/rates.ts';
import { refuseAttributes } from '../api/attributes.ts';
import { objectOf } from '../api/requests.ts';
import { invalid, warned } from '../api/responses.ts';
import type { Routes } from '../api/router.ts';
import { unknownKeys } from './assign-user.ts';
import type { OfUser } from './of-user.ts';
import type { ShowUser } from './serializers.ts';
import type { Users } from './users.ts';

/** One user: read, made, changed and deleted. */
export function userRoutes({
  users,
  rates,
  show,
  ofUser,
}: {
  readonly users: Users;
  readonly rates: Rates;
  readonly show: ShowUser;
  readonly ofUser: OfUser;
}): Routes {
  return {
    'GET /users/me': ({ role }) => ({ status: 200, body: { user: show({ ...myself, role }) } }),
    'POST /users': ({ request }) => {
      const body = objectOf(request, 'user');
      const refused = refuseAttributes([body], 'user', 'users/create');
      if (refused) return refused;
      const problem = users.validate(body, undefined);
      if (problem) return invalid(problem);
      return { status: 201, body: { user: show(users.create(body)) }, headers: warned(unknownKeys(body)) };
    },
    'GET /users/{id}': ofUser((user) => ({ status: 200, body: { user: show(user) } })),
    'PUT /users/{id}': ofUser((user, { request }) => {
      const body = objectOf(request, 'user');
      const refused = refuseAttributes([body], 'user', 'users/update') ?? rates.takeUpdate(user.id);
      if (refused) return refused;
      const problem = users.validate(body, user);
      if (problem) return invalid(problem);
      return { status: 200, body: { user: show(users.update(user, body)) }, headers: warned(unknownKeys(body)) };
    }),
    'DELETE /users/{id}': ofUser((user) => {
      users.remove(user);
      return { status: 200, body: { user: show(user) } };
    }),
    'GET /users/{id}/related': ofUser(({ id }) => ({
      status: 200,
      body: { user_related: { requested_tickets: users.tickets.get(id), assigned_tickets: 0, ccd_tickets: 0 } },
    })),
  };
}
