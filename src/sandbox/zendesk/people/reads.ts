import type { TwinRequest, TwinResponse } from '../../server/twin.ts';
import type { Role } from '../account/auth.ts';
import type { createRates } from '../account/rates.ts';
import { pageable, paged } from '../api/paging.ts';
import { forbidden, idsOf, tooManyValues } from '../api/responses.ts';
import type { User, Users } from './users.ts';

type Show = (user: User) => object;
/** What comes along with users when it is asked for. */
type Sideload = (users: readonly User[], query: URLSearchParams) => object;

const exportLagMs = 60_000;

/** The ways to read users: by id, by search, page by page, and by what has changed. */
export function createReads({
  users,
  rates,
  now,
  show,
  sideload,
  origin,
}: {
  readonly users: Users;
  readonly show: Show;
  readonly sideload: Sideload;
  readonly origin: () => string;
  readonly rates: ReturnType<typeof createRates>;
  readonly now: () => number;
}) {
  let searchLagMs = 0;

  function showMany(query: URLSearchParams): TwinResponse {
    const ids = idsOf(query, 'ids');
    const externalIds = idsOf(query, 'external_ids') ?? [];
    if ((ids ?? externalIds).length > 100) return tooManyValues;
    const found = ids ? ids.map((id) => users.byId.get(Number(id))) : externalIds.map((id) => users.byExternalId(id));
    const seen = [...new Set(found)].filter(
      (user): user is User => user !== undefined && (user.active || query.get('include_deleted') === 'true'),
    );
    const paging = { next_page: null, previous_page: null, count: seen.length };
    return { status: 200, body: { users: seen.map(show), ...sideload(seen, query), ...paging } };
  }

  function search(request: TwinRequest): TwinResponse {
    const { query } = request;
    const externalId = query.get('external_id');
    const text = (query.get('query') ?? '').toLowerCase();
    const address = /^(?:email:)?"?([^\s"]+@[^\s"]+)"?$/.exec(text)?.[1];
    const found =
      externalId !== null
        ? users.byExternalId(externalId)
        : address !== undefined
          ? users.holderOf(address)
          : undefined;
    const former = address === undefined ? undefined : users.formerHolderOf(address, searchLagMs);
    const hits =
      former || found
        ? [former, found].filter((user) => user !== undefined)
        : externalId !== null || address !== undefined
          ? []
          : [...users.byId.values()].filter((user) => user.active && user.name.toLowerCase().includes(text));
    // Searches have no cursors.
    const numbered = new URLSearchParams([...query].filter(([name]) => !name.startsWith('page[')));
    return paged({ ...request, query: numbered }, { name: 'users', list: pageable(hits), show, origin: origin() });
  }

  function listed(request: TwinRequest): TwinResponse {
    const { query } = request;
    const externalId = query.get('external_id');
    const isAsked = asksFor(query);
    const only = externalId === null ? undefined : users.byExternalId(externalId);
    const all = {
      *behind(cursor: number): Iterable<readonly [number, User]> {
        for (const user of users.behind(cursor)) if (user.active && isAsked(user)) yield [user.id, user];
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
    const isAsked = asksFor(query);
    const value = [...users.byId.values()].filter((user) => user.active && isAsked(user)).length;
    return { status: 200, body: { count: { value, refreshed_at: new Date(now()).toISOString() } } };
  }

  /** A cursor is the time of the last change shown and how many of that instant were. Changes of the last minute are left out. */
  function exported(query: URLSearchParams): TwinResponse {
    const over = rates.takeExport();
    if (over) return over;
    const cursor = query.get('cursor');
    const startTime = Number(query.get('start_time') ?? 0);
    if (cursor === null && startTime * 1000 > now() - exportLagMs)
      return {
        status: 400,
        body: {
          error: 'StartTimeTooRecent',
          description: 'Too recent start_time. Use a start_time older than 60 seconds',
        },
      };
    // An instant of the twin's clock may have a fraction of a millisecond.
    if (cursor !== null && !/^\d+(\.\d+)?-\d+$/.test(cursor))
      return { status: 400, body: { error: 'InvalidValue', description: 'The cursor is not valid' } };
    const [sinceMs = 0, lastId = 0] = cursor === null ? [startTime * 1000 - 1, 0] : cursor.split('-').map(Number);
    const behind = { at: sinceMs, id: lastId };
    const { page, isEnd } = users.changesBehind(behind, { until: now() - exportLagMs, limit: 1000 });
    const [endId, endAt] = page.at(-1) ?? [lastId, sinceMs];
    const next = `${endAt}-${endId}`;
    const changed = page.flatMap(([id]) => users.byId.get(id) ?? []);
    return {
      status: 200,
      body: {
        users: changed.map(show),
        ...sideload(changed, query),
        after_cursor: next,
        after_url: `${origin()}/api/v2/incremental/users/cursor.json?cursor=${next}`,
        before_cursor: null,
        before_url: null,
        end_of_stream: isEnd,
      },
    };
  }

  return {
    /** Undefined for a call that is about something else. */
    route(request: TwinRequest, path: string, role: Role): TwinResponse | undefined {
      switch (`${request.method} ${path}`) {
        case 'GET /users':
          return listed(request);
        case 'GET /users/count':
          return counted(request.query);
        case 'GET /users/show_many':
          return showMany(request.query);
        case 'GET /users/search':
          return search(request);
        case 'GET /incremental/users/cursor':
          return role === 'admin' ? exported(request.query) : forbidden;
        default:
          return undefined;
      }
    },
    setSearchLag: (ms: number): void => {
      searchLagMs = ms;
    },
  };
}

/** `role=`, or any of several `role[]=`. */
function asksFor(query: URLSearchParams): (user: User) => boolean {
  const roles = [...query.getAll('role'), ...query.getAll('role[]')];
  return ({ role }) => roles.length === 0 || roles.includes(role);
}
