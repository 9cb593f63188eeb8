import { expect, onTestFinished, test } from 'vitest';
import { createOAuthClient } from '../../../src/core/auth/oauth-client.ts';
import { createHttpClient } from '../../../src/core/http/client.ts';
import { createRateLimiter } from '../../../src/core/http/rate-limiter.ts';
import { createMemoryCredentials } from '../../../src/testing/memory-credentials.ts';
import { createTwinAuth } from '../../../src/testing/twin/auth.ts';
import { quiet } from '../../kit/ports.ts';
import { createTestClock } from '../../kit/test-clock.ts';
import { serveScript } from '../../kit/twins/scripted-server.ts';

const client = { clientId: 'a:b c', clientSecret: 'p+q%&é' };

/** Signs in at a token endpoint with the client of this test. Gives the headers that a request would get. */
async function signIn(origin: string): Promise<Readonly<Record<string, string>>> {
  const { clock } = createTestClock({ moves: 'at-once' });
  const rateLimiter = createRateLimiter({ limits: { concurrent: 1 }, clock });
  const http = createHttpClient({ name: 'Acme', origin, rateLimiter, clock, log: quiet });
  onTestFinished(() => http.close());
  const { authorize } = createOAuthClient({
    title: 'Acme',
    tokenUrl: `${origin}/token`,
    http,
    ...client,
    credentialsIn: 'basic',
    credentials: createMemoryCredentials(),
    clock,
    onSecret: () => undefined,
  });
  return await authorize();
}

test('the credentials of a client are form-encoded before they are joined (RFC 6749, section 2.3.1)', async () => {
  const { origin, asked } = await serveScript(() => ({ body: { access_token: 'a-token', expires_in: 60 } }));
  await signIn(origin);
  const sent = asked[0]?.headers.authorization?.replace('Basic ', '') ?? '';
  expect(Buffer.from(sent, 'base64').toString()).toBe('a%3Ab+c:p%2Bq%25%26%C3%A9');
});

test('a server that decodes them knows the client', async () => {
  const auth = createTwinAuth({ type: 'oauth2', tokenPath: '/token', ...client }, () => 0);
  const { origin } = await serveScript(({ method, path, headers: { authorization }, body }) => {
    const request = { method, path, headers: { authorization }, query: new URLSearchParams(), body: String(body) };
    return auth.refusal(request) ?? { status: 404 };
  });
  expect(await signIn(origin)).toEqual({ authorization: 'Bearer twin-access-token-1' });
});

test.each([
  ['unauthorized_client', 400],
  ['invalid_scope', 400],
  ['invalid_client', 401],
])('a refusal is shown by its word of OAuth, %s (%i), and asks for a person', async (error, status) => {
  const { origin } = await serveScript(() => ({ status, body: { error, error_description: 'secret p+q' } }));
  const refused = await signIn(origin).catch((thrown: unknown) => thrown);
  expect(refused).toMatchObject({ exitCode: 3, message: expect.stringContaining(`(${error})`) });
  expect(String(refused)).not.toContain('p+q');
});
