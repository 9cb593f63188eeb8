import { createConsentPage } from '../server/consent.ts';
import type { TwinRequest, TwinResponse } from '../server/twin.ts';
import { quickbooksCredentials } from './credentials.ts';
import { deadGrant } from './faults.ts';
import { createTokenStore } from './token-store.ts';

/** The sign-in page, the token endpoint and the revoke endpoint of the one company. */
export function createTokens(now: () => number, ttlSeconds: number) {
  const { realmId, clientId } = quickbooksCredentials;
  const store = createTokenStore(now, ttlSeconds);
  const page = createConsentPage({ clientId, scope: 'com.intuit.quickbooks.accounting', codeSeconds: 600, now });
  let codesExchanged = 0;
  let revocations = 0;

  function token(request: TwinRequest): TwinResponse {
    const form = new URLSearchParams(request.body);
    if (form.get('grant_type') === 'authorization_code') {
      const redirectUri = form.get('redirect_uri') ?? '';
      const code = page.redeem({ code: form.get('code') ?? '', redirectUri, verifier: undefined });
      // A code that comes twice takes the tokens of the first time with it.
      if (code === 'again') store.endAll();
      if (code !== 'good') return { status: 400, body: { error: 'invalid_grant' } };
      codesExchanged += 1;
    } else if (form.get('grant_type') !== 'refresh_token' || !store.isRefreshToken(form.get('refresh_token'))) {
      return { status: 400, body: deadGrant };
    }
    const { accessToken, refreshToken } = store.issue();
    const wantsEnd = request.headers['x-include-refresh-token-hard-expires-in'] === 'true';
    return {
      status: 200,
      body: {
        token_type: 'bearer',
        access_token: accessToken,
        expires_in: ttlSeconds,
        refresh_token: refreshToken,
        x_refresh_token_expires_in: 8_726_400,
        ...(wantsEnd && { x_refresh_token_hard_expires_in: 157_680_000 }),
      },
    };
  }

  /** Either token of the pair ends both. */
  function revoke(request: TwinRequest): TwinResponse {
    const revoked = revokedToken(request);
    if (revoked === undefined) return { status: 400, body: { error: 'invalid_request' } };
    if (!store.isKnown(revoked)) return { status: 400, body: { error: 'invalid_grant' } };
    revocations += 1;
    store.endAll();
    return { status: 200, body: '' };
  }

  return {
    /** Undefined for a request that is not about tokens. */
    handle(request: TwinRequest): TwinResponse | undefined {
      const { method, path } = request;
      if (path === '/connect/oauth2' && method === 'GET')
        return page.visit(request, (consent) => ({ realmId: consent.realmId ?? realmId }));
      if (path === '/oauth2/v1/tokens/bearer') return refuseClient(request) ?? token(request);
      if (path === '/v2/oauth2/tokens/revoke') return refuseClient(request) ?? revoke(request);
      return undefined;
    },
    isGood: store.isGood,
    state: () => ({ refreshes: store.issued() - codesExchanged, codesExchanged, revocations }),
    control: {
      setConsent: page.setConsent,
      expireTokens: store.expireAll,
      /** A person disconnects the app. */
      disconnect: store.endAll,
      reconnect: store.reconnect,
    },
  };
}

function refuseClient({ headers }: TwinRequest): TwinResponse | undefined {
  const { clientId, clientSecret } = quickbooksCredentials;
  const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  return headers.authorization === basic ? undefined : { status: 401, body: { error: 'invalid_client' } };
}

/** It comes as JSON or as a form. */
function revokedToken({ headers, body }: TwinRequest): string | undefined {
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  if (isForm) return new URLSearchParams(body).get('token') ?? undefined;
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && 'token' in value ? String(value.token) : undefined;
  } catch {
    // Not JSON: refused as a request without a token.
    return undefined;
  }
}
