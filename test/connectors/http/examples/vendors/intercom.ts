import { pageAfter } from '../paging.ts';
import type { Vendor } from '../vendor-twin.ts';

const dayMs = 86_400_000;

/**
 * Contacts by search. developers.intercom.com, REST API 2.17: "Search contacts" (times are compared by day of UTC: > of any second
 * of a day begins with the next day; 50 when per_page is absent), "Pagination" (pages.next.starting_after goes into the body),
 * "Rate Limiting" (headers, unit, code and message of a 429). Read 2026-11-28. Not confirmed: the bodies of 400 and 401.
 */
export const intercom: Vendor = {
  name: 'intercom',
  idOf: (n) => `6762f0${String(n).padStart(18, '0')}`,
  size: 9,
  auth: { type: 'fixed', isKnown: ({ headers }) => headers.authorization === 'Bearer intercom-token' },
  unauthorized: {
    status: 401,
    body: { type: 'error.list', errors: [{ code: 'unauthorized', message: 'Access Token Invalid' }] },
  },
  throttled: (now) => ({
    status: 429,
    headers: {
      'x-ratelimit-limit': '167',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(Math.floor(now / 1000) + 7),
    },
    body: {
      type: 'error.list',
      errors: [{ code: 'rate_limit_exceeded', message: 'Exceeded rate limit of 167 in 10_seconds' }],
    },
  }),
  waitMs: 7_000,
  handle(request, { select }) {
    const { query, pagination = {} } = JSON.parse(request.body);
    const [{ field = '', operator = '', value = '' } = {}] = query?.value ?? [];
    if (field !== 'updated_at' || operator !== '>' || typeof value !== 'number')
      return { status: 400, body: { type: 'error.list', errors: [{ code: 'parameter_invalid', message: 'No.' }] } };
    const nextDay = value === 0 ? 0 : (Math.floor((value * 1000) / dayMs) + 1) * dayMs;
    const found = select(nextDay);
    const size = Math.min(pagination.per_page ?? 50, 9);
    const { rows, next } = pageAfter(found, pagination.starting_after, size);
    return {
      status: 200,
      body: {
        type: 'list',
        data: rows.map(({ id, name, email, at }) => ({
          type: 'contact',
          id,
          role: 'user',
          name,
          email,
          phone: null,
          updated_at: Math.floor(at / 1000),
        })),
        total_count: found.length,
        pages: { type: 'pages', per_page: size, ...(next !== undefined && { next: { starting_after: next } }) },
      },
    };
  },
};
