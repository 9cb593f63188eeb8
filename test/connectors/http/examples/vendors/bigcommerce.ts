import { iso, pageNumber } from '../paging.ts';
import type { Vendor } from '../vendor-twin.ts';

/**
 * Customers of BigCommerce. The path, `date_modified:min`, page, limit and 422: github.com/bigcommerce/docs,
 * reference/customers.v3.yml; the headers in milliseconds, 150 in 30 s: "API rate limits" there; the body of a 429: its example in
 * customers.v3.yml. Read 2026-11-28. Not confirmed: the title of a 401, and that a page holds 250 at most.
 */
export const bigcommerce: Vendor = {
  name: 'bigcommerce',
  size: 9,
  countsPages: true,
  auth: { type: 'fixed', isKnown: ({ headers }) => headers['x-auth-token'] === 'bigcommerce-token' },
  unauthorized: {
    status: 401,
    body: { status: 401, title: 'Unauthorized', type: '/api-docs/getting-started/api-status-codes', errors: {} },
  },
  throttled: {
    status: 429,
    headers: {
      'x-rate-limit-requests-left': '0',
      'x-rate-limit-requests-quota': '150',
      'x-rate-limit-time-reset-ms': '1500',
      'x-rate-limit-time-window-ms': '30000',
    },
    body: { status: 429, title: 'Too many requests', type: '/api-docs/getting-started/api-status-codes', errors: {} },
  },
  waitMs: 1_500,
  handle({ path, query }, { select }) {
    if (path !== '/stores/kestrel1/v3/customers') return { status: 404, body: { status: 404, title: 'Not found' } };
    const since = query.get('date_modified:min');
    if (Number(query.get('limit') ?? 50) > 250 || (since !== null && Number.isNaN(Date.parse(since))))
      return { status: 422, body: { status: 422, title: 'Invalid query parameters' } };
    const page = Number(query.get('page') ?? 1);
    const { rows, pages, total } = pageNumber(select(since === null ? undefined : Date.parse(since)), page, 9);
    return {
      status: 200,
      headers: { 'x-rate-limit-requests-left': '149', 'x-rate-limit-requests-quota': '150' },
      body: {
        data: rows.map(({ n, name, email, at }) => ({
          id: n,
          first_name: name,
          last_name: '',
          email,
          company: '',
          phone: '',
          date_modified: iso(at),
        })),
        meta: { pagination: { total, count: rows.length, per_page: 9, current_page: page, total_pages: pages } },
      },
    };
  },
};
