import { iso, pageNumber } from '../paging.ts';
import type { Vendor } from '../vendor-twin.ts';

const known = `Basic ${Buffer.from('ck_key:cs_secret').toString('base64')}`;

/**
 * Customers of WooCommerce. woocommerce.github.io/woocommerce-rest-api-docs, "List all customers" (no modified_after, which
 * orders and products have: github.com/woocommerce/woocommerce, issues 31482 and 41371), "Pagination" (X-WP-Total,
 * X-WP-TotalPages), "Authentication over HTTPS". A real 401: github.com/woocommerce/wc-api-php, issue 344. Read 2026-11-28. Not
 * confirmed: the page of a 429. WooCommerce itself limits nothing; the host before it does, with a page of its own.
 */
export const woocommerce: Vendor = {
  name: 'woocommerce',
  size: 9,
  countsPages: true,
  noChanges: 'the list of customers has no parameter for a time',
  auth: { type: 'fixed', isKnown: ({ headers }) => headers.authorization === known },
  unauthorized: {
    status: 401,
    body: {
      code: 'woocommerce_rest_cannot_view',
      message: 'Sorry, you cannot list resources.',
      data: { status: 401 },
    },
  },
  throttled: {
    status: 429,
    headers: { 'content-type': 'text/html', 'retry-after': '5' },
    body: '<html><head><title>429 Too Many Requests</title></head></html>',
  },
  waitMs: 5_000,
  handle({ path, query }, { select }) {
    if (path !== '/wp-json/wc/v3/customers')
      return { status: 404, body: { code: 'rest_no_route', message: 'No route was found.', data: { status: 404 } } };
    if (Number(query.get('per_page') ?? 10) > 100 || query.has('modified_after'))
      return {
        status: 400,
        body: { code: 'rest_invalid_param', message: 'Invalid parameter(s)', data: { status: 400 } },
      };
    const { rows, pages, total } = pageNumber(select(), Number(query.get('page') ?? 1), 9);
    return {
      status: 200,
      headers: { 'x-wp-total': String(total), 'x-wp-totalpages': String(pages) },
      body: rows.map(({ n, name, email, at }) => ({
        id: n,
        email,
        first_name: name,
        last_name: '',
        role: 'customer',
        billing: { company: '', phone: '', city: '' },
        date_modified_gmt: iso(at).slice(0, 19),
      })),
    };
  },
};
