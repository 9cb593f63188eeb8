import { iso, pageAfter, urlWith } from '../paging.ts';
import type { Vendor } from '../vendor-twin.ts';

/**
 * Customers by the REST Admin API. shopify.dev: "Make paginated requests to the REST Admin API" (Link with previous and next,
 * page_info next to limit and fields only), "REST Admin API rate limits" (2 a second). Real answers: 429 with Retry-After of "2.0",
 * github.com/MONEI/Shopify-api-node, issue 135, its body in craftcms/shopify, issue 136; 401 in frappe/ecommerce_integrations,
 * issue 414; the 400 in community.shopify.com, 178900. Read 2026-11-28. Not confirmed: the body of a 404.
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
    body: {
      errors: 'Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service.',
    },
  },
  waitMs: 2_000,
  handle(request, { select }) {
    const { path, query } = request;
    if (path !== '/admin/api/2025-10/customers.json') return { status: 404, body: { errors: 'Not Found' } };
    const info = query.get('page_info');
    if (info !== null && query.has('updated_at_min'))
      return {
        status: 400,
        body: { errors: { updated_at_min: 'updated_at_min cannot be passed when page_info is present.' } },
      };
    // A page_info remembers its filter: here as the time in it.
    const [cursor, remembered] = info?.split('.') ?? [];
    const since = remembered ?? String(Date.parse(query.get('updated_at_min') ?? '1970-01-01'));
    const { rows, next } = pageAfter(select(Number(since)), cursor, 9);
    const bare = { ...request, query: new URLSearchParams({ limit: '250' }) };
    const links = [
      ...(info === null ? [] : [`<${urlWith(bare, 'page_info', `previous.${since}`)}>; rel="previous"`]),
      ...(next === undefined ? [] : [`<${urlWith(bare, 'page_info', `${next}.${since}`)}>; rel="next"`]),
    ];
    return {
      status: 200,
      headers: links.length === 0 ? {} : { link: links.join(', ') },
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
