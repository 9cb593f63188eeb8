import { z } from 'zod';
import type { createConsentPage } from '../../server/consent.ts';
import type { TwinRequest, TwinResponse } from '../../server/twin.ts';
import { parsedJson } from '../api/requests.ts';
import { zendeskCredentials } from './credentials.ts';
import type { Tokens } from './tokens.ts';

type Form = Readonly<Record<string, unknown>>;

/** `POST /oauth/tokens`: client credentials, a code, or a refresh token, which rotates. */
export function createTokenEndpoint({
  tokens,
  page,
  ttlSeconds,
  isDisconnected,
}: {
  readonly tokens: Tokens;
  readonly page: ReturnType<typeof createConsentPage>;
  readonly ttlSeconds: number;
  readonly isDisconnected: () => boolean;
}) {
  let codesExchanged = 0;

  function refuse(form: Form): TwinResponse | undefined {
    const { grant_type: grantType, client_id: id, client_secret: secret } = form;
    const isClient = id === zendeskCredentials.clientId && secret === zendeskCredentials.clientSecret;
    if (!isClient || (isDisconnected() && grantType !== 'refresh_token'))
      return { status: 401, body: { error: 'invalid_client', error_description: 'Client authentication failed' } };
    switch (grantType) {
      case 'refresh_token':
        return tokens.canRefresh(form.refresh_token) ? undefined : invalidGrant('The refresh token is invalid');
      case 'authorization_code':
        return page.redeem(codeOf(form)) === 'good' ? undefined : invalidGrant('The code is invalid or expired');
      case 'client_credentials':
        return undefined;
      default:
        return { status: 400, body: { error: 'unsupported_grant_type' } };
    }
  }

  return {
    handle(request: TwinRequest): TwinResponse {
      const form = formOf(request);
      if (!form) return { status: 400, body: { error: 'invalid_request' } };
      const refusal = refuse(form);
      if (refusal) return refusal;
      const isCode = form.grant_type === 'authorization_code';
      const grant = isCode ? 'code' : form.grant_type === 'refresh_token' ? 'refresh' : 'client';
      if (isCode) codesExchanged += 1;
      const { accessToken, refreshToken } = tokens.issue(grant);
      const body = { access_token: accessToken, token_type: 'bearer', scope: 'read write', expires_in: ttlSeconds };
      const more = { refresh_token: refreshToken, refresh_token_expires_in: 2_592_000 };
      return { status: 201, body: grant === 'client' ? body : { ...body, ...more } };
    },
    codesExchanged: (): number => codesExchanged,
  };
}

const formShape = z.record(z.string(), z.unknown());

/** As JSON or as a form: Zendesk takes both. */
function formOf({ body, headers }: TwinRequest): Form | undefined {
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true)
    return Object.fromEntries(new URLSearchParams(body));
  return formShape.safeParse(parsedJson(body)).data;
}

function codeOf({ code, redirect_uri: redirectUri, code_verifier: verifier }: Form) {
  return {
    code: String(code),
    redirectUri: String(redirectUri),
    verifier: typeof verifier === 'string' ? verifier : undefined,
  };
}

function invalidGrant(description: string): TwinResponse {
  return { status: 400, body: { error: 'invalid_grant', error_description: description } };
}
