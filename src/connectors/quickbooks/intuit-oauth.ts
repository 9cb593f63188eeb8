import { createRequire } from 'node:module';
import { oauthErrorOf } from '../../core/auth/oauth-error.ts';
import type { Grant } from '../../core/auth/stored-token.ts';
import { type GrantFormat, oauthRefusal, parseGrant } from '../../core/auth/token-reply.ts';
import type { Clock } from '../../core/clock.ts';
import { defined } from '../../core/defined.ts';
import { AuthError, ContractError, TransientError } from '../../core/domain/errors.ts';
import { createTimings, type TimingsRecorder, timed } from '../../core/http/request-metrics.ts';
import { parseRetryAfter } from '../../core/http/retry-after.ts';
import type { HttpResponse } from '../../core/http/types.ts';
import { type QuickBooksConfig, quickbooksRevokeUrl, quickbooksTokenUrl } from './config.ts';
import { exchange } from './transport.ts';

/** The part of intuit-oauth that is used: it forms the requests. Its own types export no constructor (`export =`). */
interface IntuitOAuth {
  new (options: {
    environment: string;
    clientId: string;
    clientSecret: string;
    redirectUri: string;
    logging: boolean;
    includeRefreshTokenHardExpiresIn: boolean;
  }): {
    refreshUsingToken(token: string): Promise<unknown>;
    createToken(callback: string): Promise<unknown>;
    revoke(token: { refresh_token: string }): Promise<unknown>;
  };
  tokenEndpoint: string;
  revokeEndpoint: string;
  retryConfig: { maxRetries: number };
}

const grantFormat: GrantFormat = {
  refreshExpiresIn: 'x_refresh_token_expires_in',
  refreshEndsIn: 'x_refresh_token_hard_expires_in',
};
const words = {
  title: 'QuickBooks',
  client: 'the app',
  reconnect: { hint: 'Connect the company again.', remedy: { kind: 'connect', system: 'quickbooks' } },
  clientHint:
    'Check source.clientId and source.clientSecret, that they are the keys of this environment, and the redirect URI of the app.',
} as const;

interface Ports {
  readonly clock: Clock;
  readonly timings?: TimingsRecorder;
  readonly replyMs?: number | undefined;
}

/** Intuit's token endpoints, each asked once. Throws AuthError for what is refused, TransientError where there was no answer. */
export function createIntuitOAuth(config: QuickBooksConfig, { clock, timings = createTimings(), replyMs }: Ports) {
  type Client = InstanceType<IntuitOAuth>;

  async function ask(
    endpoint: string,
    redirectUri: string,
    send: (client: Client) => Promise<unknown>,
  ): Promise<HttpResponse> {
    // A CommonJS class whose declaration has no construct signature under nodenext.
    const OAuthClient = createRequire(import.meta.url)('intuit-oauth') as IntuitOAuth;
    const { clientId, clientSecret, environment } = config;
    // Statics of the package, so of the process: set at each use. Its retries would repeat a rotation, or a code.
    OAuthClient.retryConfig.maxRetries = 0;
    OAuthClient.tokenEndpoint = quickbooksTokenUrl(config);
    OAuthClient.revokeEndpoint = quickbooksRevokeUrl(config);
    const keys = { environment, clientId, clientSecret, redirectUri };
    const client = new OAuthClient({ ...keys, logging: false, includeRefreshTokenHardExpiresIn: true });
    // Never cut short by us: a rotation whose reply is not awaited loses the connection. The transport's own time-out bounds it.
    const signal = new AbortController().signal;
    const { pathname: path, origin } = new URL(endpoint);
    return await timed({ timings, clock, method: 'POST', path, signal }, () =>
      exchange({ path, origin, signal, replyMs }, () => send(client)),
    );
  }

  return {
    async refresh(refreshToken: string): Promise<Grant> {
      const reply = await ask(quickbooksTokenUrl(config), '', (client) => client.refreshUsingToken(refreshToken));
      return grantOf(reply, clock.now(), 'the refresh token');
    },
    async exchangeCode(code: string, redirectUri: string): Promise<Grant> {
      const callback = `?${new URLSearchParams({ code })}`;
      const reply = await ask(quickbooksTokenUrl(config), redirectUri, (client) => client.createToken(callback));
      const grant = grantOf(reply, clock.now(), 'the code');
      if (grant.refreshToken !== undefined) return grant;
      throw new ContractError('QuickBooks gave no refresh token for the code: nothing was connected.', {
        code: 'quickbooks-token-reply',
        hint: 'Run the command again. If it happens again, look at the scopes of the app at Intuit.',
      });
    },
    async revoke(refreshToken: string): Promise<'revoked' | 'gone'> {
      const reply = await ask(quickbooksRevokeUrl(config), '', (client) =>
        client.revoke({ refresh_token: refreshToken }),
      );
      if (reply.status < 300) return 'revoked';
      const error = errorOf(reply, clock.now(), 'the refresh token');
      if (error instanceof AuthError && error.code === 'invalid-grant') return 'gone';
      throw error;
    },
  };
}

function grantOf(response: HttpResponse, nowMs: number, grant: string): Grant {
  const granted = parseGrant(response.body, grantFormat);
  if (response.status >= 300 || !granted) throw errorOf(response, nowMs, grant);
  return granted;
}

function errorOf({ status, headers, body }: HttpResponse, nowMs: number, grant: string): Error {
  const error = oauthErrorOf(body);
  const isRefused = status < 429 && (error !== undefined || status === 401);
  if (isRefused || error === 'invalid_grant') return oauthRefusal(error ?? 'invalid_client', { ...words, grant });
  if (status === 429 || status >= 500) {
    const retryAfterMs = parseRetryAfter(headers, nowMs);
    // 429 here is the spent monthly budget as well (reference: metering): never a dead grant.
    return new TransientError(`QuickBooks token endpoint: HTTP ${status}.`, {
      code: 'unavailable',
      status,
      effect: 'not-sent',
      throttled: status === 429,
      ...defined({ retryAfterMs }),
    });
  }
  return new ContractError(`QuickBooks token endpoint: HTTP ${status} with a response that is not a token.`, {
    code: 'quickbooks-token-reply',
    status,
  });
}
