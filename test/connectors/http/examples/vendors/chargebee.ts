import { pageAfter } from '../paging.ts';
import type { Vendor } from '../vendor-twin.ts';

const known = `Basic ${Buffer.from('chargebee-key:').toString('base64')}`;

/**
 * Customers of Chargebee. limit up to 100, offset and next_offset, include_deleted, updated_at[after], list[].customer:
 * apidocs.chargebee.com, "List customers". A 429 says how many seconds to wait, or says nothing: "Error handling", and real ones in
 * github.com/chargebee/chargebee-python, pull request 56. Read 2026-11-28. Not confirmed: the messages of a 401 and a 429.
 */
export const chargebee: Vendor = {
  name: 'chargebee',
  idOf: (n) => `AzZlGMTQ${n}`,
  size: 9,
  showsDeleted: true,
  auth: { type: 'fixed', isKnown: ({ headers }) => headers.authorization === known },
  unauthorized: {
    status: 401,
    body: {
      message: 'Sorry, authentication failed. Invalid api key',
      api_error_code: 'api_authentication_failed',
      http_status_code: 401,
    },
  },
  throttled: {
    status: 429,
    headers: { 'retry-after': '4' },
    body: {
      message: 'Sorry, you have reached your API rate limit.',
      api_error_code: 'api_request_limit_exceeded',
      http_status_code: 429,
    },
  },
  waitMs: 4_000,
  handle({ path, query }, { select }) {
    if (path !== '/api/v2/customers') return { status: 404, body: { api_error_code: 'site_not_found' } };
    const after = query.get('updated_at[after]');
    if (Number(query.get('limit') ?? 10) > 100 || (after !== null && !/^\d{1,10}$/.test(after)))
      return { status: 400, body: { message: 'invalid param', api_error_code: 'param_wrong_value' } };
    const found = select(after === null ? undefined : (Number(after) + 1) * 1000);
    const shown = query.get('include_deleted') === 'true' ? found : found.filter(({ isDeleted }) => !isDeleted);
    const { rows, next } = pageAfter(shown, query.get('offset'), 9);
    return {
      status: 200,
      body: {
        list: rows.map(({ id, name, email, at, isDeleted }) => ({
          customer: {
            id,
            first_name: name,
            // Chargebee leaves out what has no value.
            ...(email !== null && { email }),
            deleted: isDeleted,
            updated_at: Math.floor(at / 1000),
            object: 'customer',
          },
        })),
        ...(next !== undefined && { next_offset: next }),
      },
    };
  },
};
