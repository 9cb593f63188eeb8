import { defined } from '../../core/defined.ts';
import type { TwinRequest, TwinResponse } from '../../sandbox/server/twin.ts';

/** How the API authenticates its callers. */
export type TwinAuth =
  | { readonly type: 'none' }
  | { readonly type: 'bearer'; readonly token: string }
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | { readonly type: 'header' | 'query'; readonly name: string; readonly value: string }
  /**
   * OAuth 2: with `refreshToken` the refresh grant, whose token is a new one each time and the old one dead at once;
   * without it client_credentials.
   */
  | {
      readonly type: 'oauth2';
      readonly tokenPath: string;
      readonly clientId: string;
      readonly clientSecret: string;
      readonly refreshToken?: string;
      readonly lifetimeSeconds?: number;
    };

const defaultLifetimeSeconds = 3600;

export function createTwinAuth(auth: TwinAuth, now: () => number) {
  const tokens = new Map<string, number>();
  let refreshToken = auth.type === 'oauth2' ? auth.refreshToken : undefined;
  let given = 0;

  function isKnown({ headers, query }: TwinRequest): boolean {
    switch (auth.type) {
      case 'none':
        return true;
      case 'bearer':
        return headers.authorization === `Bearer ${auth.token}`;
      case 'basic':
        return headers.authorization === basic(auth.username, auth.password);
      case 'header':
        return headers[auth.name.toLowerCase()] === auth.value;
      case 'query':
        return query.get(auth.name) === auth.value;
      case 'oauth2':
        return (tokens.get(/^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '') ?? 0) > now();
      default:
        return auth satisfies never;
    }
  }

  function token(request: TwinRequest, client: Extract<TwinAuth, { type: 'oauth2' }>): TwinResponse {
    const form = new URLSearchParams(request.body);
    const isClient =
      isBasicClient(request.headers.authorization ?? '', client) ||
      (form.get('client_id') === client.clientId && form.get('client_secret') === client.clientSecret);
    if (!isClient) return { status: 401, body: { error: 'invalid_client' } };
    const wanted = refreshToken === undefined ? 'client_credentials' : 'refresh_token';
    if (form.get('grant_type') !== wanted) return { status: 400, body: { error: 'unsupported_grant_type' } };
    if (refreshToken !== undefined && form.get('refresh_token') !== refreshToken)
      return { status: 400, body: { error: 'invalid_grant' } };
    given += 1;
    const lifetime = client.lifetimeSeconds ?? defaultLifetimeSeconds;
    const access = `twin-access-token-${given}`;
    tokens.set(access, now() + lifetime * 1000);
    if (refreshToken !== undefined) refreshToken = `twin-refresh-token-${given}`;
    return {
      status: 200,
      body: {
        token_type: 'Bearer',
        access_token: access,
        expires_in: lifetime,
        ...defined({ refresh_token: refreshToken }),
      },
    };
  }

  return {
    /** The reply where the request is for a token or from a stranger; undefined lets it pass. */
    refusal(request: TwinRequest): TwinResponse | undefined {
      if (auth.type === 'oauth2' && request.path === auth.tokenPath) return token(request, auth);
      return isKnown(request) ? undefined : { status: 401, body: { error: 'unauthorized' } };
    },
    expireTokens: (): void => tokens.clear(),
    tokensGiven: (): number => given,
  };
}

/** Both halves come form-encoded (RFC 6749, section 2.3.1). A raw `+` is a space to a server that decodes them. */
function isBasicClient(
  header: string,
  { clientId, clientSecret }: { readonly clientId: string; readonly clientSecret: string },
): boolean {
  const halves = Buffer.from(/^Basic (.+)$/.exec(header)?.[1] ?? '', 'base64')
    .toString()
    .split(/:(.*)/s, 2);
  const [id, secret] = halves.map((half) => new URLSearchParams(`half=${half.replaceAll('&', '%26')}`).get('half'));
  return id === clientId && secret === clientSecret;
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
