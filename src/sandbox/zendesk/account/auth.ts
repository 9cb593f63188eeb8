import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { createConsentPage } from '../../server/consent.ts';
import type { TwinRequest, TwinResponse } from '../../server/twin.ts';
import { parsedJson } from '../api/responses.ts';
import type { User } from '../people/users.ts';

export const zendeskCredentials = {
  clientId: 'rolodesk-sandbox',
  clientSecret: 'sandbox-zendesk-secret',
  refreshToken: 'sandbox-zendesk-refresh',
  email: 'admin@example.com',
  apiToken: 'sandbox-api-token',
  adminToken: 'sandbox-admin-token',
  agentToken: 'sandbox-agent-token',
};

/** Whose token it is that comes in. */
export const myself: User = {
  id: 360_000_000_001,
  name: 'Sandbox Admin',
  email: 'admin@example.com',
  external_id: null,
  role: 'admin',
  active: true,
  suspended: false,
  phone: null,
  alias: null,
  details: null,
  notes: null,
  time_zone: 'Pacific Time (US & Canada)',
  locale: 'en-US',
  organization_id: null,
  tags: [],
  user_fields: {},
  created_at: '2024-01-01T00:00:00Z',
  updated_at: '2024-01-01T00:00:00Z',
};

export type Role = 'admin' | 'agent';

/** Who may come in: OAuth (client credentials, rotating refresh), an API token, and two fixed bearer tokens for tests. */
export function createZendeskAuth(now: () => number, ttlSeconds: number) {
  /** By access token: the id that it is revoked by, and when it ends. */
  const tokens = new Map<string, { readonly id: number; readonly expiresAt: number }>();
  const page = createConsentPage({
    clientId: zendeskCredentials.clientId,
    scope: 'read write',
    codeSeconds: 120,
    now,
  });
  let refreshToken: string | undefined = zendeskCredentials.refreshToken;
  let current = '';
  let issued = 0;
  let codesExchanged = 0;
  let revocations = 0;
  let isDisconnected = false;

  /** `/oauth/tokens/current` and `/oauth/tokens/{id}`, below /api/v2. */
  function ownToken({ method, headers }: TwinRequest, asked: string): TwinResponse {
    const bearer = bearerOf(headers);
    const own = tokens.get(bearer);
    if (!own) return { status: 404, body: { error: 'RecordNotFound', description: 'Not found' } };
    if (asked === 'current' && method === 'GET')
      return { status: 200, body: { token: { id: own.id, token: bearer.slice(0, 10), scopes: ['read', 'write'] } } };
    if (method !== 'DELETE' || asked !== String(own.id))
      return { status: 404, body: { error: 'RecordNotFound', description: 'Not found' } };
    tokens.delete(bearer);
    if (bearer === current) refreshToken = undefined;
    revocations += 1;
    return { status: 204 };
  }

  return {
    roleOf({ headers }: TwinRequest): Role | undefined {
      if (isDisconnected) return undefined;
      const authorization = headers.authorization ?? '';
      const { email, apiToken, adminToken, agentToken } = zendeskCredentials;
      if (authorization === `Basic ${Buffer.from(`${email}/token:${apiToken}`).toString('base64')}`) return 'admin';
      const bearer = bearerOf(headers);
      if (bearer === adminToken) return 'admin';
      if (bearer === agentToken) return 'agent';
      return (tokens.get(bearer)?.expiresAt ?? 0) > now() ? 'admin' : undefined;
    },
    token({ body, headers }: TwinRequest): TwinResponse {
      const asked = tokenRequest(body, headers);
      if (!asked) return { status: 400, body: { error: 'invalid_request' } };
      const isClient =
        asked.client_id === zendeskCredentials.clientId && asked.client_secret === zendeskCredentials.clientSecret;
      const isRefresh = asked.grant_type === 'refresh_token';
      if (!isClient || (isDisconnected && !isRefresh)) {
        return { status: 401, body: { error: 'invalid_client', error_description: 'Client authentication failed' } };
      }
      const isCode = asked.grant_type === 'authorization_code';
      if (isRefresh && (refreshToken === undefined || asked.refresh_token !== refreshToken))
        return { status: 400, body: { error: 'invalid_grant', error_description: 'The refresh token is invalid' } };
      if (isCode && page.redeem(codeOf(asked)) !== 'good')
        return { status: 400, body: { error: 'invalid_grant', error_description: 'The code is invalid or expired' } };
      if (!isRefresh && !isCode && asked.grant_type !== 'client_credentials')
        return { status: 400, body: { error: 'unsupported_grant_type' } };
      if (isCode) codesExchanged += 1;
      issued += 1;
      if (isRefresh || isCode) {
        // Rotation deletes both of the old ones.
        if (isRefresh) tokens.delete(current);
        refreshToken = `sandbox-zendesk-refresh-${issued}-${randomUUID()}`;
      }
      current = `sandbox-zendesk-access-${issued}-${randomUUID()}`;
      tokens.set(current, { id: 700_000 + issued, expiresAt: now() + ttlSeconds * 1000 });
      const reply = { access_token: current, token_type: 'bearer', scope: 'read write', expires_in: ttlSeconds };
      return {
        status: 201,
        body:
          isRefresh || isCode ? { ...reply, refresh_token: refreshToken, refresh_token_expires_in: 2_592_000 } : reply,
      };
    },
    page,
    ownToken,
    state: () => ({ codesExchanged, revocations }),
    expireAll: (): void => tokens.clear(),
    /** An admin revokes the tokens, and switches off the API token and the OAuth client. */
    disconnect: (): void => {
      isDisconnected = true;
      refreshToken = undefined;
      tokens.clear();
    },
    /** A person makes a new refresh token: the one to configure from now on. */
    reconnect: (): string => {
      isDisconnected = false;
      refreshToken = `sandbox-zendesk-refresh-reconnected-${randomUUID()}`;
      return refreshToken;
    },
    issued: (): number => issued,
  };
}

const requestShape = z.record(z.string(), z.unknown());

/** As JSON or as a form: Zendesk takes both. */
function tokenRequest(body: string, headers: TwinRequest['headers']): Readonly<Record<string, unknown>> | undefined {
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true)
    return Object.fromEntries(new URLSearchParams(body));
  return requestShape.safeParse(parsedJson(body)).data;
}

function bearerOf({ authorization = '' }: TwinRequest['headers']): string {
  return /^Bearer (.+)$/.exec(authorization)?.[1] ?? '';
}

function codeOf(asked: Readonly<Record<string, unknown>>) {
  const { code, redirect_uri: redirectUri, code_verifier: verifier } = asked;
  return {
    code: String(code),
    redirectUri: String(redirectUri),
    verifier: typeof verifier === 'string' ? verifier : undefined,
  };
}
