import type { TwinReply } from '../kernel/server.ts';
import type { createRates } from './rates.ts';
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

  function showMany(query: URLSearchParams): TwinReply {
    const ids = query.get('ids')?.split(',');
    const found = ids
      ? ids.map((id) => users.byId.get(Number(id)))
      : (query.get('external_ids') ?? '').split(',').map((id) => users.byExternalId(id));
    const seen = [...new Set(found)].filter(
      (user): user is User => user !== undefined && (user.active || query.get('include_deleted') === 'true'),
    );
    const paging = { next_page: null, previous_page: null, count: seen.length };
    return { status: 200, body: { users: seen.map(show), ...sideload(seen, query), ...paging } };
  }

  function search(query: URLSearchParams): TwinReply {
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
          : [...users.byId.values()]
              .filter((user) => user.active && user.name.toLowerCase().includes(text))
              .slice(0, 100);
    return { status: 200, body: { users: hits.map(show), next_page: null, previous_page: null, count: hits.length } };
  }

  function listed(query: URLSearchParams): TwinReply {
    const size = Math.min(100, Number(query.get('page[size]') ?? 100));
    const after = Number(query.get('page[after]') ?? 0);
    const role = query.get('role');
    const externalId = query.get('external_id');
    if (externalId !== null) {
      const user = users.byExternalId(externalId);
      const meta = { has_more: false, after_cursor: null, before_cursor: null };
      return { status: 200, body: { users: user ? [show(user)] : [], meta, links: {} } };
    }
    const page: User[] = [];
    let hasMore = false;
    for (const user of users.behind(after)) {
      if (!user.active || (role !== null && user.role !== role)) continue;
      if (page.length === size) {
        hasMore = true;
        break;
      }
      page.push(user);
    }
    return {
      status: 200,
      body: {
        users: page.map(show),
        ...sideload(page, query),
        meta: { has_more: hasMore, after_cursor: hasMore ? String(page.at(-1)?.id) : null, before_cursor: null },
        links: {},
      },
    };
  }

  function counted(wanted: string | null): TwinReply {
    const found = [...users.byId.values()].filter(({ active, role }) => active && (wanted ?? role) === role);
    return { status: 200, body: { count: { value: found.length } } };
  }

  /** A cursor is the time of the last change shown and how many of that instant were. Changes of the last minute are left out. */
  function exported(query: URLSearchParams): TwinReply {
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
    if (cursor !== null && !/^\d+-\d+$/.test(cursor))
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
    showMany,
    search,
    listed,
    counted,
    exported,
    setSearchLag: (ms: number): void => {
      searchLagMs = ms;
    },
  };
}
