import type { ConnectedAccount, ConnectionOptions, OAuthConnection, SignIn } from '../../core/auth/connection.ts';
import { exchangeOnce } from '../../core/auth/exchange-code.ts';
import { readStored } from '../../core/auth/stored-token.ts';
import { AuthError, ConfigError, ContractError } from '../../core/domain/errors.ts';
import { type QuickBooksConfig, quickbooksAuthorizeUrl, quickbooksCredential, unknownRealm } from './config.ts';
import { createIntuitOAuth } from './intuit-oauth.ts';

/** There is no scope that only reads (reference: section 7). */
const scope = 'com.intuit.quickbooks.accounting';
/** A connection ends then, however often it is used (Intuit, 2025-11-12); given by the token endpoint where it says so. */
const hardEndSeconds = 5 * 365 * 86_400;

const revocationHelp = 'In QuickBooks: Settings, Apps, My apps, Disconnect.';

/** How a person gives Rolodesk a company. */
export function quickbooksConnection(options: ConnectionOptions<QuickBooksConfig>): OAuthConnection {
  const { config, credentials } = options;
  const intuit = createIntuitOAuth(config, options);
  const tokenName = quickbooksCredential(config);
  return {
    kind: 'oauth',
    title: 'QuickBooks Online',
    account: companyOf(config.realmId),
    tokenName,
    configured: config.refreshToken,
    scopes: [scope],
    signIn: {
      authorizeUrl: quickbooksAuthorizeUrl(config),
      clientId: config.clientId,
      scope,
      pkce: false,
      register: `in the Intuit developer portal: your app, Settings, Redirect URIs, ${config.environment === 'production' ? 'Production' : 'Development'}`,
      validateRedirectUri: (redirectUri) => validateRedirectUri(config, redirectUri),
      exchange: async (callback, { adopt }) => {
        const realmId = realmOf(callback.params);
        const isOther = realmId !== config.realmId;
        // Before the code is spent: nothing has been given to us yet.
        if (isOther && config.realmId !== unknownRealm && !adopt) throw otherCompany(realmId, config.realmId);
        const grant = await exchangeOnce('QuickBooks', () => intuit.exchangeCode(callback.code, callback.redirectUri));
        return {
          grant: { refreshEndsInSeconds: hardEndSeconds, scope, ...grant },
          tokenName: quickbooksCredential({ ...config, realmId }),
          account: companyOf(realmId),
          ...(isOther && { learned: { key: 'realmId', value: realmId } }),
        } satisfies ConnectedAccount;
      },
    } satisfies SignIn,
    async revoke() {
      const stored = readStored(await credentials.load(tokenName), config.refreshToken);
      const refreshToken = stored?.refreshToken ?? config.refreshToken;
      return refreshToken === undefined ? 'gone' : await intuit.revoke(refreshToken);
    },
    revocationHelp,
  };
}

function companyOf(realmId: string): string {
  return realmId === unknownRealm ? 'no company yet' : `company ${realmId}`;
}

/** The company is given here and nowhere else: no token says whose it is. */
function realmOf(params: URLSearchParams): string {
  const [realmId = '', ...more] = params.getAll('realmId');
  if (/^\d+$/.test(realmId) && more.length === 0) return realmId;
  throw new ContractError('QuickBooks sent the browser back without a company id (realmId).', {
    code: 'connect-callback',
  });
}

function otherCompany(picked: string, configured: string): AuthError {
  return new AuthError(`Company ${picked} was picked, and source.realmId names ${configured}. Nothing was connected.`, {
    code: 'wrong-company',
    hint: `Pick ${configured}. If ${picked} is meant, adopt it: its customers are other ones, with links of their own.`,
    remedy: { kind: 'connect-and-adopt', system: 'quickbooks' },
  });
}

/** Intuit takes plain http for development keys only (reference: section 7). */
function validateRedirectUri({ environment, authorizeUrl }: QuickBooksConfig, redirectUri: string): void {
  if (environment !== 'production' || authorizeUrl !== undefined || redirectUri.startsWith('https:')) return;
  throw new ConfigError(`Intuit takes no http: address such as ${redirectUri} for production keys.`, {
    code: 'redirect-uri',
    hint: 'Nothing need answer at the address: the one that the browser ends at is pasted here. Register any https address of your own with the app, and give it.',
    remedy: { kind: 'connect-with-redirect', system: 'quickbooks' },
  });
}
