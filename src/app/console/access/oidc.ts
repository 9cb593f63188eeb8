import type { Configuration } from 'openid-client';
import { ConfigError, TransientError } from '../../../core/domain/errors.ts';
import type { ConsoleConfig, OidcConfig } from '../config.ts';
import { Refusal } from '../refusal.ts';
import { roleOf } from './proxy.ts';
import { derived } from './secrets.ts';
import type { Person } from './sessions.ts';

/** Sign-in at an identity provider: authorization code with PKCE. */
export interface Oidc {
  /** Where the browser goes. `secret`: what its cookie holds meanwhile; everything else is made from it. */
  start(secret: string): Promise<string>;
  /** Throws Refusal where it did not come to an end, or nobody may come in. */
  end(secret: string, callback: URLSearchParams): Promise<Person>;
}

export const callbackPath = '/api/v1/session/oidc/callback';

export function createOidc({ auth, publicUrl }: ConsoleConfig): Oidc | undefined {
  const { oidc } = auth;
  if (!oidc) return undefined;
  if (publicUrl === undefined)
    throw new ConfigError('console.auth.oidc needs console.publicUrl.', {
      code: 'config-invalid',
      hint: `Register ${callbackPath} below it as the redirect URI of the client.`,
    });
  const redirectUri = `${publicUrl}${callbackPath}`;
  let found: Promise<Configuration> | undefined;
  /** Asked for once; a provider that is down is asked again. */
  const discovered = async (): Promise<Configuration> => {
    found ??= discover(oidc).catch((error: unknown) => {
      found = undefined;
      throw new TransientError('The identity provider does not answer.', { code: 'oidc-unavailable', cause: error });
    });
    return await found;
  };
  return {
    async start(secret) {
      const client = await import('openid-client');
      const url = client.buildAuthorizationUrl(await discovered(), {
        redirect_uri: redirectUri,
        scope: oidc.scope,
        code_challenge: await client.calculatePKCECodeChallenge(derived(secret, 'verifier')),
        code_challenge_method: 'S256',
        state: derived(secret, 'state'),
        nonce: derived(secret, 'nonce'),
      });
      return url.href;
    },
    async end(secret, callback) {
      const client = await import('openid-client');
      const url = new URL(`${redirectUri}?${callback}`);
      const tokens = await client
        .authorizationCodeGrant(await discovered(), url, {
          pkceCodeVerifier: derived(secret, 'verifier'),
          expectedState: derived(secret, 'state'),
          expectedNonce: derived(secret, 'nonce'),
          idTokenExpected: true,
        })
        .catch((error: unknown) => {
          if (error instanceof TransientError) throw error;
          throw new Refusal(
            401,
            'oidc',
            'The sign-in at the identity provider did not come to its end.',
            'Begin again.',
          );
        });
      const claims = tokens.claims();
      const name = [claims?.preferred_username, claims?.email, claims?.name, claims?.sub].find(isText) ?? '';
      const groups = claims?.[oidc.groupsClaim];
      const role = roleOf(Array.isArray(groups) ? groups.filter(isText) : [groups].filter(isText), oidc);
      if (role) return { name, role, by: 'oidc' };
      throw new Refusal(
        403,
        'no-role',
        'You are signed in, and none of your groups may use the console.',
        'console.auth.oidc.viewers and operators name the groups that may.',
      );
    },
  };
}

async function discover({ issuer, clientId, clientSecret }: OidcConfig): Promise<Configuration> {
  const client = await import('openid-client');
  const url = new URL(issuer);
  // Plain http is for a provider on this machine only: the schema takes no other.
  const execute = url.protocol === 'http:' ? { execute: [client.allowInsecureRequests] } : undefined;
  const way = clientSecret === undefined ? client.None() : undefined;
  return await client.discovery(url, clientId, clientSecret, way, execute);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
