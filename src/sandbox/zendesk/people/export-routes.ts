import type { TwinResponse } from '../../server/twin.ts';
import type { Rates } from '../account/rates.ts';
import { adminOnly, type Routes } from '../api/router.ts';
import type { Sideload } from './identity-routes.ts';
import type { ShowUser } from './serializers.ts';
import type { Users } from './users.ts';

const exportLagMs = 60_000;
const maxPerExport = 1000;

/** Users by what has changed. Changes of the last minute are left out. */
export function exportRoutes({
  users,
  rates,
  now,
  show,
  sideload,
  origin,
}: {
  readonly users: Users;
  readonly rates: Rates;
  readonly now: () => number;
  readonly show: ShowUser;
  readonly sideload: Sideload;
  readonly origin: () => string;
}): Routes {
  function exported(query: URLSearchParams): TwinResponse {
    const start = startOf(query, now());
    if ('status' in start) return start;
    const { page, isEnd } = users.changesBehind(start, { until: now() - exportLagMs, limit: maxPerExport });
    const [endId, endAt] = page.at(-1) ?? [start.id, start.at];
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
    'GET /incremental/users/cursor': adminOnly(({ request }) => rates.takeExport() ?? exported(request.query)),
  };
}

/** A cursor is the time of the last change shown and how many of that instant were. */
function startOf(query: URLSearchParams, nowMs: number): { readonly at: number; readonly id: number } | TwinResponse {
  const cursor = query.get('cursor');
  const startMs = Number(query.get('start_time') ?? 0) * 1000;
  if (cursor === null) return startMs > nowMs - exportLagMs ? tooRecent : { at: startMs - 1, id: 0 };
  // An instant of the twin's clock may have a fraction of a millisecond.
  if (!/^\d+(\.\d+)?-\d+$/.test(cursor))
    return { status: 400, body: { error: 'InvalidValue', description: 'The cursor is not valid' } };
  const [at = 0, id = 0] = cursor.split('-').map(Number);
  return { at, id };
}

const tooRecent: TwinResponse = {
  status: 400,
  body: {
    error: 'StartTimeTooRecent',
    description: 'Too recent start_time. Use a start_time older than 60 seconds',
  },
};
