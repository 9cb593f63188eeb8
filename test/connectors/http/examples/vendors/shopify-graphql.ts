import { iso, pageAfter } from '../paging.ts';
import type { Vendor } from '../vendor-twin.ts';

const cost = {
  requestedQueryCost: 252,
  throttleStatus: { maximumAvailable: 2000, currentlyAvailable: 40, restoreRate: 100 },
};

/**
 * Customers by GraphQL. shopify.dev: "customers" (query: updated_at), "GraphQL Admin API rate limits" (100 points a second). A
 * refusal comes with status 200 (github.com/Shopify/cli, pull request 8317); a real one: community.shopify.com, 254776; the 401 in
 * frappe/ecommerce_integrations, issue 414. Read 2026-11-28. Not confirmed: the errors of a query that is wrong.
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
    body: {
      errors: [
        {
          message: 'Throttled',
          extensions: { code: 'THROTTLED', documentation: 'https://shopify.dev/api/usage/rate-limits' },
        },
      ],
      extensions: { cost: { ...cost, actualQueryCost: null } },
    },
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
