import type { TwinRequest, TwinResponse } from '../../server/twin.ts';
import { pageable, paged } from '../api/paging.ts';
import { objectOf } from '../api/requests.ts';
import { invalid, notFound } from '../api/responses.ts';
import type { Routes } from '../api/router.ts';
import type { OfUser } from './of-user.ts';
import { showIdentity } from './serializers.ts';
import type { Identity, User } from './user.ts';
import type { Users } from './users.ts';
import { isEmail } from './validate-user.ts';

/** What comes along with users when the query includes it. */
export type Sideload = (users: readonly User[], query: URLSearchParams) => object;

/** Addresses and numbers of users: endpoints of their own, and what comes along with users. */
export function createIdentities({
  users,
  ofUser,
  origin,
}: {
  readonly users: Users;
  readonly ofUser: OfUser;
  readonly origin: () => string;
}) {
  let sideloads = true;

  const shown = (user: User): readonly object[] =>
    users.identitiesOf(user.id).map((identity) => showIdentity(identity, user, origin()));

  /** A handler of what is done to the identity that the route names. */
  const ofIdentity = (change: (user: User, identity: Identity) => TwinResponse) =>
    ofUser((user, { params }) => {
      const identity = users.identitiesOf(user.id).find(({ id }) => id === Number(params.identity));
      return identity ? change(user, identity) : notFound;
    });

  function add(request: TwinRequest, user: User): TwinResponse {
    const body = objectOf(request, 'identity');
    const value = String(body.value ?? '');
    const isPhone = body.type === 'phone_number';
    if (isPhone ? !/\d{3}/.test(value) : !isEmail(value))
      return invalid({ field: 'value', description: `Value: ${value} is not properly formatted` });
    const problem = { field: 'value', description: `Value: ${value} is already being used by another user` };
    if (!isPhone && users.holderOf(value)) return invalid({ ...problem, error: 'DuplicateValue' });
    const added = isPhone
      ? users.addPhone(user, value)
      : users.addIdentity(user, value, body.skip_verify_email === true);
    if (!added) return invalid(problem);
    return { status: 201, body: { identity: showIdentity(added, user, origin()) } };
  }

  const routes: Routes = {
    'GET /users/{id}/identities': ofUser((user, { request }) =>
      paged(request, { name: 'identities', list: pageable(shown(user)), show: (one) => one, origin: origin() }),
    ),
    'POST /users/{id}/identities': ofUser((user, { request }) => add(request, user)),
    'PUT /users/{id}/identities/{identity}/make_primary': ofIdentity((user, identity) => {
      users.makePrimary(user, identity);
      const identities = shown(user);
      return { status: 200, body: { identities, next_page: null, previous_page: null, count: identities.length } };
    }),
    'DELETE /users/{id}/identities/{identity}': ofIdentity((user, identity) => {
      users.removeIdentity(user, identity);
      return { status: 204 };
    }),
  };

  const sideload: Sideload = (some, query) => {
    const isIncluded = sideloads && (query.get('include') ?? '').split(',').includes('identities');
    return isIncluded ? { identities: some.flatMap(shown) } : {};
  };

  return {
    routes,
    sideload,
    setSideloads(enabled: boolean): void {
      sideloads = enabled;
    },
  };
}
