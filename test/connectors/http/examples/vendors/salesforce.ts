import { createHash } from 'node:crypto';
import { iso, pageAfter } from '../paging.ts';
import type { Vendor } from '../vendor-twin.ts';

const query = '/services/data/v64.0/queryAll';

const sessionEnded = {
  status: 401,
  body: [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }],
};

/**
 * Contacts by SOQL. developer.salesforce.com, REST API Developer Guide: "QueryAll", "QueryAll More Results", "Status Codes and
 * Error Responses"; "OAuth 2.0 Client Credentials Flow" in Salesforce Help. A real 403: gist.github.com/rickysaltzer/4542457. A
 * query locator belongs to the session that made it: another one is refused like a stranger (github.com/airbytehq/airbyte, pull
 * request 84302). Read 2026-11-28. Not confirmed: the bodies of 404 and of a refused client.
 */
export const salesforce: Vendor = {
  name: 'salesforce',
  idOf: (n) => `003RO00000${String(n).padStart(8, '0')}`,
  size: 9,
  showsDeleted: true,
  auth: {
    type: 'token',
    path: '/services/oauth2/token',
    refuses: (form) =>
      form.get('grant_type') === 'client_credentials' && form.get('client_secret') === 'salesforce-secret'
        ? undefined
        : { status: 400, body: { error: 'invalid_client', error_description: 'invalid client credentials' } },
    // No expires_in: how long a session lives is a setting of the org.
    reply: (token) => ({
      access_token: token,
      instance_url: 'https://kestrel.my.salesforce.com',
      token_type: 'Bearer',
      issued_at: '1795860000000',
    }),
  },
  unauthorized: sessionEnded,
  throttled: {
    status: 403,
    body: [{ message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' }],
  },
  waitMs: 10_000,
  handle(request, { select }) {
    const [, locator] = /^\/services\/data\/v64\.0\/queryAll\/(.+)$/.exec(request.path) ?? [];
    if (request.path !== query && locator === undefined)
      return { status: 404, body: [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }] };
    // A query locator remembers its query, here as the time in it, and its session.
    const [cursor, remembered, session = ''] = locator?.split('.') ?? [];
    const current = createHash('sha256')
      .update(request.headers.authorization ?? '')
      .digest('hex')
      .slice(0, 8);
    if (locator !== undefined && session !== current) return sessionEnded;
    const since =
      remembered ?? /SystemModstamp >= (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)( |$)/.exec(request.query.get('q') ?? '')?.[1];
    if (since === undefined)
      return { status: 400, body: [{ message: 'unexpected token', errorCode: 'MALFORMED_QUERY' }] };
    const found = select(remembered === undefined ? Date.parse(since) : Number(remembered));
    const { rows, next } = pageAfter(found, cursor, 9);
    const time = remembered ?? Date.parse(since);
    return {
      status: 200,
      body: {
        totalSize: found.length,
        done: next === undefined,
        ...(next !== undefined && { nextRecordsUrl: `${query}/${next}.${time}.${current}` }),
        records: rows.map(({ id, name, email, at, isDeleted }) => ({
          attributes: { type: 'Contact', url: `/services/data/v64.0/sobjects/Contact/${id}` },
          Id: id,
          Name: name,
          Email: email,
          Phone: null,
          IsDeleted: isDeleted,
          SystemModstamp: iso(at).replace('Z', '.000+0000'),
          Account: { attributes: { type: 'Account' }, Name: 'Kestrel Nursery' },
        })),
      },
    };
  },
};
