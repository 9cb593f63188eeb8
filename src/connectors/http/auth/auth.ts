import { bearerOf } from '../../../core/auth/bearer.ts';
import { createTokenManager } from '../../../core/auth/token-manager.ts';
import { grantFor, jwtBearer, requestToken, type TokenGrant } from '../../../core/auth/token-request.ts';
import type { SourceHttpOptions, SourceOptions } from '../../../core/connector.ts';
import type { HttpSourceConfig } from '../config.ts';
import type { JwtBearerConfig, OAuth1Config, OAuth2Config } from './config.ts';
import { createAssertion } from './jwt-bearer.ts';
import { newNonce, signedHeader } from './oauth1.ts';
import { notConnected, reconnectBy, tokenEndpointOf, tokenNameOf } from './oauth2.ts';

export interface HttpAuth {
  /** For the client of the API. */
  readonly client: Pick<SourceHttpOptions, 'authorize' | 'refresh'>;
  /** What proves who we are in the query, where the API wants it there. */
  readonly query: Readonly<Record<string, string>>;
}

/** How the configured API authenticates us. */
export function createHttpAuth(options: SourceOptions<HttpSourceConfig>): HttpAuth {
  const { auth } = options.config;
  switch (auth.type) {
    case 'none':
      return { client: {}, query: {} };
    case 'bearer':
      return header({ authorization: `Bearer ${auth.token}` });
    case 'basic':
      return header({
        authorization: `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`,
      });
    case 'api_key':
      // The key alone is a secret too, where a word of the vendor's stands before it.
      options.onSecret(auth.value.split(' ').at(-1) ?? auth.value);
      return auth.in === 'header'
        ? header({ [auth.name.toLowerCase()]: auth.value })
        : { client: {}, query: { [auth.name]: auth.value } };
    case 'oauth2':
      return byToken(options, auth, async (refreshToken) => {
        if (refreshToken === undefined && auth.authorizeUrl !== undefined) throw notConnected(auth);
        return grantFor(refreshToken);
      });
    case 'jwt_bearer': {
      const assertion = createAssertion(auth, options.clock.now);
      // A vendor that gives a refresh token with it (none is known) gets a new assertion all the same.
      return byToken(options, auth, async () => ({ grant_type: jwtBearer, assertion: assertion() }));
    }
    case 'oauth1':
      return signed(options, auth);
    default:
      return auth satisfies never;
  }
}

function header(headers: Readonly<Record<string, string>>): HttpAuth {
  return { client: { authorize: async () => headers }, query: {} };
}

/** Tokens are kept fresh, one refresh at a time, and a rotated refresh token is on disk before its access token is used. */
function byToken(
  { config, http, credentials, clock, onSecret }: SourceOptions<HttpSourceConfig>,
  auth: OAuth2Config | JwtBearerConfig,
  grantOf: (refreshToken: string | undefined) => Promise<TokenGrant>,
): HttpAuth {
  const { origin, host } = new URL(auth.tokenUrl);
  const endpoint = tokenEndpointOf(auth, http({ origin, isTokenEndpoint: true }));
  const manager = createTokenManager({
    name: tokenNameOf(config, auth),
    title: host,
    configured: auth.type === 'oauth2' ? auth.refreshToken : undefined,
    credentials,
    clock,
    onSecret,
    grant: async (refreshToken) => await requestToken(endpoint, await grantOf(refreshToken)),
    reconnect: reconnectBy(auth),
  });
  return { client: bearerOf(manager, auth.type === 'oauth2' ? auth.scheme : 'Bearer'), query: {} };
}

/** Each request is signed when it leaves: a repeat has a timestamp and a nonce of its own. */
function signed({ config, clock }: SourceOptions<HttpSourceConfig>, auth: OAuth1Config): HttpAuth {
  const { baseUrl: origin } = config;
  return {
    client: {
      authorize: async (_, request) => {
        const timestamp = Math.floor(clock.now() / 1000);
        return { authorization: signedHeader(request, { auth, origin, timestamp, nonce: newNonce() }) };
      },
    },
    query: {},
  };
}
