import type { TwinRequest, TwinResponse } from '../../server/twin.ts';
import { pageable, paged } from '../api/paging.ts';
import type { Routes } from '../api/router.ts';
import type { ShowUser } from './serializers.ts';
import type { User } from './user.ts';
import type { Users } from './users.ts';

/** The search for users, whose index may be late: it then shows users who have been deleted. */
export function createSearch({
  users,
  show,
  origin,
}: {
  readonly users: Users;
  readonly show: ShowUser;
  readonly origin: () => string;
}) {
  let lagMs = 0;

  function matches(query: URLSearchParams): readonly User[] {
    const present = (...some: readonly (User | undefined)[]): User[] => some.filter((user) => user !== undefined);
    const externalId = query.get('external_id');
    const text = (query.get('query') ?? '').toLowerCase();
    const address = /^(?:email:)?"?([^\s"]+@[^\s"]+)"?$/.exec(text)?.[1];
    const former = address === undefined ? undefined : users.formerHolderOf(address, lagMs);
    if (externalId !== null) return present(former, users.byExternalId(externalId));
    if (address !== undefined) return present(former, users.holderOf(address));
    return [...users.byId.values()].filter((user) => user.active && user.name.toLowerCase().includes(text));
  }

  function search(request: TwinRequest): TwinResponse {
    // Searches have no cursors.
    const query = new URLSearchParams([...request.query].filter(([name]) => !name.startsWith('page[')));
    const list = pageable(matches(request.query));
    return paged({ ...request, query }, { name: 'users', list, show, origin: origin() });
  }

  const routes: Routes = { 'GET /users/search': ({ request }) => search(request) };
  return {
    routes,
    setLag: (ms: number): void => {
      lagMs = ms;
    },
  };
}
