import { pageNumber } from '../paging.ts';
import type { Vendor } from '../vendor-twin.ts';

const rfc3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d)?$/;

/**
 * Contacts of Xero. github.com/XeroAPI/Xero-OpenAPI, xero_accounting.yaml, "getContacts" (If-Modified-Since as an RFC 3339 time, page,
 * pageSize, includeArchived, the pagination of a response). Without a zone it is UTC (developer.xero.com, as quoted in
 * freakboy3742/pyxero, issue 261). Limits: developer.xero.com/faq/limits; Retry-After: XeroAPI/Xero-NetStandard, 3.22.1. A real
 * 401: XeroAPI/xero-node, issue 741. Read 2026-11-28. Not confirmed: the empty body of a 429, and that refresh tokens rotate
 * (clients for it treat each as single-use). Another form of the time is taken for none here.
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
    body: {
      Type: null,
      Title: 'Unauthorized',
      Status: 401,
      Detail: 'TokenExpired: token expired at 11/28/2026 08:32:50',
      Instance: 'f4a9c0c2-ab46-462c-b70b-9999612e6aa9',
      Extensions: {},
    },
  },
  throttled: { status: 429, headers: { 'retry-after': '13', 'x-rate-limit-problem': 'minute' }, body: '' },
  waitMs: 13_000,
  handle({ path, query, headers }, { select }) {
    if (path !== '/api.xro/2.0/Contacts') return { status: 404, body: 'The resource is not there.' };
    if (!headers.accept?.includes('application/json')) return { status: 200, body: '<Response/>' };
    const [, time, zone = 'Z'] = rfc3339.exec(headers['if-modified-since'] ?? '') ?? [];
    const since = Date.parse(`${time}${zone}`);
    const page = Number(query.get('page') ?? 1);
    const found = select(Number.isNaN(since) ? undefined : since);
    const { rows, pages, total } = pageNumber(found, page, 9);
    return {
      status: 200,
      body: {
        Id: 'e997d6d7',
        Status: 'OK',
        pagination: { page, pageSize: 9, pageCount: pages, itemCount: total },
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
