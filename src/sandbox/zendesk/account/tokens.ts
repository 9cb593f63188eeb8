import { randomUUID } from 'node:crypto';
import { zendeskCredentials } from './credentials.ts';

export interface TokenPair {
  readonly accessToken: string;
  /** The one that can be exchanged from now on, whether or not it was issued now. Undefined: none is good. */
  readonly refreshToken: string | undefined;
}

/** The tokens of one OAuth client: access tokens that end, and one refresh token that rotates. */
export function createTokens(now: () => number, ttlSeconds: number) {
  /** By access token: the id that it is revoked by, and when it ends. */
  const tokens = new Map<string, { readonly id: number; readonly expiresAt: number }>();
  let refreshToken: string | undefined = zendeskCredentials.refreshToken;
  let current = '';
  let issued = 0;
  let revocations = 0;

  return {
    isGood: (accessToken: string): boolean => (tokens.get(accessToken)?.expiresAt ?? 0) > now(),
    canRefresh: (given: unknown): boolean => refreshToken !== undefined && given === refreshToken,
    idOf: (accessToken: string): number | undefined => tokens.get(accessToken)?.id,
    /** `refresh` and `code` bring a new refresh token; rotation deletes both of the old ones. */
    issue(grant: 'refresh' | 'code' | 'client'): TokenPair {
      issued += 1;
      if (grant === 'refresh') tokens.delete(current);
      if (grant !== 'client') refreshToken = `sandbox-zendesk-refresh-${issued}-${randomUUID()}`;
      current = `sandbox-zendesk-access-${issued}-${randomUUID()}`;
      tokens.set(current, { id: 700_000 + issued, expiresAt: now() + ttlSeconds * 1000 });
      return { accessToken: current, refreshToken };
    },
    /** The refresh token ends with the access token that came with it. */
    revoke(accessToken: string): void {
      tokens.delete(accessToken);
      if (accessToken === current) refreshToken = undefined;
      revocations += 1;
    },
    expireAll: (): void => tokens.clear(),
    endAll(): void {
      refreshToken = undefined;
      tokens.clear();
    },
    /** A person makes a new refresh token: the one to configure from now on. */
    reconnect(): string {
      refreshToken = `sandbox-zendesk-refresh-reconnected-${randomUUID()}`;
      return refreshToken;
    },
    issued: (): number => issued,
    revocations: (): number => revocations,
  };
}

export type Tokens = ReturnType<typeof createTokens>;
