import type { Clock } from '../clock.ts';
import type { CredentialStore } from '../domain/credential-store.ts';
import { ContractError } from '../domain/errors.ts';
import type { HttpClient } from '../http/types.ts';
import { bearerOf } from './bearer.ts';
import { createTokenManager } from './token-manager.ts';
import { grantFor, requestToken, type TokenEndpoint } from './token-request.ts';

export interface OAuthClientOptions {
  /** Named in messages. */
  readonly title: string;
  /** Scheme and path of the token endpoint; `http` must be a client for its origin, without authorization of its own. */
  readonly tokenUrl: string;
  readonly http: HttpClient;
  readonly clientId: string;
  readonly clientSecret: string;
  /** With it: the refresh grant, rotating or not. Without: client_credentials. */
  readonly refreshToken?: string;
  readonly scope?: string;
  /** Where the client's own credentials go: RFC 6749 prefers `basic`. */
  readonly credentialsIn: 'basic' | 'body';
  readonly credentials: CredentialStore;
  readonly clock: Clock;
  readonly onSecret: (secret: string) => void;
}

/** A token whose lifetime the server does not give is renewed after an hour, or when it is refused. */
const defaultLifetimeSeconds = 3_600;

/**
 * Authorization by OAuth 2 (RFC 6749), for the `authorize` and `refresh` of an HTTP client: tokens are kept fresh, one
 * refresh at a time, and a rotated refresh token is on disk before its access token is used.
 */
export function createOAuthClient(options: OAuthClientOptions) {
  const { title, tokenUrl, clientId, refreshToken: configured, credentials, clock, onSecret } = options;
  const { pathname, search } = new URL(tokenUrl);
  const endpoint: TokenEndpoint = {
    ...options,
    path: pathname + search,
    defaultLifetimeSeconds,
    replyError: (message) => new ContractError(message, { code: 'oauth-reply' }),
    words: {
      title,
      reconnect: { hint: 'It is spent, expired or revoked. Get a new one and put it into the configuration.' },
      clientHint: 'Check the client id and secret, and that the client may use this grant.',
    },
  };
  const manager = createTokenManager({
    name: `${title} ${tokenUrl} ${clientId}`,
    title,
    configured,
    credentials,
    clock,
    onSecret,
    grant: (refreshToken) => requestToken(endpoint, grantFor(refreshToken)),
    reconnect: { hint: 'Get a new refresh token and put it into the configuration.' },
  });
  return bearerOf(manager);
}
