import type { Clock } from '../clock.ts';
import type { CredentialStore } from '../domain/credential-store.ts';
import { AuthError, TransientError } from '../domain/errors.ts';
import type { Remedy } from '../domain/remedy.ts';
import type { OnFailpoint } from '../failpoints.ts';
import { type Grant, readStored, type StoredToken, storedOf } from './stored-token.ts';

export interface TokenManagerOptions {
  /** Of the stored credential, such as `quickbooks:9130357992221046`. */
  readonly name: string;
  /** Named in messages. */
  readonly title: string;
  /** The refresh token of the configuration, if this account has one. */
  readonly configured: string | undefined;
  readonly credentials: CredentialStore;
  readonly clock: Clock;
  /** Asks the token endpoint, once. Throws AuthError `invalid-grant` for a dead token, TransientError otherwise. */
  readonly grant: (refreshToken: string | undefined) => Promise<Grant>;
  /** New secrets, for the redactor. */
  readonly onSecret: (secret: string) => void;
  /** What to do when the token is lost. */
  readonly reconnect: { readonly hint: string; readonly remedy?: Remedy };
  readonly onFailpoint?: OnFailpoint | undefined;
}

/**
 * Exchanges a refresh token for an access token, so that neither is lost: a rotated refresh token is on disk before the new
 * access token is used. The caller holds the lock of the stored credential.
 */
export function createTokenExchange({
  name,
  title,
  configured,
  credentials,
  clock,
  grant,
  onSecret,
  reconnect,
  onFailpoint,
}: TokenManagerOptions) {
  async function load(): Promise<StoredToken | undefined> {
    const stored = readStored(await credentials.load(name), configured);
    if (!stored) return undefined;
    onSecret(stored.accessToken);
    if (stored.refreshToken !== null) onSecret(stored.refreshToken);
    return stored;
  }

  /** Dead for this value, or its reply never came: another process may have saved a newer one. Looks once, tries once. */
  async function exchange(refreshToken: string | undefined): Promise<StoredToken> {
    try {
      return await rotate(refreshToken);
    } catch (error) {
      const saved = (await load())?.refreshToken ?? undefined;
      if (isDead(error) && saved !== undefined && saved !== refreshToken) return await exchangeAgain(saved);
      if (isLost(error) && refreshToken !== undefined) return await exchangeAgain(saved ?? refreshToken, error);
      throw error;
    }
  }

  /** `unanswered`: an earlier try whose reply never came. A token that is dead now was spent by it. */
  async function exchangeAgain(refreshToken: string, unanswered?: TransientError): Promise<StoredToken> {
    try {
      return await rotate(refreshToken);
    } catch (error) {
      if (isLost(error)) throw lost(error);
      throw unanswered && isDead(error) ? lost(unanswered) : error;
    }
  }

  async function rotate(refreshToken: string | undefined): Promise<StoredToken> {
    const granted = await grant(refreshToken);
    onFailpoint?.('token-rotated');
    return await save(granted, refreshToken);
  }

  async function save(grant: Grant, used: string | undefined): Promise<StoredToken> {
    const stored = storedOf(grant, { used, configured, before: await load(), now: clock.now() });
    onSecret(stored.accessToken);
    if (stored.refreshToken !== null) onSecret(stored.refreshToken);
    await credentials.save(name, stored);
    onFailpoint?.('token-saved');
    return stored;
  }

  function lost(cause: TransientError): AuthError {
    return new AuthError(
      `${title} did not answer while the refresh token was being renewed, and the old one may be spent.`,
      {
        code: 'refresh-lost',
        ...reconnect,
        cause,
      },
    );
  }

  return { load, exchange };
}

function isDead(error: unknown): boolean {
  return error instanceof AuthError && error.code === 'invalid-grant';
}

/** It was sent, and nothing came back: the token may be spent. */
function isLost(error: unknown): error is TransientError {
  return error instanceof TransientError && error.effect === 'unknown' && error.status === undefined;
}
