import { randomUUID } from 'node:crypto';
import { quickbooksCredentials } from './credentials.ts';

/** The tokens of the one company: access tokens that end, and one refresh token that rotates. */
export function createTokenStore(now: () => number, ttlSeconds: number) {
  /** By access token: when it ends. */
  const accessTokens = new Map<string, number>();
  let refreshToken: string | undefined = quickbooksCredentials.refreshToken;
  let issued = 0;

  return {
    isGood: (bearer: string): boolean => (accessTokens.get(bearer) ?? 0) > now(),
    isRefreshToken: (given: string | null): boolean => given !== null && given === refreshToken,
    isKnown: (given: string): boolean => given === refreshToken || accessTokens.has(given),
    issued: (): number => issued,
    /** Rotates at every refresh, more often than the real one, and the old value is dead at once. */
    issue(): { readonly accessToken: string; readonly refreshToken: string } {
      issued += 1;
      const rotated = `sandbox-refresh-${issued}-${randomUUID()}`;
      const accessToken = `sandbox-access-${issued}-${randomUUID()}`;
      refreshToken = rotated;
      accessTokens.set(accessToken, now() + ttlSeconds * 1000);
      return { accessToken, refreshToken: rotated };
    },
    expireAll(): void {
      for (const accessToken of accessTokens.keys()) accessTokens.set(accessToken, 0);
    },
    /** Every token of the company is dead. */
    endAll(): void {
      refreshToken = undefined;
      accessTokens.clear();
    },
    /** A person connects the company again: the refresh token to configure from now on. */
    reconnect(): string {
      refreshToken = `sandbox-refresh-reconnected-${randomUUID()}`;
      return refreshToken;
    },
  };
}
