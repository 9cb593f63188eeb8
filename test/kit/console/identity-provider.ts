import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What somebody who signs in is. */
export type Claims = Readonly<Record<string, unknown>>;

/** A small OpenID provider on loopback: it holds the code to the verifier, and signs what it says. */
export async function startIdentityProvider(clientId: string) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  let visitor: Claims | undefined;
  const granted = new Map<string, { readonly challenge: string; readonly nonce: string; readonly claims: Claims }>();
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const address = `${issuer}${request.url}`;
    if (address.startsWith(`${issuer}/authorize`) && visitor) {
      const { searchParams } = new URL(address);
      const back = new URL(accept(address, visitor), searchParams.get('redirect_uri') ?? '');
      return response.writeHead(302, { location: back.href, connection: 'close' }).end();
    }
    const answer = reply(request.url ?? '', new URLSearchParams(Buffer.concat(parts).toString()));
    response.writeHead(answer ? 200 : 400, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify(answer ?? { error: 'invalid_grant' }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => new Promise<void>((done) => server.close(() => done())));
  // A server that listens at a port has an address of this kind.
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function reply(path: string, form: URLSearchParams): object | undefined {
    if (path === '/.well-known/openid-configuration')
      return {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        code_challenge_methods_supported: ['S256'],
      };
    if (path === '/keys')
      return { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: '1', alg: 'RS256', use: 'sig' }] };
    const code = form.get('code') ?? '';
    const grant = granted.get(code);
    granted.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (!grant || grant.challenge !== challenge) return undefined;
    return { access_token: 'a', token_type: 'bearer', id_token: token({ ...grant.claims, nonce: grant.nonce }) };
  }

  function token(claims: Claims): string {
    const now = Math.floor(Date.now() / 1000);
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const body = { iss: issuer, aud: clientId, sub: '7', iat: now, exp: now + 60, ...claims };
    const signed = `${encode({ alg: 'RS256', kid: '1' })}.${encode(body)}`;
    return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}`;
  }

  function accept(address: string, claims: Claims): string {
    const { searchParams } = new URL(address);
    const code = String(granted.size + 1);
    const nonce = searchParams.get('nonce') ?? '';
    granted.set(code, { challenge: searchParams.get('code_challenge') ?? '', nonce, claims });
    const back = new URL(searchParams.get('redirect_uri') ?? '');
    back.search = new URLSearchParams({ code, state: searchParams.get('state') ?? '' }).toString();
    return `${back.pathname}${back.search}`;
  }

  return {
    issuer,
    /** Says yes to somebody at this address, and returns where the browser is sent. */
    accept,
    /** Says yes to every browser that comes from now on, as this person. */
    letIn(claims: Claims): void {
      visitor = claims;
    },
  };
}

/** The `console.auth.oidc` of a test: leads may act, support may look. */
export const oidcOf = (issuer: string, clientId: string) => ({
  issuer,
  clientId,
  clientSecret: 'the secret of the client',
  scope: 'openid profile',
  groupsClaim: 'groups',
  operators: ['support-leads'],
  viewers: ['support'],
});
