import type { StoredToken } from './stored-token.ts';
import { createTokenExchange, type TokenManagerOptions } from './token-exchange.ts';

/**
 * Keeps an access token fresh. One refresh at a time, in this process and across processes: the holder of the lock reads the
 * store first, and a rotated refresh token is on disk before the new access token is used.
 */
export function createTokenManager(options: TokenManagerOptions) {
  const { name, configured, credentials, clock } = options;
  const { load, exchange } = createTokenExchange(options);
  let held: StoredToken | undefined;
  let fresh = new Set<string>();
  let refreshing: Promise<StoredToken> | undefined;

  function isUsable({ accessToken, expiresAt, lifetimeMs }: StoredToken): boolean {
    const left = expiresAt - clock.now();
    // A fresh token is used at least once, however short its life.
    return left > Math.min(60_000, lifetimeMs * 0.1) || (fresh.has(accessToken) && left > 0);
  }

  /** `refused`: the access token that the other side did not take. */
  async function renew(refused: string | undefined): Promise<StoredToken> {
    return await credentials.exclusive(name, async () => {
      const stored = await load();
      if (stored && stored.accessToken !== refused && isUsable(stored)) return stored;
      const renewed = await exchange(stored?.refreshToken ?? configured);
      fresh = new Set([renewed.accessToken]);
      return renewed;
    });
  }

  async function renewOnce(refused?: string): Promise<StoredToken> {
    refreshing ??= renew(refused).finally(() => {
      refreshing = undefined;
    });
    held = await refreshing;
    return held;
  }

  return {
    /** An access token that will still be good when the request arrives. */
    async accessToken(): Promise<string> {
      held ??= await load();
      const token = held && isUsable(held) ? held : await renewOnce();
      fresh.delete(token.accessToken);
      return token.accessToken;
    },
    /** The other side refused this token: get another one. False when what we hold is already another one that was never refused. */
    async renew(refused: string): Promise<void> {
      if (held && held.accessToken !== refused) return;
      await renewOnce(refused);
    },
  };
}

export type TokenManager = ReturnType<typeof createTokenManager>;
