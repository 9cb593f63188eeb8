import { createConsentPage } from '../../server/consent.ts';
import type { TwinRequest } from '../../server/twin.ts';
import { notFound } from '../api/responses.ts';
import type { Handler, Routes } from '../api/router.ts';
import { type Role, zendeskCredentials } from './credentials.ts';
import { createTokenEndpoint } from './token-endpoint.ts';
import { createTokens } from './tokens.ts';

/** Who may come in: OAuth (client credentials, rotating refresh), an API token, and two fixed bearer tokens for tests. */
export function createZendeskAuth(now: () => number, ttlSeconds: number) {
  const tokens = createTokens(now, ttlSeconds);
  const page = createConsentPage({
    clientId: zendeskCredentials.clientId,
    scope: 'read write',
    codeSeconds: 120,
    now,
  });
  let isDisconnected = false;
  const endpoint = createTokenEndpoint({ tokens, page, ttlSeconds, isDisconnected: () => isDisconnected });

  const showOwn: Handler = ({ request }) => {
    const bearer = bearerOf(request);
    const id = tokens.idOf(bearer);
    if (id === undefined) return notFound;
    return { status: 200, body: { token: { id, token: bearer.slice(0, 10), scopes: ['read', 'write'] } } };
  };

  const revokeOwn: Handler = ({ request, params }) => {
    const bearer = bearerOf(request);
    if (params.id !== String(tokens.idOf(bearer))) return notFound;
    tokens.revoke(bearer);
    return { status: 204 };
  };

  const routes: Routes = {
    'GET /oauth/tokens/current': showOwn,
    'DELETE /oauth/tokens/{id}': revokeOwn,
  };

  return {
    routes,
    page,
    token: endpoint.handle,
    roleOf(request: TwinRequest): Role | undefined {
      if (isDisconnected) return undefined;
      const { email, apiToken, adminToken, agentToken } = zendeskCredentials;
      const basic = `Basic ${Buffer.from(`${email}/token:${apiToken}`).toString('base64')}`;
      const bearer = bearerOf(request);
      if (request.headers.authorization === basic || bearer === adminToken) return 'admin';
      if (bearer === agentToken) return 'agent';
      return tokens.isGood(bearer) ? 'admin' : undefined;
    },
    state: () => ({ codesExchanged: endpoint.codesExchanged(), revocations: tokens.revocations() }),
    issued: tokens.issued,
    expireAll: tokens.expireAll,
    /** An admin revokes the tokens, and switches off the API token and the OAuth client. */
    disconnect(): void {
      isDisconnected = true;
      tokens.endAll();
    },
    reconnect(): string {
      isDisconnected = false;
      return tokens.reconnect();
    },
  };
}

function bearerOf({ headers: { authorization = '' } }: TwinRequest): string {
  return /^Bearer (.+)$/.exec(authorization)?.[1] ?? '';
}
