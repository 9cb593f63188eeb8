import { iso, pageNumber } from '../paging.ts';
import type { Vendor } from '../vendor-twin.ts';

/**
 * Customers of BigCommerce. developer.bigcommerce.com, "Get All Customers" (v3: date_modified:min, meta.pagination), "API Rate
 * Limits" (X-Rate-Limit-…, in milliseconds), "API Status Codes". Read 2026-11-28.
 */
export const bigcommerce: Vendor = {
  name: 'bigcommerce',
  size: 9,
  countsPages: true,
  auth: { type: 'fixed', isKnown: ({ headers }) => headers['x-auth-token'] === 'bigcommerce-token' },
  unauthorized: {
    status: 401,
    body: { status: 401, title: 'X-Auth-Token header is required', type: 'https://developer.bigcommerce.com/api-docs' },
  },
  throttled: {
    status: 429,
    headers: {
      'x-rate-limit-requests-left': '0',
      'x-rate-limit-requests-quota': '150',
      'x-rate-limit-time-reset-ms': '1500',
      'x-rate-limit-time-window-ms': '30000',
    },
    body: { status: 429, title: 'Too many requests', type: 'https://developer.bigcommerce.com/api-docs' },
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
