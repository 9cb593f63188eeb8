import { createTokenManager, type TokenManager } from '../../core/auth/token-manager.ts';
import type { ConnectorOptions } from '../../core/connector-options.ts';
import { AuthError } from '../../core/domain/errors.ts';
import type { TimingsRecorder } from '../../core/http/request-metrics.ts';
import { type QuickBooksConfig, quickbooksCredential } from './config.ts';
import { createIntuitOAuth } from './intuit-oauth.ts';

/** Access tokens for one company. Refresh tokens rotate: each new one is on disk before its access token is used. */
export function createQuickBooksTokens(
  { config, credentials, clock, onSecret, replyMs, onFailpoint }: ConnectorOptions<QuickBooksConfig>,
  timings: TimingsRecorder,
): TokenManager {
  const intuit = createIntuitOAuth(config, { clock, timings, replyMs });
  return createTokenManager({
    name: quickbooksCredential(config),
    title: 'QuickBooks',
    configured: config.refreshToken,
    credentials,
    clock,
    onSecret,
    reconnect: { hint: 'Connect the company again.', remedy: { kind: 'connect', system: 'quickbooks' } },
    onFailpoint,
    grant: async (refreshToken) => {
      if (refreshToken === undefined) throw notConnected();
      return await intuit.refresh(refreshToken);
    },
  });
}

function notConnected(): AuthError {
  return new AuthError(
    'QuickBooks is not connected: the state holds no token of this company, and the configuration neither.',
    {
      code: 'not-connected',
      hint: 'Connecting opens the browser, and keeps what a sync needs.',
      remedy: { kind: 'connect', system: 'quickbooks' },
    },
  );
}
