import { iso, pageAfter, urlWith } from '../paging.ts';
import type { Vendor } from '../vendor-twin.ts';

/**
 * Customers by the REST Admin API. shopify.dev/docs/api/admin-rest, "Customer", "Pagination" (page_info in the Link header,
 * next to which no filter is allowed), "API limits" (Retry-After with a decimal point). Read 2026-11-28.
 */
export const shopify: Vendor = {
  name: 'shopify',
  size: 9,
  auth: { type: 'fixed', isKnown: ({ headers }) => headers['x-shopify-access-token'] === 'shpat_token' },
  unauthorized: {
    status: 401,
    body: { errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' },
  },
  throttled: {
    status: 429,
    headers: { 'retry-after': '2.0' },
    body: { errors: 'Exceeded 2 calls per second for api client.' },
  },
  waitMs: 2_000,
  handle(request, { select }) {
    const { path, query } = request;
    if (path !== '/admin/api/2025-10/customers.json') return { status: 404, body: { errors: 'Not Found' } };
    const info = query.get('page_info');
    if (info !== null && query.has('updated_at_min'))
      return { status: 400, body: { errors: { updated_at_min: 'cannot be passed when page_info is present' } } };
    // A page_info remembers its filter: here as the time in it.
    const [cursor, remembered] = info?.split('.') ?? [];
    const since = remembered ?? String(Date.parse(query.get('updated_at_min') ?? '1970-01-01'));
    const { rows, next } = pageAfter(select(Number(since)), cursor, 9);
    const bare = { ...request, query: new URLSearchParams({ limit: '250' }) };
    return {
      status: 200,
      headers: next === undefined ? {} : { link: `<${urlWith(bare, 'page_info', `${next}.${since}`)}>; rel="next"` },
      body: {
        customers: rows.map(({ n, name, email, at }) => ({
          id: n,
          first_name: name,
          last_name: '',
          email,
          state: 'enabled',
          updated_at: iso(at),
        })),
      },
    };
  },
};
