import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { StateError, TransientError } from '../../../src/core/domain/errors.ts';
import { createHttpClient, type HttpClientOptions } from '../../../src/core/http/client.ts';
import { createRateLimiter } from '../../../src/core/http/rate-limiter.ts';
import type { HttpRequest } from '../../../src/core/http/types.ts';
import { quiet } from '../../kit/ports.ts';
import { createTestClock } from '../../kit/test-clock.ts';
import { inTurn, serveScript } from '../../kit/twins/scripted-server.ts';

function createClient(origin: string, options: Partial<HttpClientOptions> = {}) {
  const { clock, slept } = createTestClock({ moves: 'at-once' });
  const rateLimiter = createRateLimiter({ limits: { concurrent: 4 }, clock });
  const client = createHttpClient({
    name: 'Acme',
    origin,
    rateLimiter,
    clock,
    log: quiet,
    random: () => 1,
    ...options,
  });
  onTestFinished(() => client.close());
  const ask = (request: Partial<HttpRequest> = {}) =>
    client.request({
      method: 'GET',
      path: '/users',
      idempotent: true,
      signal: new AbortController().signal,
      ...request,
    });
  return { client, ask, slept, rateLimiter };
}

test('sends JSON with the query that was given, and returns the reply by what it is', async () => {
  const { origin, asked } = await serveScript(() => ({ status: 201, headers: { 'X-Id': '7' }, body: { id: 7 } }));
  const { ask } = createClient(origin, { authorize: async () => ({ authorization: 'Bearer one' }) });
  const response = await ask({
    method: 'POST',
    query: { ids: '1,2', page: undefined, full: true },
    body: { name: 'Å' },
  });
  expect(response).toMatchObject({ status: 201, body: { kind: 'json', value: { id: 7 } } });
  expect(response.headers['x-id']).toBe('7');
  expect(asked).toMatchObject([
    {
      method: 'POST',
      path: '/users',
      query: { ids: '1,2', full: 'true' },
      body: { name: 'Å' },
      headers: { authorization: 'Bearer one', 'content-type': 'application/json', accept: 'application/json' },
    },
  ]);
});

test('a request that writes asks just before it leaves whether it may: when not, nothing is sent and nothing is tried again', async () => {
  const { origin, asked } = await serveScript(() => ({ body: {} }));
  const steps: string[] = [];
  const { ask, slept } = createClient(origin, {
    authorize: async () => {
      steps.push('authorized');
      return {};
    },
    beforeWrite: async () => {
      await new Promise((next) => setImmediate(next));
      steps.push('asked');
      if (steps.length > 4) throw new StateError('Another worker has the turn.', { code: 'lease-lost' });
    },
  });
  await ask({ method: 'POST' });
  await ask();
  await expect(ask({ method: 'PUT' })).rejects.toMatchObject({ code: 'lease-lost', exitCode: 6 });
  expect(steps).toEqual(['authorized', 'asked', 'authorized', 'authorized', 'asked']);
  expect(asked.map(({ method }) => method)).toEqual(['POST', 'GET']);
  expect(slept).toEqual([]);
});

test('a redirect is not followed: it might lead our credentials elsewhere', async () => {
  const elsewhere = await serveScript(() => ({ body: {} }));
  const { origin } = await serveScript(() => ({ status: 302, headers: { location: `${elsewhere.origin}/users` } }));
  await expect(createClient(origin).ask()).rejects.toMatchObject({ code: 'http-302', exitCode: 5 });
  expect(elsewhere.asked).toEqual([]);
});

test.each([
  '//HOST/x',
  '/\\HOST/x',
  '\\\\HOST/x',
  '/.//HOST/x',
  '/x/..//HOST/x',
  '/x/../\\HOST/x',
  '/%2e//HOST/x',
  '/\t/HOST/x',
  '/\n/HOST/x',
  '///HOST/x',
  '//user:word@HOST/x',
])('a path that resolves to another host (%j) is asked for on our own, or not at all', async (path) => {
  const elsewhere = await serveScript(() => ({ body: {} }));
  const own = await serveScript(() => ({ body: {} }));
  const { ask } = createClient(own.origin, { authorize: async () => ({ authorization: 'Bearer one' }) });
  await ask({ path: path.replace('HOST', new URL(elsewhere.origin).host) }).catch((error: unknown) =>
    expect(error).toMatchObject({ code: 'request-url', exitCode: 5 }),
  );
  expect(elsewhere.asked).toEqual([]);
});

test.each(['https://evil.example/x', '@evil.example/x', '.evil.example/x', ':8443/x', 'x', '\t//evil.example', ''])(
  'a path that would extend the host name (%j) is not sent',
  async (path) => {
    const { origin, asked } = await serveScript(() => ({ body: {} }));
    await expect(createClient(origin).ask({ path })).rejects.toMatchObject({ code: 'request-url', exitCode: 5 });
    expect(asked).toEqual([]);
  },
);

test('a small reply that unpacks to more than 64 MB is refused', async () => {
  const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024, ' '));
  const { origin, asked } = await serveScript(() => ({ headers: { 'content-encoding': 'gzip' }, body: bomb }));
  await expect(createClient(origin).ask()).rejects.toMatchObject({ code: 'response-too-large', exitCode: 5 });
  expect(asked).toHaveLength(1);
});

test('a packed reply is unpacked', async () => {
  const { origin } = await serveScript(() => ({
    headers: { 'content-encoding': 'gzip' },
    body: gzipSync(JSON.stringify({ id: 7 })),
  }));
  expect((await createClient(origin).ask()).body).toEqual({ kind: 'json', value: { id: 7 } });
});

test('after a 401 the credentials are renewed once and the request is sent again with the new ones', async () => {
  const { origin, asked } = await serveScript(({ headers }) =>
    headers.authorization === 'Bearer new' ? { body: {} } : { status: 401, body: { error: 'invalid_token' } },
  );
  let token = 'old';
  let renewals = 0;
  const { ask } = createClient(origin, {
    authorize: async () => ({ authorization: `Bearer ${token}` }),
    refresh: async () => {
      renewals += 1;
      token = 'new';
      return true;
    },
  });
  expect(await ask({ method: 'POST', idempotent: false, body: {} })).toMatchObject({ status: 200 });
  expect(asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
  expect(renewals).toBe(1);
});

test('a second 401 is final, and so is the first where nothing can be renewed', async () => {
  const { origin, asked } = await serveScript(() => ({ status: 401, body: {} }));
  await expect(createClient(origin, { refresh: async () => true }).ask()).rejects.toMatchObject({
    code: 'unauthorized',
  });
  expect(asked).toHaveLength(2);
  await expect(createClient(origin, { refresh: async () => false }).ask()).rejects.toMatchObject({ exitCode: 3 });
  await expect(createClient(origin).ask()).rejects.toMatchObject({ code: 'unauthorized' });
  expect(asked).toHaveLength(4);
});

test('statuses that the caller expects are returned, also a 401 and an error that it accepts by its body', async () => {
  const { origin } = await serveScript(({ query }) => ({
    status: Number(query.status),
    body: { error: 'TooManyJobs' },
  }));
  const { ask } = createClient(origin, { refresh: async () => true });
  expect(await ask({ query: { status: 422 }, expect: [422] })).toMatchObject({ status: 422 });
  expect(await ask({ query: { status: 401 }, expect: [401] })).toMatchObject({ status: 401 });
  expect(await ask({ query: { status: 429 }, accept: ({ status }) => status === 429 })).toMatchObject({ status: 429 });
});

test('the vendor’s own reading of an error comes before the general one', async () => {
  const { origin } = await serveScript(inTurn({ status: 404, body: '' }, { body: {} }));
  const { ask } = createClient(origin, {
    classify: ({ status }) => (status === 404 ? new TransientError('odd', { effect: 'not-sent' }) : undefined),
  });
  expect(await ask()).toMatchObject({ status: 200 });
});

test('a read is repeated through 500, HTML, a reset and a cut reply', async () => {
  const { origin, asked } = await serveScript(
    inTurn({ status: 500, body: { error: 'x' } }, { status: 502, body: '<html>bad gateway</html>' }, 'reset', 'cut', {
      body: { id: 1 },
    }),
  );
  const { ask, slept } = createClient(origin);
  await expect(ask()).resolves.toMatchObject({ body: { value: { id: 1 } } });
  expect(asked).toHaveLength(5);
  expect(slept).toEqual([500, 1000, 2000, 4000]);
});

test.each<[string, 'reset' | { status: number }]>([
  ['a reset after it was sent', 'reset'],
  ['a 500', { status: 500 }],
])('a write that must not be repeated is not, after %s', async (_, answer) => {
  const { origin, asked } = await serveScript(() => answer);
  const error = await createClient(origin)
    .ask({ method: 'POST', idempotent: false, body: {} })
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ effect: 'unknown', exitCode: 4 });
  expect(asked).toHaveLength(1);
});

test('a write that must not be repeated waits out a 429, whose text is no JSON', async () => {
  const limit = 'You have exceeded the rate limit for updating a single unique user. user email:  id:  external_id: ';
  const { origin } = await serveScript(
    inTurn({ status: 429, headers: { 'retry-after': '27' }, body: limit }, { body: {} }),
  );
  const { client, ask, slept, rateLimiter } = createClient(origin);
  expect(await ask({ method: 'POST', idempotent: false, body: {} })).toMatchObject({ status: 200 });
  expect(slept).toEqual([27_000]);
  expect(client.counters).toMatchObject({ requests: 2, throttled: 1 });
  expect(rateLimiter.describe()).toEqual({});
});

test('nobody listens: nothing was sent, so even a write is tried again', async () => {
  const { ask, slept } = createClient('http://127.0.0.1:9');
  const error = await ask({ method: 'POST', idempotent: false, body: {} }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ effect: 'not-sent', exitCode: 4 });
  expect(slept).toHaveLength(8);
});

test('an abort ends a request in flight with the reason that was given', async () => {
  const stop = new AbortController();
  const reason = new Error('stopped');
  const { origin } = await serveScript(() => {
    stop.abort(reason);
    return 'hang';
  });
  await expect(createClient(origin).ask({ signal: stop.signal })).rejects.toBe(reason);
});

test('credentials are asked for when the request leaves the queue, not when it enters', async () => {
  const { origin, asked } = await serveScript(() => ({ body: {} }));
  const { clock } = createTestClock({ moves: 'at-once' });
  let issued = 0;
  const rateLimiter = createRateLimiter({ limits: { concurrent: 1 }, clock });
  const { ask } = createClient(origin, {
    rateLimiter,
    authorize: async () => {
      issued += 1;
      return { authorization: `Bearer ${issued} ${asked.length}` };
    },
  });
  await Promise.all([ask(), ask(), ask()]);
  expect(asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer 1 0', 'Bearer 2 1', 'Bearer 3 2']);
});
