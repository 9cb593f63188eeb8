import { createVerify, generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { createMemoryCredentials } from '../../../src/testing/index.ts';
import type { Answer, Asked } from '../../kit/twins/scripted-server.ts';
import { keysOf, rows, sourceOf } from './source-of.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const client = { clientId: 'app', clientSecret: 'the-client-secret' };
const oauth = { type: 'oauth2', tokenUrl: 'OWN/token', ...client };

/** Gives tokens as the test says, and records to whoever has the last one. */
function api(token: (form: URLSearchParams, count: number) => Answer) {
  let given = 0;
  let good = '';
  return (asked: Asked): Answer => {
    if (asked.path !== '/token')
      return asked.headers.authorization === good ? { body: rows(1) } : { status: 401, body: { error: 'expired' } };
    given += 1;
    const answer = token(new URLSearchParams(String(asked.body)), given);
    if (
      typeof answer === 'object' &&
      typeof answer.body === 'object' &&
      answer.body !== null &&
      'access_token' in answer.body
    )
      good = `Bearer ${String(answer.body.access_token)}`;
    return answer;
  };
}

const grant = (n: number) => ({ body: { access_token: `access-${n}`, expires_in: 3600, token_type: 'Bearer' } });

test('a JWT that the key signs is exchanged for a token, with what the vendor checks', async () => {
  const auth = {
    type: 'jwt_bearer',
    tokenUrl: 'OWN/token',
    issuer: 'the-client',
    subject: 'sync@example.com',
    audience: 'https://login.example.com',
    scope: 'read',
    keyId: 'k1',
    privateKey: privateKey.replaceAll('\n', '\\n'),
  };
  let assertion = '';
  const script = api((form, n) => {
    expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    assertion = form.get('assertion') ?? '';
    return grant(n);
  });
  const { read } = await sourceOf(script, { auth });
  expect(keysOf(await read())).toEqual(['1']);
  const [header = '', claims = '', signature = ''] = assertion.split('.');
  const parsed = [header, claims].map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
  expect(parsed[0]).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'k1' });
  expect(parsed[1]).toMatchObject({
    iss: 'the-client',
    sub: 'sync@example.com',
    aud: 'https://login.example.com',
    scope: 'read',
  });
  expect(parsed[1].exp - parsed[1].iat).toBe(180);
  const verify = createVerify('RSA-SHA256').update(`${header}.${claims}`);
  expect(verify.verify(publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
});

test('what is not an RSA key is refused, and not shown', async () => {
  const auth = { type: 'jwt_bearer', tokenUrl: 'OWN/token', issuer: 'x', privateKey: 'not-a-key-but-secret' };
  await expect(
    sourceOf(
      api((_, n) => grant(n)),
      { auth },
    ),
  ).rejects.toMatchObject({
    code: 'private-key',
    exitCode: 2,
    message: expect.not.stringContaining('not-a-key'),
  });
});

test.each([
  [
    'a page for browsers',
    { body: '<!doctype html><title>Sign in</title>', headers: { 'content-type': 'text/html' } },
    5,
  ],
  ['200 with an error', { body: { error: 'invalid_code' } }, 3],
  ['200 without a token', { body: { ok: true } }, 5],
  ['400 with an error', { status: 400, body: { error: 'invalid_client' } }, 3],
])('a token endpoint that answers %s ends the run, and no secret is shown', async (_, answer, exitCode) => {
  const { read, logged } = await sourceOf(
    api(() => answer),
    { auth: oauth },
  );
  const error = await read().catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ exitCode });
  expect(`${String(error)}${logged()}`).not.toContain('the-client-secret');
});

test('an expired token costs one refresh and one repeat', async () => {
  const credentials = createMemoryCredentials();
  let asked = 0;
  const script = (one: Asked): Answer => {
    if (one.path === '/token') {
      asked += 1;
      return grant(asked);
    }
    return one.headers.authorization === 'Bearer access-2' ? { body: rows(1) } : { status: 401, body: {} };
  };
  const { read } = await sourceOf(script, { auth: oauth }, { credentials });
  expect(keysOf(await read())).toEqual(['1']);
  expect(asked).toBe(2);
});

test('a token that is refused again ends with exit 3, after one refresh', async () => {
  let asked = 0;
  const { read, ...rest } = await sourceOf(
    ({ path }) => {
      if (path !== '/token') return { status: 401, body: { error: 'nobody' } };
      asked += 1;
      return grant(asked);
    },
    { auth: oauth },
  );
  await expect(read()).rejects.toMatchObject({ code: 'unauthorized', exitCode: 3 });
  expect(asked).toBe(2);
  expect(rest.asked.filter(({ path }) => path !== '/token')).toHaveLength(2);
  for (const secret of ['the-client-secret', 'access-1', 'access-2']) expect(rest.logged()).not.toContain(secret);
  expect(rest.secrets).toEqual(new Set(['access-1', 'access-2']));
});

test('the word before a token, and what a vendor wants in addition', async () => {
  const forms: URLSearchParams[] = [];
  const { read, asked } = await sourceOf(
    ({ path, body }) => {
      if (path !== '/token') return { body: rows(1) };
      forms.push(new URLSearchParams(String(body)));
      return grant(1);
    },
    { auth: { ...oauth, scheme: 'Zoho-oauthtoken', tokenParams: { audience: 'https://api.example.com' } } },
  );
  await read();
  expect(asked.at(-1)?.headers.authorization).toBe('Zoho-oauthtoken access-1');
  expect(forms[0]?.get('audience')).toBe('https://api.example.com');
});

test('where a person must sign in and nobody has, the client does not come in by itself', async () => {
  const auth = { ...oauth, authorizeUrl: 'OWN/authorize' };
  const { read, asked } = await sourceOf(
    api((_, n) => grant(n)),
    { auth },
  );
  await expect(read()).rejects.toMatchObject({
    code: 'not-connected',
    exitCode: 3,
    remedy: { kind: 'connect', system: 'source' },
  });
  expect(asked).toEqual([]);
});

/** A list whose positions belong to the token that they were given with, as Salesforce's query locators do. */
function sessions() {
  let [given, good] = [0, ''];
  const script = ({ path, query, headers }: Asked): Answer => {
    if (path === '/token') {
      given += 1;
      good = `access-${given}`;
      return grant(given);
    }
    const [at = '0', session = good] = query.at?.split('.') ?? [];
    if (headers.authorization !== `Bearer ${good}` || session !== good) return { status: 401, body: {} };
    const n = Number(at);
    return { body: { list: rows(n), next: n < 3 ? `/v1/members?at=${n + 1}.${good}` : null } };
  };
  const expire = (): void => {
    good = 'nobody';
  };
  return { script, expire };
}

const bySession = { records: 'list', pagination: { type: 'next', from: 'next' }, auth: oauth };

test('a position that ended with its token is not asked for again: the read starts over, and each record counts once', async () => {
  const { script, expire } = sessions();
  let pages = 0;
  const { read } = await sourceOf((asked) => {
    if (asked.path !== '/token' && pages++ === 2) expire();
    return script(asked);
  }, bySession);
  const found = await read();
  expect(keysOf(found)).toEqual(['0', '1', '2', '3']);
  expect(found.at(-1)?.whole).toBe(true);
});

test('so is one of a read that was broken off', async () => {
  const { script, expire } = sessions();
  const credentials = createMemoryCredentials();
  const { read, asked } = await sourceOf(script, bySession, { credentials });
  const [first] = await read();
  expire();
  const resumed = await sourceOf(script, bySession, { credentials });
  expect(keysOf(await resumed.read(first?.cursor))).toEqual(['0', '1', '2', '3']);
  expect(asked.length).toBeGreaterThan(4);
});
