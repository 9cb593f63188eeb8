import { iso, pageAfter, urlWith } from '../paging.ts';
import type { Vendor } from '../vendor-twin.ts';

/**
 * Contacts of Dataverse. learn.microsoft.com: "Page results by using OData" (Prefer: odata.maxpagesize up to 5,000,
 * @odata.nextLink with $skiptoken), "Service protection API limits" (429, Retry-After), "OAuth 2.0 client credentials flow" of the
 * Microsoft identity platform. Read 2026-11-28. Not confirmed: the empty body of a 401, the messages of 400 and 404.
 */
export const dynamics365: Vendor = {
  name: 'dynamics-365',
  idOf: (n) => `1f1b1c0e-0000-4000-8000-${String(n).padStart(12, '0')}`,
  size: 9,
  auth: {
    type: 'token',
    path: '/kestrel-tenant/oauth2/v2.0/token',
    refuses: (form) =>
      form.get('client_secret') === 'dynamics-secret' && form.get('scope')?.endsWith('/.default')
        ? undefined
        : {
            status: 401,
            body: { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid client secret.' },
          },
    reply: (token) => ({ token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: token }),
  },
  unauthorized: { status: 401, headers: { 'www-authenticate': 'Bearer' }, body: '' },
  throttled: {
    status: 429,
    headers: { 'retry-after': '8' },
    body: {
      error: {
        code: '0x80072322',
        message: 'Number of requests exceeded the limit of 6000 over time window of 300 seconds.',
      },
    },
  },
  waitMs: 8_000,
  handle(request, { select }) {
    if (request.path !== '/api/data/v9.2/contacts')
      return { status: 404, body: { error: { code: '0x8006088a', message: 'Resource not found for the segment.' } } };
    const filter = request.query.get('$filter');
    const [, since] = /^modifiedon ge (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$/.exec(filter ?? '') ?? [];
    if (filter !== null && since === undefined)
      return { status: 400, body: { error: { code: '0x80060888', message: 'Syntax error in the filter.' } } };
    const asked = Number(/odata\.maxpagesize=(\d+)/.exec(request.headers.prefer ?? '')?.[1] ?? 5000);
    const found = select(since === undefined ? undefined : Date.parse(since));
    const { rows, next } = pageAfter(found, request.query.get('$skiptoken'), Math.min(asked, 9));
    return {
      status: 200,
      body: {
        '@odata.context': 'https://kestrel.crm.dynamics.com/api/data/v9.2/$metadata#contacts',
        value: rows.map(({ id, name, email, at }) => ({
          '@odata.etag': 'W/"1"',
          contactid: id,
          fullname: name,
          emailaddress1: email,
          telephone1: null,
          statecode: 0,
          modifiedon: iso(at),
        })),
        ...(next !== undefined && { '@odata.nextLink': urlWith(request, '$skiptoken', next) }),
      },
    };
  },
};
