import { iso, pageAfter, urlWith } from '../paging.ts';
import type { Vendor } from '../vendor-twin.ts';

/**
 * Profiles of Klaviyo. developers.klaviyo.com: "Get Profiles" and its changelog of 2023-05-30 (greater-than and less-than of
 * `updated`), "Rate limits, status codes, and errors". A real 429: github.com/klaviyo/klaviyo-api-node, issue 66. Read 2026-11-28.
 * Not confirmed: the body of a 401, and Retry-After of a 429, which the response in klaviyo-api-python, issue 15 did not have.
 */
export const klaviyo: Vendor = {
  name: 'klaviyo',
  idOf: (n) => `01GDDKASAP8TKDDA2GRZDSVP${n}`,
  size: 9,
  auth: { type: 'fixed', isKnown: ({ headers }) => headers.authorization === 'Klaviyo-API-Key pk_klaviyo' },
  unauthorized: {
    status: 401,
    body: {
      errors: [
        { status: 401, code: 'authentication_failed', title: 'Incorrect authentication credentials.', detail: '' },
      ],
    },
  },
  throttled: {
    status: 429,
    headers: { 'retry-after': '3' },
    body: {
      errors: [
        {
          status: 429,
          code: 'throttled',
          title: 'Request was throttled.',
          detail: 'Request was throttled. Expected available in 3 seconds.',
          source: { pointer: '/data' },
          links: { type: 'https://developers.klaviyo.com/en/docs/rate_limits_and_error_handling#rate-limits' },
          meta: {},
        },
      ],
    },
  },
  waitMs: 3_000,
  handle(request, { select }) {
    const { query, headers, path } = request;
    const filter = query.get('filter');
    const [, since] = /^greater-or-equal\(updated,(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\)$/.exec(filter ?? '') ?? [];
    const [, after] = /^greater-than\(updated,(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\)$/.exec(filter ?? '') ?? [];
    // Profiles know only greater-than and less-than of a time.
    const isBad = headers.revision === undefined || since !== undefined || (filter !== null && after === undefined);
    if (path !== '/api/profiles' || isBad || Number(query.get('page[size]') ?? 20) > 100)
      return { status: 400, body: { errors: [{ status: 400, code: 'invalid', title: 'Invalid input.', detail: '' }] } };
    const found = select(after === undefined ? undefined : Date.parse(after) + 1000);
    const { rows, next } = pageAfter(found, query.get('page[cursor]'), 9);
    return {
      status: 200,
      body: {
        data: rows.map(({ id, name, email, at }) => ({
          type: 'profile',
          id,
          attributes: { first_name: name, last_name: '', email, phone_number: null, updated: iso(at) },
        })),
        links: { self: '', next: next === undefined ? null : urlWith(request, 'page[cursor]', next), prev: null },
      },
    };
  },
};
