import { iso, pageAfter } from '../paging.ts';
import type { Vendor } from '../vendor-twin.ts';

/**
 * Contacts of Zoho CRM. zoho.com/crm/developer/docs/api/v8, "Get Records" (page_token, info.more_records, If-Modified-Since,
 * 204 and 304), "Access and Refresh Tokens" (errors come with status 200), "Status Codes". Read 2026-11-28.
 */
export const zohoCrm: Vendor = {
  name: 'zoho-crm',
  idOf: (n) => `4150868000000${String(n).padStart(6, '0')}`,
  size: 9,
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
    const { rows, next = null } = pageAfter(found, query.get('page_token'), 9);
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
        info: { per_page: 200, count: rows.length, next_page_token: next, more_records: next !== null },
      },
    };
  },
};
