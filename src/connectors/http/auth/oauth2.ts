import type { ConnectionOptions } from '../../../core/auth/connection.ts';
import type { TokenEndpoint } from '../../../core/auth/token-request.ts';
import { defined } from '../../../core/defined.ts';
import { AuthError, ContractError } from '../../../core/domain/errors.ts';
import type { HttpClient } from '../../../core/http/types.ts';
import type { HttpSourceConfig } from '../config.ts';
import type { JwtBearerConfig, OAuth2Config } from './config.ts';

/** Of the stored token. Two accounts may be read by one client, each with a sign-in of its own. */
export function tokenNameOf(
  { baseUrl, account }: Pick<HttpSourceConfig, 'baseUrl' | 'account'>,
  auth: OAuth2Config | JwtBearerConfig,
): string {
  const { tokenUrl } = auth;
  const { host } = new URL(tokenUrl);
  if (auth.type === 'jwt_bearer') return `${host} ${tokenUrl} ${auth.issuer} ${auth.subject ?? ''}`;
  const common = `${host} ${tokenUrl} ${auth.clientId}`;
  return auth.authorizeUrl === undefined ? common : `${common} ${baseUrl} ${account ?? ''}`;
}

/** The token endpoint of a declared API. `http`: a client for its origin, without authorization of its own. */
export function tokenEndpointOf(auth: OAuth2Config | JwtBearerConfig, http: HttpClient): TokenEndpoint {
  const { host, pathname, search } = new URL(auth.tokenUrl);
  const isJwt = auth.type === 'jwt_bearer';
  return {
    http,
    path: pathname + search,
    clientId: isJwt ? auth.issuer : auth.clientId,
    clientSecret: isJwt ? '' : auth.clientSecret,
    credentialsIn: isJwt ? 'none' : auth.credentialsIn,
    ...(isJwt ? {} : defined({ scope: auth.scope, params: auth.tokenParams })),
    defaultLifetimeSeconds: auth.tokenLifetime,
    replyError: (message) => new ContractError(message, { code: 'oauth-reply' }),
    words: {
      title: host,
      reconnect: reconnectBy(auth),
      clientHint: isJwt
        ? 'Check issuer, subject, audience and the key, and that the vendor has its certificate.'
        : 'Check the client id and secret, and that the client may use this grant.',
    },
  };
}

/** What to do when a token is dead. */
export function reconnectBy(auth: OAuth2Config | JwtBearerConfig): TokenEndpoint['words']['reconnect'] {
  if (auth.type === 'oauth2' && auth.authorizeUrl !== undefined)
    return {
      hint: 'It is spent, expired or revoked. Sign in again.',
      remedy: { kind: 'connect', system: 'source' },
    };
  if (auth.type === 'oauth2')
    return { hint: 'It is spent, expired or revoked. Get a new one and put it into the configuration.' };
  return { hint: 'Check issuer, subject, audience and the key, and that an administrator has approved the client.' };
}

/** Nobody has signed in yet, and the configuration has no refresh token. */
export function notConnected(auth: OAuth2Config): AuthError {
  return new AuthError(`Nobody has signed in to ${new URL(auth.authorizeUrl ?? auth.tokenUrl).host} yet.`, {
    code: 'not-connected',
    hint: 'The configuration has no refreshToken, and the state has no token.',
    remedy: { kind: 'connect', system: 'source' },
  });
}

export type HttpConnectionOptions = ConnectionOptions<HttpSourceConfig>;
