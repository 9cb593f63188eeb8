import { iso } from '../paging.ts';
import type { Vendor } from '../vendor-twin.ts';

/**
 * Contacts of Zoho CRM. zoho.com/crm/developer/docs/api/v8, "Get Records", "Status Codes" and "API Limits", as
 * github.com/api-evangelist/zoho-crm summarises them (fields are required, the highest id first, page_token not next to page, 204
 * and 304, 429 without Retry-After); github.com/zoho/crm-oas, v8.0/record.json (parameters, `info`). Real ones: the 401 in
 * solspace/craft-freeform, issue 1372; a refused token in zoho/zcrm-csharp-sdk, issue 7. Read 2026-11-28. Not confirmed: the status
 * 200 of a refused token, the message of a 429, what an expired page_token gets (they last 24 hours).
 */
export const zohoCrm: Vendor = {
  name: 'zoho-crm',
  idOf: (n) => `4150868000000${String(n).padStart(6, '0')}`,
  size: 9,
  newestFirst: true,
  auth: {
    type: 'token',
    path: '/oauth/v2/token',
    scheme: 'Zoho-oauthtoken',
    refuses: (form) =>
      form.get('grant_type') === 'refresh_token' && form.get('refresh_token') === 'zoho-crm-refresh-0'
        ? undefined
        : { status: 200, body: { error: 'invalid_code' } },
    // The refresh token stays the same, and is not sent again.
    reply: (token) => ({
      access_token: token,
      scope: 'ZohoCRM.modules.contacts.READ',
      api_domain: 'https://www.zohoapis.com',
      token_type: 'Bearer',
      expires_in: 3600,
    }),
  },
  unauthorized: {
    status: 401,
    body: { code: 'INVALID_TOKEN', details: {}, message: 'invalid oauth token', status: 'error' },
  },
  throttled: {
    status: 429,
    body: { code: 'TOO_MANY_REQUESTS', details: {}, message: 'Too many requests', status: 'error' },
  },
  waitMs: 10_000,
  handle({ query, headers }, { select }) {
    if (!query.has('fields'))
      return { status: 400, body: { code: 'REQUIRED_PARAM_MISSING', details: { param_name: 'fields' } } };
    const since = headers['if-modified-since'];
    if (since !== undefined && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/.test(since))
      return { status: 400, body: { code: 'INVALID_DATA', message: 'invalid date', status: 'error' } };
    const found = select(since === undefined ? undefined : Date.parse(since));
    if (found.length === 0) return { status: since === undefined ? 204 : 304 };
    const token = query.get('page_token');
    if (token !== null && query.has('page'))
      return { status: 400, body: { code: 'INVALID_DATA', message: 'page next to page_token', status: 'error' } };
    const rest = found.toReversed().filter(({ n }) => token === null || n < Number(token.slice('token-'.length)));
    const rows = rest.slice(0, 9);
    const next = rest.length > 9 ? `token-${rows.at(-1)?.n}` : null;
    return {
      status: 200,
      body: {
        data: rows.map(({ id, name, email, at }) => ({
          id,
          Full_Name: name,
          Email: email,
          Phone: null,
          Account_Name: { name: 'Kestrel Nursery', id: '4150868000000999999' },
          Modified_Time: iso(at).replace('Z', '+00:00'),
        })),
        info: {
          per_page: 200,
          count: rows.length,
          sort_by: 'id',
          sort_order: 'desc',
          next_page_token: next,
          previous_page_token: null,
          more_records: next !== null,
        },
      },
    };
  },
};
