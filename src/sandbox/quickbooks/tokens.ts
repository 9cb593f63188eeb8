import { randomUUID } from 'node:crypto';
import { createConsentPage } from '../server/consent.ts';
import type { TwinRequest, TwinResponse } from '../server/twin.ts';
import { deadGrant } from './faults.ts';

export const quickbooksCredentials = {
  realmId: '9130357992221046',
  clientId: 'sandbox-client',
  clientSecret: 'sandbox-client-secret',
  refreshToken: 'sandbox-refresh-token',
};

/** The sign-in page, the token endpoint and the revoke endpoint of the one company. */
export function createTokens(now: () => number, ttlSeconds: number) {
  const { realmId, clientId, clientSecret } = quickbooksCredentials;
  const accessTokens = new Map<string, number>();
  const page = createConsentPage({ clientId, scope: 'com.intuit.quickbooks.accounting', codeSeconds: 600, now });
  let refreshToken: string | undefined = quickbooksCredentials.refreshToken;
  let issued = 0;
  let codesExchanged = 0;
  let revocations = 0;

  function handle(request: TwinRequest): TwinResponse | undefined {
    const { method, path } = request;
    if (path === '/connect/oauth2' && method === 'GET')
      return page.visit(request, (consent) => ({ realmId: consent.realmId ?? realmId }));
    if (path === '/oauth2/v1/tokens/bearer')
      return byClient(request, () => token(new URLSearchParams(request.body), request));
    if (path === '/v2/oauth2/tokens/revoke') return byClient(request, () => revoke(request));
    return undefined;
  }

  function byClient({ headers }: TwinRequest, answer: () => TwinResponse): TwinResponse {
    const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
    return headers.authorization === basic ? answer() : { status: 401, body: { error: 'invalid_client' } };
  }

  function token(form: URLSearchParams, { headers }: TwinRequest): TwinResponse {
    if (form.get('grant_type') === 'authorization_code') {
      const redirectUri = form.get('redirect_uri') ?? '';
      const verdict = page.redeem({ code: form.get('code') ?? '', redirectUri, verifier: undefined });
      // A code that comes twice takes the tokens of the first time with it.
      if (verdict === 'again') forgetAll();
      if (verdict !== 'good') return { status: 400, body: { error: 'invalid_grant' } };
      codesExchanged += 1;
    } else if (form.get('grant_type') !== 'refresh_token' || form.get('refresh_token') !== refreshToken) {
      return { status: 400, body: deadGrant };
    }
    issued += 1;
    // Rotates at every refresh, more often than the real one, and the old value is dead at once.
    refreshToken = `sandbox-refresh-${issued}-${randomUUID()}`;
    const access = `sandbox-access-${issued}-${randomUUID()}`;
    accessTokens.set(access, now() + ttlSeconds * 1000);
    const wantsEnd = headers['x-include-refresh-token-hard-expires-in'] === 'true';
    return {
      status: 200,
      body: {
        token_type: 'bearer',
        access_token: access,
        expires_in: ttlSeconds,
        refresh_token: refreshToken,
        x_refresh_token_expires_in: 8_726_400,
        ...(wantsEnd && { x_refresh_token_hard_expires_in: 157_680_000 }),
      },
    };
  }

  /** Either token of the pair ends both. It comes as JSON or as a form. */
  function revoke({ headers, body }: TwinRequest): TwinResponse {
    const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
    const given = isForm ? new URLSearchParams(body).get('token') : tokenIn(body);
    if (given === undefined || given === null) return { status: 400, body: { error: 'invalid_request' } };
    if (given !== refreshToken && !accessTokens.has(given)) return { status: 400, body: { error: 'invalid_grant' } };
    revocations += 1;
    forgetAll();
    return { status: 200, body: '' };
  }

  function forgetAll(): void {
    refreshToken = undefined;
    accessTokens.clear();
  }

  return {
    handle,
    isGood: (bearer: string): boolean => (accessTokens.get(bearer) ?? 0) > now(),
    state: () => ({ refreshes: issued - codesExchanged, codesExchanged, revocations }),
    control: {
      setConsent: page.setConsent,
      expireTokens: (): void => {
        for (const access of accessTokens.keys()) accessTokens.set(access, 0);
      },
      /** A person disconnects the app: every token of the company is dead. */
      disconnect: forgetAll,
      /** A person connects the company again: the refresh token to configure from now on. */
      reconnect: (): string => {
        refreshToken = `sandbox-refresh-reconnected-${randomUUID()}`;
        return refreshToken;
      },
    },
  };
}

function tokenIn(body: string): string | undefined {
  try {
    const asked: unknown = JSON.parse(body);
    return typeof asked === 'object' && asked !== null && 'token' in asked ? String(asked.token) : undefined;
  } catch {
    // Not JSON: refused as a request without a token.
    return undefined;
  }
}
