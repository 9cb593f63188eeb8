import { iso, pageAfter } from '../paging.ts';
import type { Vendor } from '../vendor-twin.ts';

const cost = {
  requestedQueryCost: 252,
  throttleStatus: { maximumAvailable: 2000, currentlyAvailable: 40, restoreRate: 100 },
};

/**
 * Customers by GraphQL. shopify.dev/docs/api/admin-graphql, "customers" (query: updated_at), "Paginating results with GraphQL",
 * "API limits" (cost; THROTTLED comes with status 200), "Status and error codes". Read 2026-11-28.
 */
export const shopifyGraphql: Vendor = {
  name: 'shopify-graphql',
  idOf: (n) => String(7_000_000_000 + n),
  size: 9,
  auth: { type: 'fixed', isKnown: ({ headers }) => headers['x-shopify-access-token'] === 'shpat_token' },
  unauthorized: {
    status: 401,
    body: { errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' },
  },
  throttled: {
    status: 200,
    body: { errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }], extensions: { cost } },
  },
  waitMs: 10_000,
  handle(request, { select }) {
    if (request.path !== '/admin/api/2026-10/graphql.json') return { status: 404, body: { errors: 'Not Found' } };
    const { query = '', variables = {} } = JSON.parse(request.body);
    const [, since] = /^updated_at:>='(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)'$/.exec(variables.query ?? '') ?? [];
    if (!query.includes('customers(first: $first, after: $after, query: $query') || since === undefined)
      return { status: 200, body: { errors: [{ message: 'Parse error', extensions: { code: 'undefinedField' } }] } };
    const { rows, next } = pageAfter(select(Date.parse(since)), variables.after, Math.min(variables.first, 9));
    return {
      status: 200,
      body: {
        data: {
          customers: {
            nodes: rows.map(({ id, name, email, at }) => ({
              legacyResourceId: id,
              displayName: name,
              defaultEmailAddress: email === null ? null : { emailAddress: email },
              defaultPhoneNumber: null,
              state: 'ENABLED',
              updatedAt: iso(at),
            })),
            pageInfo: { hasNextPage: next !== undefined, endCursor: next ?? null },
          },
        },
        extensions: { cost: { ...cost, actualQueryCost: 12 } },
      },
    };
  },
};
