import { createHmac } from 'node:crypto';
import type { TwinRequest } from '../../../../../src/sandbox/server/twin.ts';
import { iso } from '../paging.ts';
import type { Vendor } from '../vendor-twin.ts';

/**
 * Customers by SuiteQL. docs.oracle.com, NetSuite Help: "Executing SuiteQL Queries Through REST Web Services" (Prefer:
 * transient, limit and offset, hasMore, no more than 100,000 results), "The Authorization Headers" (TBA, HMAC-SHA256, realm),
 * "Error Handling in REST Web Services" (form of an error, invalid login). Read 2026-11-28. Not confirmed: the 429. "Errors Related
 * to Concurrency Violations" has RESTlets and SOAP only, and a client reports "Invalid login attempt" for too many requests at
 * once (github.com/julbrs/netsuite-api-client, issue 26).
 */
export const netsuite: Vendor = {
  name: 'netsuite',
  size: 9,
  auth: { type: 'fixed', isKnown: isSigned },
  unauthorized: {
    status: 401,
    body: {
      type: 'https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.2',
      title: 'Unauthorized',
      status: 401,
      'o:errorDetails': [{ detail: 'Invalid login attempt.', 'o:errorCode': 'INVALID_LOGIN' }],
    },
  },
  throttled: {
    status: 429,
    body: {
      title: 'Too Many Requests',
      status: 429,
      'o:errorDetails': [
        { detail: 'Concurrent request limit exceeded. Request blocked.', 'o:errorCode': 'CONCURRENCY_LIMIT_EXCEEDED' },
      ],
    },
  },
  waitMs: 10_000,
  handle(request, { select }) {
    const { q = '' }: { readonly q?: string } = JSON.parse(request.body);
    const [, since] = /lastmodifieddate >= TO_TIMESTAMP\('(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)', /.exec(q) ?? [];
    const [, after] = /c\.id > (\d+) ORDER BY c\.id$/.exec(q.trim()) ?? [];
    if (request.headers.prefer !== 'transient' || since === undefined || after === undefined)
      return {
        status: 400,
        body: {
          title: 'Bad Request',
          status: 400,
          'o:errorDetails': [{ detail: 'Invalid search query.', 'o:errorCode': 'INVALID_PARAMETER' }],
        },
      };
    const found = select(Date.parse(`${since.replace(' ', 'T')}Z`)).filter(({ n }) => n > Number(after));
    const rows = found.slice(0, Math.min(Number(request.query.get('limit') ?? 1000), 9));
    return {
      status: 200,
      body: {
        links: [],
        count: rows.length,
        hasMore: found.length > rows.length,
        items: rows.map(({ id, name, email, at }) => ({
          links: [],
          id,
          entityid: `CUST${id}`,
          companyname: name,
          // A column without a value is left out.
          ...(email !== null && { email }),
          isinactive: 'F',
          modified: iso(at).slice(0, 19),
        })),
        offset: 0,
        totalResults: found.length,
      },
    };
  },
};

/** As NetSuite computes it (RFC 5849): written here on its own, so that it can disagree. */
export function isSigned(request: TwinRequest): boolean {
  const header = request.headers.authorization ?? '';
  const pairs = [...header.matchAll(/(\w+)="([^"]*)"/g)].map(
    ([, name = '', value = '']) => [name, decodeURIComponent(value)] as const,
  );
  const given = new Map(pairs);
  const own = pairs.filter(([name]) => name !== 'realm' && name !== 'oauth_signature');
  const sorted = [...request.query, ...own].map(([name, value]) => `${enc(name)}=${enc(value)}`).sort();
  const address = `http://${request.headers.host}${request.path}`;
  const text = [request.method, address, sorted.join('&')].map(enc).join('&');
  const signature = createHmac('sha256', 'consumer-secret&token-secret').update(text).digest('base64');
  return header.startsWith('OAuth ') && given.get('oauth_signature') === signature;
}

function enc(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}
