import { z } from 'zod';
import type { Grant } from '../../../core/auth/stored-token.ts';
import type { ConnectorOptions } from '../../../core/connector-options.ts';
import { AuthError, ContractError } from '../../../core/domain/errors.ts';
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

const tokenReply = z.looseObject({
  access_token: z.string(),
  expires_in: z.number().nullish(),
  refresh_token: z.string().nullish(),
  refresh_token_expires_in: z.number().nullish().catch(undefined),
  scope: z.string().nullish().catch(undefined),
});
const errorReply = z.looseObject({ error: z.string() });

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
    ...(timings && { timings }),
    ...(replyMs !== undefined && { replyMs }),
  });
}

/** Asks for tokens, once. `http` is without authorization of its own. Throws AuthError for what is refused. */
export async function askForToken(
  { block, http, auth }: { readonly block: Block; readonly http: HttpClient; readonly auth: OAuthConfig },
  how: { readonly grant_type: string; readonly [name: string]: string },
): Promise<Grant> {
  const { clientId, clientSecret } = auth;
  const response = await http.request({
    method: 'POST',
    path: '/oauth/tokens',
    body: { ...how, client_id: clientId, client_secret: clientSecret, scope: zendeskScope },
    // A repeated rotation would spend the token twice, and a code works once; client credentials may be asked for again.
    idempotent: how.grant_type === 'client_credentials',
    expect: [400, 401],
    // Never cut short by us: tokens whose reply is not awaited are lost.
    signal: new AbortController().signal,
  });
  const body = response.body.kind === 'json' ? response.body.value : undefined;
  if (response.status >= 400)
    throw refusal(block, how.grant_type, errorReply.safeParse(body).data?.error ?? `http-${response.status}`);
  const reply = tokenReply.safeParse(body).data;
  if (!reply)
    throw new ContractError('Zendesk POST /oauth/tokens: the reply holds no access token.', { code: 'zendesk-shape' });
  const { access_token: accessToken, expires_in: expiresIn, refresh_token: next, scope } = reply;
  const { refresh_token_expires_in: idle } = reply;
  return {
    accessToken,
    expiresInSeconds: expiresIn ?? defaultLifetimeSeconds,
    ...(next && { refreshToken: next }),
    ...(idle && { refreshExpiresInSeconds: idle }),
    ...(scope && { scope }),
  };
}

function refusal(block: Block, grantType: string, error: string): AuthError {
  if (error === 'invalid_grant' && grantType !== 'client_credentials') {
    const what = grantType === 'authorization_code' ? 'code' : 'refresh token';
    return new AuthError(`Zendesk refused the ${what} (invalid_grant).`, {
      code: 'invalid-grant',
      hint: `It is spent, expired or revoked. Connect the account again: rolodesk connect ${block}.`,
    });
  }
  return new AuthError(`Zendesk refused the OAuth client (${error}).`, {
    code: 'invalid-client',
    hint: `Check ${block}.auth.clientId and clientSecret, and that the client is confidential and allows this grant.`,
  });
}
