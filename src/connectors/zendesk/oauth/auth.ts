import { bearerOf } from '../../../core/auth/bearer.ts';
import { createTokenManager } from '../../../core/auth/token-manager.ts';
import { grantFor, requestToken } from '../../../core/auth/token-request.ts';
import type { Clock } from '../../../core/clock.ts';
import type { CredentialStore } from '../../../core/domain/credential-store.ts';
import type { OnFailpoint } from '../../../core/failpoints.ts';
import type { HttpClient } from '../../../core/http/types.ts';
import type { AccountConfig, Block } from '../config.ts';
import { tokenEndpointOf, tokenNameOf } from './token-endpoint.ts';

export interface ZendeskAuth {
  authorize(signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /** After a 401 for these headers: true when there is a new token to try. */
  refresh(refused: Readonly<Record<string, string>>, signal: AbortSignal): Promise<boolean>;
}

/** Proves who we are. OAuth tokens are kept fresh; the others are what they are. */
export function createZendeskAuth({
  block,
  config,
  http,
  credentials,
  clock,
  onSecret,
  onFailpoint,
}: {
  readonly block: Block;
  readonly config: Pick<AccountConfig, 'subdomain' | 'baseUrl' | 'auth'>;
  /** Without authorization of its own. */
  readonly http: HttpClient;
  readonly credentials: CredentialStore;
  readonly clock: Clock;
  readonly onSecret: (secret: string) => void;
  readonly onFailpoint?: OnFailpoint | undefined;
}): ZendeskAuth {
  const { auth } = config;
  if (auth.type === 'bearer') return fixed(`Bearer ${auth.token}`);
  if (auth.type === 'api_token')
    return fixed(`Basic ${Buffer.from(`${auth.email}/token:${auth.token}`).toString('base64')}`);

  const endpoint = tokenEndpointOf({ block, http, auth });
  const manager = createTokenManager({
    name: tokenNameOf(config, auth),
    title: 'Zendesk',
    configured: auth.refreshToken,
    credentials,
    clock,
    onSecret,
    onFailpoint,
    grant: (refreshToken) => requestToken(endpoint, grantFor(refreshToken)),
    reconnect: { hint: 'Connect the account again.', remedy: { kind: 'connect', system: block } },
  });

  return bearerOf(manager);
}

function fixed(authorization: string): ZendeskAuth {
  return { authorize: async () => ({ authorization }), refresh: async () => false };
}
