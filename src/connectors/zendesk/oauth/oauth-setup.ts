import type {
  ConnectedAccount,
  Connection,
  ConnectionOptions,
  OAuthConnection,
  StaticCredentials,
} from '../../../core/auth/connection.ts';
import { exchangeOnce } from '../../../core/auth/exchange-code.ts';
import { type Grant, readStored, type StoredToken, storedOf } from '../../../core/auth/stored-token.ts';
import { grantFor, requestToken } from '../../../core/auth/token-request.ts';
import { AuthError } from '../../../core/domain/errors.ts';
import { type AccountConfig, type Block, zendeskOrigin } from '../config.ts';
import { createTokenClient, type OAuthConfig, tokenEndpointOf, tokenNameOf, zendeskScope } from './token-endpoint.ts';
import { revokeToken, tokenOwnerRole } from './token-info.ts';

/** Every API token ends then (reference: section 6.1). */
const apiTokensEnd = Date.UTC(2027, 3, 30);

/** How a person gives Rolodesk an account. */
export function zendeskConnection(block: Block, options: ConnectionOptions<AccountConfig>): Connection {
  const { auth } = options.config;
  return auth.type === 'oauth' ? oauthConnection(block, options, auth) : fixedConnection(block, options.config);
}

function fixedConnection(block: Block, config: AccountConfig): StaticCredentials {
  const common = { kind: 'fixed', title: 'Zendesk', account: accountOf(config) } as const;
  const move = [
    'In the Admin Center, under Apps and integrations, APIs, OAuth clients: add a client of the kind confidential.',
    `In the configuration, put in the place of ${block}.auth:`,
    '    auth:',
    '      type: oauth',
    `      clientId: \${ZENDESK_CLIENT_ID} # the client's identifier`,
    `      clientSecret: \${ZENDESK_CLIENT_SECRET}`,
    'Nothing that was synced changes: links belong to the account, and not to the token.',
  ];
  if (config.auth.type === 'bearer')
    return {
      ...common,
      how: 'bearer token',
      advice: ['A bearer token is not renewed when it expires. An OAuth client is:', ...move],
      revocationHelp: 'Revoke it in the Admin Center, under Apps and integrations, APIs, OAuth clients.',
    };
  return {
    ...common,
    how: 'API token',
    endsAt: apiTokensEnd,
    advice: [
      'Zendesk ends API tokens. Since 2026-07-28 one that is not used for 30 days stops working; since 2026-10-27 nobody can make new ones; on 2027-04-30 all of them stop, for good. To move to OAuth:',
      ...move,
    ],
    revocationHelp: 'Delete it in the Admin Center, under Apps and integrations, APIs, API tokens.',
  };
}

function oauthConnection(block: Block, options: ConnectionOptions<AccountConfig>, auth: OAuthConfig): OAuthConnection {
  const { config } = options;
  const origin = zendeskOrigin(config);
  const tokenName = tokenNameOf(config, auth);

  const converse = conversationWith(block, options);

  async function connected(grant: Grant): Promise<ConnectedAccount> {
    return await converse(async (http) => {
      const role = await tokenOwnerRole(http, grant.accessToken);
      if (role === 'admin' || role === 'agent')
        return { grant: { scope: zendeskScope, ...grant }, tokenName, account: `${accountOf(config)}, as ${role}` };
      await revokeToken(http, grant.accessToken);
      throw new AuthError('The Zendesk user who signed in is neither an agent nor an admin. The token was revoked.', {
        code: 'zendesk-anonymous',
        hint: 'A browser that is signed in as somebody else needs a private window. Sign in as an admin.',
        remedy: { kind: 'connect', system: block },
      });
    });
  }

  return {
    kind: 'oauth',
    title: 'Zendesk',
    account: accountOf(config),
    tokenName,
    configured: auth.refreshToken,
    scopes: zendeskScope.split(' '),
    signIn: {
      authorizeUrl: `${origin}/oauth/authorizations/new`,
      clientId: auth.clientId,
      scope: zendeskScope,
      pkce: true,
      register: 'in the Admin Center: Apps and integrations, APIs, OAuth clients, your client, Redirect URLs',
      validateRedirectUri: () => undefined,
      async exchange({ code, redirectUri, verifier }) {
        const how = {
          grant_type: 'authorization_code',
          code,
          redirect_uri: redirectUri,
          code_verifier: verifier,
        } as const;
        const ask = () => converse((http) => requestToken(tokenEndpointOf({ block, http, auth }), how));
        return await connected(await exchangeOnce('Zendesk', ask));
      },
    },
    async clientCredentials() {
      const how = grantFor(undefined);
      return await connected(await converse((http) => requestToken(tokenEndpointOf({ block, http, auth }), how)));
    },
    revoke: () => revokeConnection({ block, options, auth, tokenName, converse }),
    revocationHelp:
      'In the Admin Center: Apps and integrations, APIs, OAuth clients: delete the client, or make it a new secret.',
  };
}

type Converse = <T>(work: (http: ReturnType<typeof createTokenClient>) => Promise<T>) => Promise<T>;

/** One conversation with the token endpoint, and nothing left open. */
function conversationWith(block: Block, options: ConnectionOptions<AccountConfig>): Converse {
  return async (work) => {
    const http = createTokenClient(block, options);
    try {
      return await work(http);
    } finally {
      await http.close();
    }
  };
}

interface StoredConnection {
  readonly block: Block;
  readonly options: ConnectionOptions<AccountConfig>;
  readonly auth: OAuthConfig;
  readonly tokenName: string;
  readonly converse: Converse;
}

/** Revoking is done in the name of an access token: a new one is made where the one that is kept has ended. */
async function revokeConnection(connection: StoredConnection): Promise<'revoked' | 'gone'> {
  const { options, auth, tokenName, converse } = connection;
  const { credentials, clock } = options;
  const revokeBy = async (accessToken: string) => await converse((http) => revokeToken(http, accessToken));
  const stored = readStored(await credentials.load(tokenName), auth.refreshToken);
  const isGood = stored !== undefined && stored.expiresAt > clock.now();
  if (isGood && (await revokeBy(stored.accessToken)) === 'revoked') return 'revoked';
  const grant = await renewed(connection, stored);
  return grant === undefined ? 'gone' : await revokeBy(grant.accessToken);
}

async function renewed(
  { block, options, auth, tokenName, converse }: StoredConnection,
  stored: StoredToken | undefined,
): Promise<Grant | undefined> {
  const { credentials, clock } = options;
  const refreshToken = stored?.refreshToken ?? auth.refreshToken;
  if (refreshToken === undefined) return undefined;
  try {
    const how = grantFor(refreshToken);
    const grant = await converse((http) => requestToken(tokenEndpointOf({ block, http, auth }), how));
    // Kept, so that revoking can be tried again: the token that it was renewed with is spent.
    const kept = { used: refreshToken, configured: auth.refreshToken, before: stored, now: clock.now() };
    await credentials.save(tokenName, storedOf(grant, kept));
    return grant;
  } catch (error) {
    if (error instanceof AuthError && error.code === 'invalid-grant') return undefined;
    throw error;
  }
}

function accountOf(config: Pick<AccountConfig, 'subdomain' | 'baseUrl'>): string {
  return new URL(zendeskOrigin(config)).host;
}
