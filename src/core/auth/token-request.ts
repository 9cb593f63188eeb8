import { defined } from '../defined.ts';
import type { AuthError, ContractError } from '../domain/errors.ts';
import type { HttpClient } from '../http/types.ts';
import { oauthErrorOf } from './oauth-error.ts';
import type { Grant } from './stored-token.ts';
import { type GrantFormat, oauthRefusal, parseGrant, type RefusalWords } from './token-reply.ts';

export interface TokenEndpoint extends GrantFormat {
  /** Path with its query. `http` must be a client for its origin, without authorization of its own. */
  readonly path: string;
  readonly http: HttpClient;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string | undefined;
  /** What a vendor wants in addition, such as `audience`. */
  readonly params?: Readonly<Record<string, string>> | undefined;
  /** Where the client's own credentials go: RFC 6749 prefers `basic`. Some servers take a body of JSON. `none`: the grant proves it. */
  readonly credentialsIn: 'basic' | 'body' | 'json' | 'none';
  readonly words: Omit<RefusalWords, 'grant'>;
  /** For a reply that holds no token. */
  readonly replyError: (message: string) => ContractError;
}

/** What is asked for: `grant_type` and what belongs to it. */
export type TokenGrant =
  | { readonly grant_type: 'client_credentials' }
  | { readonly grant_type: 'refresh_token'; readonly refresh_token: string }
  | {
      readonly grant_type: 'authorization_code';
      readonly code: string;
      readonly redirect_uri: string;
      readonly code_verifier?: string;
    }
  /** RFC 7523: a statement that a key of ours has signed. */
  | { readonly grant_type: typeof jwtBearer; readonly assertion: string };

export const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** How a token manager asks: with the refresh token that there is, or by the client's own right. */
export function grantFor(refreshToken: string | undefined): TokenGrant {
  return refreshToken === undefined
    ? { grant_type: 'client_credentials' }
    : { grant_type: 'refresh_token', refresh_token: refreshToken };
}

/** Asks for tokens, once. Throws AuthError for what is refused. */
export async function requestToken(endpoint: TokenEndpoint, grant: TokenGrant): Promise<Grant> {
  const { path, http, words } = endpoint;
  const response = await http.request({
    method: 'POST',
    path,
    ...contentOf(endpoint, grant),
    // A repeated rotation would spend the token twice, and a code works once; client credentials may be asked for again.
    idempotent: grant.grant_type === 'client_credentials' || grant.grant_type === jwtBearer,
    expect: [400, 401],
    // Never cut short by us: tokens whose response is not awaited are lost.
    signal: new AbortController().signal,
  });
  const refusal = (error: string): AuthError => oauthRefusal(error, { ...words, grant: namesOf[grant.grant_type] });
  const error = oauthErrorOf(response.body);
  if (response.status >= 400) throw refusal(error ?? `http-${response.status}`);
  const granted = parseGrant(response.body, endpoint);
  if (granted) return granted;
  // Some endpoints refuse with status 200 (Zoho: `{"error":"invalid_code"}`).
  if (error !== undefined) throw refusal(error);
  throw endpoint.replyError(`${words.title}: the token endpoint's reply holds no access token.`);
}

const namesOf = {
  client_credentials: undefined,
  refresh_token: 'the refresh token',
  authorization_code: 'the code',
  [jwtBearer]: 'the signed assertion',
} as const satisfies Readonly<Record<TokenGrant['grant_type'], string | undefined>>;

function contentOf({ scope, params, ...client }: TokenEndpoint, grant: TokenGrant) {
  return withClient(client, { ...params, ...grant, ...defined({ scope }) });
}

/** What is asked for, with what proves who asks. */
export function withClient(
  { clientId, clientSecret, credentialsIn }: Pick<TokenEndpoint, 'clientId' | 'clientSecret' | 'credentialsIn'>,
  asked: Readonly<Record<string, string>>,
) {
  switch (credentialsIn) {
    case 'basic':
      return { form: asked, headers: { authorization: `Basic ${basicCredentials(clientId, clientSecret)}` } };
    case 'body':
      return { form: { ...asked, client_id: clientId, client_secret: clientSecret } };
    case 'json':
      return { body: { ...asked, client_id: clientId, client_secret: clientSecret } };
    case 'none':
      return { form: asked };
    default:
      return credentialsIn satisfies never;
  }
}

/** Each half is form-encoded before the colon joins them (RFC 6749, section 2.3.1), unlike other uses of Basic. */
function basicCredentials(clientId: string, clientSecret: string): string {
  return Buffer.from(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`).toString('base64');
}

function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}
