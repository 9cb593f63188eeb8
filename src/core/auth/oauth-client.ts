import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { CredentialStore } from '../domain/credential-store.ts';
import { AuthError, ContractError } from '../domain/errors.ts';
import type { HttpClient } from '../http/types.ts';
import { bearerOf } from './bearer.ts';
import { oauthErrorOf } from './oauth-error.ts';
import type { Grant } from './stored-token.ts';
import { createTokenManager } from './token-manager.ts';

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

const tokenReply = z.looseObject({
  access_token: z.string(),
  expires_in: z.coerce.number().nullish(),
  refresh_token: z.string().nullish(),
});
/** A token whose lifetime the server does not give is renewed after an hour, or when it is refused. */
const defaultLifetimeSeconds = 3_600;

/**
 * Authorization by OAuth 2 (RFC 6749), for the `authorize` and `refresh` of an HTTP client: tokens are kept fresh, one
 * refresh at a time, and a rotated refresh token is on disk before its access token is used.
 */
export function createOAuthClient(options: OAuthClientOptions) {
  const { title, tokenUrl, clientId, refreshToken: configured, credentials, clock, onSecret } = options;
  const keeper = createTokenManager({
    name: `${title} ${tokenUrl} ${clientId}`,
    title,
    configured,
    credentials,
    clock,
    onSecret,
    grant: (refreshToken) => askFor(options, refreshToken),
    reconnectHint: 'Get a new refresh token and put it into the configuration.',
  });
  return bearerOf(keeper);
}

async function askFor(options: OAuthClientOptions, refreshToken: string | undefined): Promise<Grant> {
  const { title, tokenUrl, http, clientId, clientSecret, scope, credentialsIn } = options;
  const response = await http.request({
    method: 'POST',
    path: new URL(tokenUrl).pathname + new URL(tokenUrl).search,
    form: {
      grant_type: refreshToken === undefined ? 'client_credentials' : 'refresh_token',
      ...(refreshToken !== undefined && { refresh_token: refreshToken }),
      ...(scope !== undefined && { scope }),
      ...(credentialsIn === 'body' && { client_id: clientId, client_secret: clientSecret }),
    },
    ...(credentialsIn === 'basic' && {
      headers: { authorization: `Basic ${basicCredentials(clientId, clientSecret)}` },
    }),
    // A repeated rotation would spend the token twice; client credentials may be asked for again.
    idempotent: refreshToken === undefined,
    expect: [400, 401],
    // Never cut short by us: a rotation whose reply is not awaited loses the connection.
    signal: new AbortController().signal,
  });
  const body = response.body.kind === 'json' ? response.body.value : undefined;
  if (response.status >= 400) throw refusal(title, oauthErrorOf(response.body) ?? `${response.status}`);
  const reply = tokenReply.safeParse(body).data;
  if (!reply)
    throw new ContractError(`${title}: the token endpoint's reply holds no access token.`, { code: 'oauth-reply' });
  const { access_token: accessToken, expires_in: expiresIn, refresh_token: next } = reply;
  return { accessToken, expiresInSeconds: expiresIn ?? defaultLifetimeSeconds, ...(next && { refreshToken: next }) };
}

/** Each half is form-encoded before the colon joins them (RFC 6749, section 2.3.1), unlike other uses of Basic. */
function basicCredentials(clientId: string, clientSecret: string): string {
  return Buffer.from(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`).toString('base64');
}

function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

function refusal(title: string, error: string): AuthError {
  if (error === 'invalid_grant')
    return new AuthError(`${title} refused the refresh token (invalid_grant).`, {
      code: 'invalid-grant',
      hint: 'It is spent, expired or revoked. Get a new one and put it into the configuration.',
    });
  return new AuthError(`${title} refused the OAuth client (${error}).`, {
    code: 'invalid-client',
    hint: 'Check the client id and secret, and that the client may use this grant.',
  });
}
