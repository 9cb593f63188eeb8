import type { Vendor } from '../vendor-twin.ts';

/**
 * Customers of Stripe. docs.stripe.com: "List all customers" (starting_after, has_more, limit up to 100; newest first), "Errors"
 * (status codes), "Rate limits" (100 a second, 25 for one endpoint; a part of that page), changelog of 2015-09-08 (429, without the
 * code rate_limit). Read 2026-11-28. Not confirmed: Stripe-Rate-Limited-Reason (read in clients only), the messages of errors, and
 * that the place of a deleted customer is kept.
 */
export const stripe: Vendor = {
  name: 'stripe',
  idOf: (n) => `cus_${String(n).padStart(6, '0')}`,
  size: 9,
  newestFirst: true,
  noChanges: 'the list of customers can be asked for by their creation only',
  auth: { type: 'fixed', isKnown: ({ headers }) => headers.authorization === 'Bearer rk_live_key' },
  unauthorized: {
    status: 401,
    body: { error: { type: 'invalid_request_error', message: 'Invalid API Key provided' } },
  },
  throttled: {
    status: 429,
    headers: { 'stripe-rate-limited-reason': 'global-rate' },
    body: { error: { type: 'invalid_request_error', message: 'Request rate limit exceeded.' } },
  },
  waitMs: 10_000,
  handle({ path, query }, { select }) {
    if (path !== '/v1/customers') return { status: 404, body: { error: { type: 'invalid_request_error' } } };
    const after = query.get('starting_after');
    const newestFirst = select().toReversed();
    // Stripe keeps the place of a customer who was deleted since.
    const found = newestFirst.filter(({ id }) => after === null || id < after);
    const rows = found.slice(0, 9);
    return {
      status: 200,
      body: {
        object: 'list',
        url: '/v1/customers',
        has_more: found.length > 9,
        data: rows.map(({ id, name, email }) => ({ id, object: 'customer', name, email, livemode: true })),
      },
    };
  },
};
