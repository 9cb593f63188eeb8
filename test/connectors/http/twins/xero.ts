import { serve } from './serve.ts';

export interface XeroContact {
  readonly ContactID: string;
  readonly ContactStatus: 'ACTIVE' | 'ARCHIVED' | 'GDPRREQUEST';
  readonly Name: string;
  readonly EmailAddress?: string;
  readonly Phones?: readonly Readonly<Record<string, string>>[];
  readonly Addresses?: readonly Readonly<Record<string, string>>[];
  /** Milliseconds since the epoch. */
  readonly updated: number;
}

export interface XeroOptions {
  readonly tenant: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  readonly contacts: XeroContact[];
}

/**
 * Contacts of developer.xero.com: XML unless JSON is asked for, a tenant in the headers, If-Modified-Since, times as .NET
 * writes them, archived ones only when asked for; refresh tokens rotate.
 */
export async function xeroTwin({ tenant, clientId, clientSecret, refreshToken, contacts }: XeroOptions) {
  let [refresh, access, issued] = [refreshToken, '', 0];
  return await serve(({ path, query, headers, body }) => {
    if (path === '/connect/token') {
      const isClient =
        headers.authorization === `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
      const form = new URLSearchParams(body);
      if (!isClient) return { status: 400, body: { error: 'invalid_client' } };
      if (form.get('grant_type') !== 'refresh_token' || form.get('refresh_token') !== refresh)
        return { status: 400, body: { error: 'invalid_grant' } };
      issued += 1;
      [refresh, access] = [`xero-refresh-${issued}`, `xero-access-${issued}`];
      return { body: { access_token: access, refresh_token: refresh, expires_in: 1800, token_type: 'Bearer' } };
    }
    if (headers.authorization !== `Bearer ${access}`)
      return {
        status: 401,
        body: { Type: null, Title: 'Unauthorized', Status: 401, Detail: 'AuthenticationUnsuccessful' },
      };
    if (headers['xero-tenant-id'] !== tenant)
      return {
        status: 403,
        body: { Type: null, Title: 'Forbidden', Status: 403, Detail: 'AuthenticationUnsuccessful' },
      };
    if (path !== '/api.xro/2.0/Contacts') return { status: 404, body: 'The resource is not there.' };
    const since = Date.parse(headers['if-modified-since'] ?? '');
    const size = Number(query.pageSize ?? 100);
    const from = (Number(query.page ?? 1) - 1) * size;
    const found = contacts
      .filter(({ ContactStatus }) => query.includeArchived === 'true' || ContactStatus === 'ACTIVE')
      .filter(({ updated }) => Number.isNaN(since) || updated >= since);
    const rows = found.slice(from, from + size).map(({ updated, ...one }) => ({
      ...one,
      IsCustomer: true,
      UpdatedDateUTC: `/Date(${updated}+0000)/`,
    }));
    if (!headers.accept?.includes('application/json'))
      return { body: `<Response><Contacts>${rows.length}</Contacts></Response>` };
    const pagination = { page: Number(query.page ?? 1), pageSize: size, itemCount: found.length };
    return { body: { Id: 'e997d6d7', Status: 'OK', pagination, Contacts: rows } };
  });
}
