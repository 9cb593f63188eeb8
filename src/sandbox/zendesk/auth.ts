import { randomUUID } from 'node:crypto';
import type { TwinReply, TwinRequest } from '../kernel/server.ts';
import type { User } from './users.ts';

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
  const tokens = new Map<string, number>();
  let refreshToken: string = zendeskCredentials.refreshToken;
  let current = '';
  let issued = 0;

  return {
    roleOf({ headers }: TwinRequest): Role | undefined {
      const authorization = headers.authorization ?? '';
      const { email, apiToken, adminToken, agentToken } = zendeskCredentials;
      if (authorization === `Basic ${Buffer.from(`${email}/token:${apiToken}`).toString('base64')}`) return 'admin';
      const bearer = /^Bearer (.+)$/.exec(authorization)?.[1] ?? '';
      if (bearer === adminToken) return 'admin';
      if (bearer === agentToken) return 'agent';
      return (tokens.get(bearer) ?? 0) > now() ? 'admin' : undefined;
    },
    token({ body }: TwinRequest): TwinReply {
      const asked: Record<string, unknown> = JSON.parse(body || '{}');
      if (asked.client_id !== zendeskCredentials.clientId || asked.client_secret !== zendeskCredentials.clientSecret) {
        return { status: 401, body: { error: 'invalid_client', error_description: 'Client authentication failed' } };
      }
      const isRefresh = asked.grant_type === 'refresh_token';
      if (isRefresh && asked.refresh_token !== refreshToken)
        return { status: 400, body: { error: 'invalid_grant', error_description: 'The refresh token is invalid' } };
      if (!isRefresh && asked.grant_type !== 'client_credentials')
        return { status: 400, body: { error: 'unsupported_grant_type' } };
      issued += 1;
      if (isRefresh) {
        // Rotation deletes both of the old ones.
        tokens.delete(current);
        refreshToken = `sandbox-zendesk-refresh-${issued}-${randomUUID()}`;
      }
      current = `sandbox-zendesk-access-${issued}-${randomUUID()}`;
      tokens.set(current, now() + ttlSeconds * 1000);
      const reply = { access_token: current, token_type: 'bearer', scope: 'read write', expires_in: ttlSeconds };
      return {
        status: 201,
        body: isRefresh ? { ...reply, refresh_token: refreshToken, refresh_token_expires_in: 2_592_000 } : reply,
      };
    },
    expireAll: (): void => tokens.clear(),
    /** A person makes a new refresh token: the one to configure from now on. */
    reconnect: (): string => {
      refreshToken = `sandbox-zendesk-refresh-reconnected-${randomUUID()}`;
      return refreshToken;
    },
    issued: (): number => issued,
  };
}
