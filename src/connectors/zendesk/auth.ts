import { z } from 'zod';
import { bearerOf } from '../../core/auth/bearer.ts';
import { createTokenKeeper, type Grant } from '../../core/auth/token-keeper.ts';
import type { Clock } from '../../core/clock.ts';
import type { CredentialStore } from '../../core/contracts.ts';
import { AuthError, ContractError } from '../../core/errors.ts';
import type { HttpClient } from '../../core/http/types.ts';
import type { OnStep } from '../../core/steps.ts';
import { type AccountConfig, type Block, zendeskOrigin } from './config.ts';

export interface ZendeskAuth {
  authorize(signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /** After a 401 for these headers: true when there is a new token to try. */
  refresh(refused: Readonly<Record<string, string>>, signal: AbortSignal): Promise<boolean>;
}

const tokenReply = z.looseObject({
  access_token: z.string(),
  expires_in: z.number().nullish(),
  refresh_token: z.string().nullish(),
});
const errorReply = z.looseObject({ error: z.string() });

/** A token whose life Zendesk does not tell lives 30 minutes (reference: default TTLs). */
const defaultLifetimeSeconds = 1_800;

/** Proves who we are. OAuth tokens are kept fresh; the others are what they are. */
export function createZendeskAuth({
  block,
  config,
  http,
  credentials,
  clock,
  onSecret,
  onStep,
}: {
  readonly block: Block;
  readonly config: Pick<AccountConfig, 'subdomain' | 'baseUrl' | 'auth'>;
  /** Without authorization of its own. */
  readonly http: HttpClient;
  readonly credentials: CredentialStore;
  readonly clock: Clock;
  readonly onSecret: (secret: string) => void;
  readonly onStep?: OnStep | undefined;
}): ZendeskAuth {
  const { auth } = config;
  if (auth.type === 'bearer') return fixed(`Bearer ${auth.token}`);
  if (auth.type === 'api_token')
    return fixed(`Basic ${Buffer.from(`${auth.email}/token:${auth.token}`).toString('base64')}`);

  const { clientId, clientSecret } = auth;
  const keeper = createTokenKeeper({
    name: `zendesk ${zendeskOrigin(config)} ${clientId}`,
    title: 'Zendesk',
    configured: auth.refreshToken,
    credentials,
    clock,
    onSecret,
    onStep,
    grant,
    reconnectHint: `Make a new refresh token for the OAuth client and put it into ${block}.auth.refreshToken.`,
  });

  async function grant(refreshToken: string | undefined): Promise<Grant> {
    const how =
      refreshToken === undefined
        ? { grant_type: 'client_credentials' }
        : { grant_type: 'refresh_token', refresh_token: refreshToken };
    const response = await http.request({
      method: 'POST',
      path: '/oauth/tokens',
      // The identities API refuses narrower scopes (reference: scope trap).
      body: { ...how, client_id: clientId, client_secret: clientSecret, scope: 'read write' },
      // A repeated rotation would spend the token twice; client credentials may be asked for again.
      replay: refreshToken === undefined ? 'safe' : 'unsafe',
      expect: [400, 401],
      signal: new AbortController().signal,
    });
    const body = response.body.kind === 'json' ? response.body.value : undefined;
    if (response.status >= 400)
      throw refusal(block, errorReply.safeParse(body).data?.error ?? `http-${response.status}`);
    const reply = tokenReply.safeParse(body).data;
    if (!reply)
      throw new ContractError('Zendesk POST /oauth/tokens: the reply holds no access token.', {
        code: 'zendesk-shape',
      });
    const { access_token: accessToken, expires_in: expiresIn, refresh_token: next } = reply;
    return { accessToken, expiresInSeconds: expiresIn ?? defaultLifetimeSeconds, ...(next && { refreshToken: next }) };
  }

  return bearerOf(keeper);
}

function fixed(authorization: string): ZendeskAuth {
  return { authorize: async () => ({ authorization }), refresh: async () => false };
}

function refusal(block: Block, error: string): AuthError {
  if (error === 'invalid_grant') {
    return new AuthError('Zendesk refused the refresh token (invalid_grant).', {
      code: 'invalid-grant',
      hint: `It is spent, expired or revoked. Make a new one and put it into ${block}.auth.refreshToken.`,
    });
  }
  return new AuthError(`Zendesk refused the OAuth client (${error}).`, {
    code: 'invalid-client',
    hint: `Check ${block}.auth.clientId and clientSecret, and that the client is confidential and allows this grant.`,
  });
}
