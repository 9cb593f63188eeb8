import { iso, pageNumber } from '../paging.ts';
import type { Vendor } from '../vendor-twin.ts';

const known = `Basic ${Buffer.from('freshdesk-key:X').toString('base64')}`;

/**
 * Contacts of Freshdesk. The message of a 401: github.com/sjkingo/python-freshdesk, issue 74; 429 with Retry-After in seconds and
 * per_page up to 100, 30 when it is absent: clients of Airbyte and of github.com/jjanuszczak/freshdeskr. Read 2026-11-28; the
 * vendor's own page, developers.freshdesk.com/api, could not be read. Not confirmed: `_updated_since`, the bodies of 400 and 429.
 */
export const freshdesk: Vendor = {
  name: 'freshdesk',
  size: 9,
  countsPages: true,
  auth: { type: 'fixed', isKnown: ({ headers }) => headers.authorization === known },
  unauthorized: {
    status: 401,
    body: { code: 'invalid_credentials', message: 'You have to be logged in to perform this action.' },
  },
  throttled: { status: 429, headers: { 'retry-after': '6' }, body: { message: 'You have exceeded the limit.' } },
  waitMs: 6_000,
  handle({ path, query }, { select }) {
    if (path !== '/api/v2/contacts') return { status: 404, body: '' };
    const since = query.get('_updated_since');
    if (Number(query.get('per_page') ?? 30) > 100)
      return { status: 400, body: { description: 'Validation failed', errors: [{ field: 'per_page' }] } };
    const { rows } = pageNumber(
      select(since === null ? undefined : Date.parse(since)),
      Number(query.get('page') ?? 1),
      9,
    );
    return {
      status: 200,
      body: rows.map(({ n, name, email, at }) => ({ id: n, name, email, updated_at: iso(at) })),
    };
  },
};
