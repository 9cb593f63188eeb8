import { createOAuthClient } from '../../core/auth/oauth-client.ts';
import type { SourceHttpOptions, SourceOptions } from '../../core/connector.ts';
import { defined } from '../../core/defined.ts';
import type { HttpSourceConfig } from './config.ts';

export interface HttpAuth {
  /** For the client of the API. */
  readonly client: Pick<SourceHttpOptions, 'authorize' | 'refresh'>;
  /** What proves who we are in the query, where the API wants it there. */
  readonly query: Readonly<Record<string, string>>;
}

/** How the configured API authenticates us. */
export function createHttpAuth(options: SourceOptions<HttpSourceConfig>): HttpAuth {
  const { config, http, credentials, clock, onSecret } = options;
  const { auth } = config;
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
      return auth.in === 'header'
        ? header({ [auth.name.toLowerCase()]: auth.value })
        : { client: {}, query: { [auth.name]: auth.value } };
    case 'oauth2': {
      const { clientId, clientSecret, refreshToken, scope, tokenUrl, credentialsIn } = auth;
      const title = new URL(tokenUrl).host;
      const tokens = http({ origin: new URL(tokenUrl).origin, isTokenEndpoint: true });
      const client = createOAuthClient({
        title,
        tokenUrl,
        http: tokens,
        clientId,
        clientSecret,
        credentialsIn,
        credentials,
        clock,
        onSecret,
        ...defined({ refreshToken, scope }),
      });
      return { client, query: {} };
    }
    default:
      return auth satisfies never;
  }
}

function header(headers: Readonly<Record<string, string>>): HttpAuth {
  return { client: { authorize: async () => headers }, query: {} };
}
