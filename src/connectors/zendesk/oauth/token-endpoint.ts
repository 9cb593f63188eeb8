import type { TokenEndpoint } from '../../../core/auth/token-request.ts';
import type { ConnectorOptions } from '../../../core/connector-options.ts';
import { defined } from '../../../core/defined.ts';
import { ContractError } from '../../../core/domain/errors.ts';
import { createHttpClient } from '../../../core/http/client.ts';
import { createRateLimiter } from '../../../core/http/rate-limiter.ts';
import type { TimingsRecorder } from '../../../core/http/request-metrics.ts';
import type { HttpClient } from '../../../core/http/types.ts';
import { noRetry } from '../../../core/http/with-retry.ts';
import { classifyZendesk } from '../api/http.ts';
import { type AccountConfig, type Block, zendeskOrigin } from '../config.ts';

export type OAuthConfig = Extract<AccountConfig['auth'], { readonly type: 'oauth' }>;

/** The identities API refuses narrower scopes (reference: scope trap). */
export const zendeskScope = 'read write';

/** A token whose lifetime Zendesk does not give lives 30 minutes (reference: default TTLs). */
const defaultLifetimeSeconds = 1_800;

/** Of the stored token: one for each account and OAuth client. */
export function tokenNameOf(
  config: Pick<AccountConfig, 'subdomain' | 'baseUrl'>,
  { clientId }: Pick<OAuthConfig, 'clientId'>,
): string {
  return `zendesk ${zendeskOrigin(config)} ${clientId}`;
}

/** Not through the account's throttle: the request that waits for a token holds a place in it. Nothing is sent twice. */
export function createTokenClient(
  block: Block,
  {
    config,
    clock,
    log,
    replyMs,
    timings,
  }: Pick<ConnectorOptions<Pick<AccountConfig, 'subdomain' | 'baseUrl'>>, 'config' | 'clock' | 'log' | 'replyMs'> & {
    /** Where the times of its requests are kept, if they are reported together with others. */
    readonly timings?: TimingsRecorder;
  },
): ReturnType<typeof createHttpClient> {
  const origin = zendeskOrigin(config);
  return createHttpClient({
    name: 'Zendesk',
    origin,
    clock,
    log,
    classify: classifyZendesk({ clock, origin, block }),
    rateLimiter: createRateLimiter({ limits: { concurrent: 1 }, clock }),
    retry: noRetry,
    ...defined({ timings, replyMs }),
  });
}

/** Where an account gives tokens. `http` is without authorization of its own. */
export function tokenEndpointOf({
  block,
  http,
  auth,
}: {
  readonly block: Block;
  readonly http: HttpClient;
  readonly auth: OAuthConfig;
}): TokenEndpoint {
  return {
    path: '/oauth/tokens',
    http,
    clientId: auth.clientId,
    clientSecret: auth.clientSecret,
    scope: zendeskScope,
    credentialsIn: 'json',
    defaultLifetimeSeconds,
    refreshExpiresIn: 'refresh_token_expires_in',
    replyError: (message) => new ContractError(message, { code: 'zendesk-shape' }),
    words: {
      title: 'Zendesk',
      reconnect: {
        hint: 'It is spent, expired or revoked. Connect the account again.',
        remedy: { kind: 'connect', system: block },
      },
      clientHint: `Check ${block}.auth.clientId and clientSecret, and that the client is confidential and allows this grant.`,
    },
  };
}
