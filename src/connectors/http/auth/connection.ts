import type { OAuthConnection } from '../../../core/auth/connection.ts';
import { exchangeOnce } from '../../../core/auth/exchange-code.ts';
import { readStored } from '../../../core/auth/stored-token.ts';
import { requestToken, type TokenGrant, withClient } from '../../../core/auth/token-request.ts';
import { defined } from '../../../core/defined.ts';
import { AuthError } from '../../../core/domain/errors.ts';
import { createHttpClient } from '../../../core/http/client.ts';
import { createRateLimiter } from '../../../core/http/rate-limiter.ts';
import type { HttpClient } from '../../../core/http/types.ts';
import { noRetry } from '../../../core/http/with-retry.ts';
import type { OAuth2Config } from './config.ts';
import { type HttpConnectionOptions, tokenEndpointOf, tokenNameOf } from './oauth2.ts';

const revocationHelp = 'End it where the vendor lists the apps that are connected.';

/** How a person gives Rolodesk access to a declared API. Undefined where its credentials are those of the configuration. */
export function httpConnection(options: HttpConnectionOptions): OAuthConnection | undefined {
  const { auth } = options.config;
  if (auth.type === 'oauth2' && auth.authorizeUrl !== undefined) return bySignIn(options, auth, auth.authorizeUrl);
  return undefined;
}

function bySignIn(options: HttpConnectionOptions, auth: OAuth2Config, authorizeUrl: string): OAuthConnection {
  const { config } = options;
  const title = hostOf(options);
  const tokenName = tokenNameOf(config, auth);
  const account = accountOf(options);
  return {
    kind: 'oauth',
    title,
    account,
    tokenName,
    configured: auth.refreshToken,
    scopes: (auth.scope ?? '').split(' ').filter((scope) => scope !== ''),
    signIn: {
      authorizeUrl,
      clientId: auth.clientId,
      scope: auth.scope ?? '',
      pkce: auth.pkce,
      params: auth.authorizeParams,
      register: `with the OAuth client at ${new URL(authorizeUrl).host}`,
      validateRedirectUri: () => undefined,
      async exchange({ code, redirectUri, verifier }) {
        const how: TokenGrant = {
          grant_type: 'authorization_code',
          code,
          redirect_uri: redirectUri,
          ...(auth.pkce && { code_verifier: verifier }),
        };
        const grant = await exchangeOnce(title, () => ask(options, auth, how));
        if (grant.refreshToken === undefined)
          throw new AuthError(`${title} gave no refresh token: the connection would end with its first access token.`, {
            code: 'no-refresh-token',
            hint: 'Ask for it as the vendor says: a scope such as offline_access, or authorizeParams such as access_type: offline.',
          });
        return { grant: { ...defined({ scope: auth.scope }), ...grant }, tokenName, account };
      },
    },
    revoke: async () => await revoke(options, auth),
    revocationHelp,
  };
}

async function ask(options: HttpConnectionOptions, auth: OAuth2Config, how: TokenGrant) {
  return await converse(options, auth.tokenUrl, async (http) => await requestToken(tokenEndpointOf(auth, http), how));
}

/** RFC 7009. A token that is not valid any more is answered like one that was. */
async function revoke(options: HttpConnectionOptions, auth: OAuth2Config): Promise<'revoked' | 'gone' | 'kept'> {
  const { config, credentials } = options;
  if (auth.revokeUrl === undefined) return 'kept';
  const { pathname, search } = new URL(auth.revokeUrl);
  const stored = readStored(await credentials.load(tokenNameOf(config, auth)), auth.refreshToken);
  const token = stored?.refreshToken ?? auth.refreshToken;
  if (token === undefined) return 'gone';
  await converse(options, auth.revokeUrl, (http) =>
    http.request({
      method: 'POST',
      path: pathname + search,
      ...withClient(auth, { token, token_type_hint: 'refresh_token' }),
      idempotent: true,
      signal: new AbortController().signal,
    }),
  );
  return 'revoked';
}

/** One conversation with an endpoint, and nothing left open. */
async function converse<T>(
  { clock, log, replyMs }: HttpConnectionOptions,
  url: string,
  work: (http: HttpClient) => Promise<T>,
): Promise<T> {
  const { origin, host } = new URL(url);
  const http = createHttpClient({
    name: host,
    origin,
    clock,
    log,
    rateLimiter: createRateLimiter({ limits: { concurrent: 1 }, clock }),
    retry: noRetry,
    ...defined({ replyMs }),
  });
  try {
    return await work(http);
  } finally {
    await http.close();
  }
}

function hostOf({ config }: HttpConnectionOptions): string {
  return new URL(config.baseUrl).host;
}

function accountOf({ config }: HttpConnectionOptions): string {
  return config.account ?? new URL(config.baseUrl).host;
}
