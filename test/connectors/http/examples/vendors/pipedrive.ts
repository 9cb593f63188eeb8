import { iso, pageAfter } from '../paging.ts';
import type { Vendor } from '../vendor-twin.ts';

/**
 * Persons of Pipedrive. pipedrive.readme.io, "Pagination" (cursor, limit up to 500 and 100 when it is absent,
 * additional_data.next_cursor), "Rate limiting"; developers.pipedrive.com/docs/api/v2, "Get all persons" (updated_since in
 * RFC 3339). Read 2026-11-28. Not confirmed: the bodies of 400, 401 and 429.
 */
export const pipedrive: Vendor = {
  name: 'pipedrive',
  size: 9,
  auth: { type: 'fixed', isKnown: ({ headers }) => headers['x-api-token'] === 'pipedrive-token' },
  unauthorized: { status: 401, body: { success: false, error: 'unauthorized access', errorCode: 401 } },
  throttled: {
    status: 429,
    headers: { 'x-ratelimit-limit': '20', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '2' },
    body: { success: false, error: 'request over limit', errorCode: 429 },
  },
  waitMs: 2_000,
  handle({ path, query }, { select }) {
    if (path !== '/api/v2/persons') return { status: 404, body: { success: false, error: 'Unknown method.' } };
    const since = query.get('updated_since');
    const size = Number(query.get('limit') ?? 100);
    if (size > 500 || (since !== null && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(since)))
      return {
        status: 400,
        body: { success: false, error: 'Parameter validation failed.', code: 'ERR_SCHEMA_VALIDATION_FAILED' },
      };
    const { rows, next = null } = pageAfter(
      select(since === null ? undefined : Date.parse(since)),
      query.get('cursor'),
      9,
    );
    return {
      status: 200,
      body: {
        success: true,
        data: rows.map(({ n, name, email, at }) => ({
          id: n,
          name,
          emails: email === null ? [] : [{ value: email, primary: true, label: 'work' }],
          phones: [],
          update_time: iso(at),
          is_deleted: false,
        })),
        additional_data: { next_cursor: next },
      },
    };
  },
};
