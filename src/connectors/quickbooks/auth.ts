import { createRequire } from 'node:module';
import { z } from 'zod';
import { createTokenKeeper, type Grant, type TokenKeeper } from '../../core/auth/token-keeper.ts';
import type { ConnectorOptions } from '../../core/connector.ts';
import { AuthError, ContractError, TransientError } from '../../core/errors.ts';
import { parseRetryAfter } from '../../core/http/retry-after.ts';
import { type TimingsRecorder, timed } from '../../core/http/timings.ts';
import type { HttpResponse } from '../../core/http/types.ts';
import { type QuickBooksConfig, quickbooksCredential, quickbooksTokenUrl } from './config.ts';
import { exchange } from './transport.ts';

/** The part of intuit-oauth that is used: it forms the token request. Its own types export no constructor (`export =`). */
interface IntuitOAuth {
  new (options: {
    environment: string;
    clientId: string;
    clientSecret: string;
    redirectUri: string;
    logging: boolean;
  }): {
    refreshUsingToken(token: string): Promise<unknown>;
  };
  tokenEndpoint: string;
  retryConfig: { maxRetries: number };
}

const tokenReply = z.looseObject({
  access_token: z.string(),
  expires_in: z.coerce.number(),
  refresh_token: z.string().optional(),
  x_refresh_token_expires_in: z.coerce.number().optional(),
});
const refusal = z.looseObject({ error: z.string() });
const reconnectHint = 'Connect the company again and put the new refresh token into source.refreshToken.';

/** Access tokens for one company. Refresh tokens rotate: each new one is on disk before its access token is used. */
export function createQuickBooksTokens(
  { config, credentials, clock, onSecret, replyMs, onStep }: ConnectorOptions<QuickBooksConfig>,
  timings: TimingsRecorder,
): TokenKeeper {
  return createTokenKeeper({
    name: quickbooksCredential(config),
    title: 'QuickBooks',
    configured: config.refreshToken,
    credentials,
    clock,
    onSecret,
    reconnectHint,
    onStep,
    grant: (refreshToken) => refresh(config, refreshToken ?? config.refreshToken, { clock, timings, replyMs }),
  });
}

async function refresh(
  config: QuickBooksConfig,
  refreshToken: string,
  {
    clock,
    timings,
    replyMs,
  }: Pick<ConnectorOptions<unknown>, 'clock'> & {
    readonly timings: TimingsRecorder;
    readonly replyMs: number | undefined;
  },
): Promise<Grant> {
  // A CommonJS class whose declaration has no construct signature under nodenext.
  const OAuthClient = createRequire(import.meta.url)('intuit-oauth') as IntuitOAuth;
  const { clientId, clientSecret, environment } = config;
  // Statics of the package, so of the process: set at each use. Its retries would repeat a rotation.
  OAuthClient.retryConfig.maxRetries = 0;
  OAuthClient.tokenEndpoint = quickbooksTokenUrl(config);
  const client = new OAuthClient({ environment, clientId, clientSecret, redirectUri: '', logging: false });
  const endpoint = new URL(OAuthClient.tokenEndpoint);
  // Never cut short by us: a rotation whose reply is not awaited loses the connection. The transport's own time-out bounds it.
  const signal = new AbortController().signal;
  const { pathname: path, origin } = endpoint;
  const response = await timed({ timings, clock, method: 'POST', path, signal }, () =>
    exchange({ path, origin, signal, replyMs }, () => client.refreshUsingToken(refreshToken)),
  );
  return grantOf(response, clock.now());
}

function grantOf(response: HttpResponse, nowMs: number): Grant {
  const { status, headers, body } = response;
  const value = body.kind === 'json' ? body.value : undefined;
  const reply = tokenReply.safeParse(value).data;
  if (status < 300 && reply) {
    return {
      accessToken: reply.access_token,
      expiresInSeconds: reply.expires_in,
      ...(reply.refresh_token && { refreshToken: reply.refresh_token }),
      ...(reply.x_refresh_token_expires_in && { refreshExpiresInSeconds: reply.x_refresh_token_expires_in }),
    };
  }
  const error = refusal.safeParse(value).data?.error;
  if (error === 'invalid_grant') {
    throw new AuthError('QuickBooks refused the refresh token (invalid_grant).', {
      code: 'invalid-grant',
      hint: reconnectHint,
    });
  }
  if (error === 'invalid_client' || status === 401) {
    throw new AuthError('QuickBooks refused the app (invalid_client).', {
      code: 'invalid-client',
      hint: 'Check source.clientId and source.clientSecret, and that they are the keys of this environment.',
    });
  }
  if (status === 429 || status >= 500) {
    const retryAfterMs = parseRetryAfter(headers, nowMs);
    // 429 here is the spent monthly budget as well (reference: metering): never a dead grant.
    throw new TransientError(`QuickBooks token endpoint: HTTP ${status}.`, {
      code: 'unavailable',
      status,
      effect: 'not-sent',
      throttled: status === 429,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  }
  throw new ContractError(`QuickBooks token endpoint: HTTP ${status} with a reply that is no token.`, {
    code: 'quickbooks-token-reply',
    status,
  });
}
