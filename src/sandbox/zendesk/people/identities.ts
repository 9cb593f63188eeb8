import type { TwinRequest, TwinResponse } from '../../server/twin.ts';
import { pageable, paged } from '../api/paging.ts';
import { invalid, notFound, objectOf } from '../api/responses.ts';
import { showIdentity } from './serializers.ts';
import type { User, Users } from './users.ts';

/** Addresses and numbers of users: endpoints of their own, and what comes along with users when it is asked for. */
export function createIdentities({ users, origin }: { readonly users: Users; readonly origin: () => string }) {
  let sideloads = true;

  function shown(user: User): readonly object[] {
    return users.identitiesOf(user.id).map((identity) => showIdentity(identity, user, origin()));
  }

  function listed(user: User): TwinResponse {
    const identities = shown(user);
    return { status: 200, body: { identities, next_page: null, previous_page: null, count: identities.length } };
  }

  function add(request: TwinRequest, user: User): TwinResponse {
    const body = objectOf(request, 'identity');
    const value = String(body.value ?? '');
    const description = `Value: ${value} is already being used by another user`;
    const isWellFormed =
      body.type === 'phone_number' ? /\d{3}/.test(value) : /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/.test(value);
    if (!isWellFormed) return invalid({ field: 'value', description: `Value: ${value} is not properly formatted` });
    if (body.type === 'phone_number') {
      const added = users.addPhone(user, value);
      return added ? made(user, added) : invalid({ field: 'value', description });
    }
    if (users.holderOf(value)) return invalid({ field: 'value', description, error: 'DuplicateValue' });
    return made(user, users.addIdentity(user, value, body.skip_verify_email === true));
  }

  function made(user: User, identity: Parameters<typeof showIdentity>[0]): TwinResponse {
    return { status: 201, body: { identity: showIdentity(identity, user, origin()) } };
  }

  return {
    /** What follows `/users/{id}`. Undefined for a path that is not about identities. */
    ofUser(request: TwinRequest, user: User, rest: string): TwinResponse | undefined {
      const { method } = request;
      if (rest === '/identities' && method === 'GET')
        return paged(request, {
          name: 'identities',
          list: pageable(shown(user)),
          show: (identity) => identity,
          origin: origin(),
        });
      if (rest === '/identities' && method === 'POST') return add(request, user);
      const [, id, action] = /^\/identities\/(\d+)(\/make_primary)?$/.exec(rest) ?? [];
      const identity = users.identitiesOf(user.id).find((one) => one.id === Number(id));
      if (id !== undefined && !identity) return notFound;
      if (!identity) return undefined;
      if (action && method === 'PUT') {
        users.makePrimary(user, identity);
        return listed(user);
      }
      if (method !== 'DELETE' || action !== undefined) return undefined;
      users.removeIdentity(user, identity);
      return { status: 204 };
    },
    sideload(some: readonly User[], query: URLSearchParams): object {
      const isAsked = sideloads && (query.get('include') ?? '').split(',').includes('identities');
      return isAsked ? { identities: some.flatMap(shown) } : {};
    },
    setSideloads(enabled: boolean): void {
      sideloads = enabled;
    },
  };
}
