import { pageNumber } from '../paging.ts';
import type { Vendor } from '../vendor-twin.ts';

/**
 * Contacts of Xero. developer.xero.com/documentation/api/accounting/contacts (If-Modified-Since, includeArchived, pages),
 * "OAuth 2.0: standard authorization code flow" (refresh tokens rotate), "OAuth 2.0 API limits" (Retry-After in seconds).
 * Read 2026-11-28.
 */
export const xero: Vendor = {
  name: 'xero',
  idOf: (n) => `bd2270c3-8706-4c11-9cfb-${String(n).padStart(12, '0')}`,
  size: 9,
  countsPages: true,
  auth: {
    type: 'token',
    path: '/connect/token',
    refuses: (form) =>
      form.get('refresh_token')?.startsWith('xero-refresh-')
        ? undefined
        : { status: 400, body: { error: 'invalid_grant' } },
    reply: (token, n) => ({
      access_token: token,
      refresh_token: `xero-refresh-${n}`,
      expires_in: 1800,
      token_type: 'Bearer',
    }),
  },
  unauthorized: {
    status: 401,
    body: { Type: null, Title: 'Unauthorized', Status: 401, Detail: 'TokenExpired: token expired' },
  },
  throttled: { status: 429, headers: { 'retry-after': '13', 'x-rate-limit-problem': 'minute' }, body: '' },
  waitMs: 13_000,
  handle({ path, query, headers }, { select }) {
    if (path !== '/api.xro/2.0/Contacts') return { status: 404, body: 'The resource is not there.' };
    if (!headers.accept?.includes('application/json')) return { status: 200, body: '<Response/>' };
    const since = Date.parse(headers['if-modified-since'] ?? '');
    const found = select(Number.isNaN(since) ? undefined : since);
    const { rows, total } = pageNumber(found, Number(query.get('page') ?? 1), 9);
    return {
      status: 200,
      body: {
        Id: 'e997d6d7',
        Status: 'OK',
        pagination: { page: 1, pageSize: 9, itemCount: total },
        Contacts: rows.map(({ id, name, email, at }) => ({
          ContactID: id,
          ContactStatus: 'ACTIVE',
          Name: name,
          EmailAddress: email,
          UpdatedDateUTC: `/Date(${at}+0000)/`,
        })),
      },
    };
  },
};
