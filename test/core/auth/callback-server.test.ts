import { once } from 'node:events';
import { connect } from 'node:net';
import { request } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { createCallbackValidator } from '../../../src/core/auth/authorization-code.ts';
import { listenForCallback } from '../../../src/core/auth/callback-server.ts';
import { AuthError } from '../../../src/core/domain/errors.ts';
import { visit } from '../../kit/browser.ts';

/** A callback server whose sign-in takes any code, unless set otherwise. */
async function serve({
  use = async () => undefined,
  ...limits
}: {
  readonly use?: (code: string) => Promise<unknown>;
  readonly requestMs?: number;
  readonly maxConnections?: number;
} = {}) {
  const codes: string[] = [];
  const gate = createCallbackValidator({
    state: 'the-state',
    title: 'Acme',
    use: async (code) => {
      codes.push(code);
      return await use(code);
    },
  });
  const server = await listenForCallback({ port: 0, title: 'Acme', take: gate.take, ...limits });
  onTestFinished(() => server.close());
  const uri = server.redirectUri;
  return { gate, codes, uri, port: Number(new URL(uri).port), back: (query: string) => visit(`${uri}?${query}`) };
}

/** What a plain socket gets for these words, until the other side ends. */
async function say(port: number, words: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (part) => {
    text += String(part);
  });
  // A refused request may end with a reset: what was said before counts.
  socket.on('error', () => undefined);
  socket.write(words);
  await once(socket, 'close');
  return text;
}

test('a code that comes back with the state is used once, and the page holds neither', async () => {
  const { back, codes, gate } = await serve();
  const page = await back('code=secret-code&state=the-state');
  expect(page).toMatchObject({
    status: 200,
    headers: { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
  });
  expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; base-uri/);
  expect(page.text).toContain('Acme is connected');
  expect(page.text).toContain('prefers-color-scheme: dark');
  expect(page.text).not.toMatch(/secret-code|the-state|<script|https?:/);
  await gate.done;
  expect(codes).toEqual(['secret-code']);
});

test('a replayed callback is refused, and nothing is exchanged for it', async () => {
  const { back, codes } = await serve();
  await back('code=first&state=the-state');
  expect(await back('code=first&state=the-state')).toMatchObject({ status: 409 });
  expect(await back('code=second&state=the-state')).toMatchObject({ status: 409 });
  expect(codes).toEqual(['first']);
});

test('two callbacks at one moment are one exchange', async () => {
  const { back, codes } = await serve();
  const pages = await Promise.all([1, 2, 3].map((n) => back(`code=${n}&state=the-state`)));
  expect(pages.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  expect(codes).toHaveLength(1);
});

test.each([
  ['a wrong state', 'code=a&state=another'],
  ['no state', 'code=a'],
  ['a state twice', 'code=a&state=the-state&state=the-state'],
  ['an error without the state', 'error=access_denied'],
])('%s does nothing, and does not end the sign-in', async (_, query) => {
  const { back, codes } = await serve();
  expect(await back(query)).toMatchObject({ status: 400 });
  expect(await back('code=mine&state=the-state')).toMatchObject({ status: 200 });
  expect(codes).toEqual(['mine']);
});

test('an error and its description are shown as text, never as markup, and no code is used', async () => {
  const { back, codes, gate } = await serve();
  const attack = encodeURIComponent('<img src=x onerror=alert(1)>\u0007"\'&');
  const page = await back(
    `error=${encodeURIComponent('<b>denied')}&error_description=${attack}&code=a&state=the-state`,
  );
  expect(page.status).toBe(400);
  expect(page.text).toContain('&lt;b&gt;denied: &lt;img src=x onerror=alert(1)&gt; &quot;&#39;&amp;');
  expect(page.text).not.toContain('<img');
  await expect(gate.done).rejects.toMatchObject({ code: 'connect-refused', exitCode: 3 });
  expect(codes).toEqual([]);
});

test.each(['state=the-state', 'code=&state=the-state', 'code=a&code=b&state=the-state'])(
  'a callback without one code ends the sign-in: %s',
  async (query) => {
    const { back, gate, codes } = await serve();
    expect(await back(query)).toMatchObject({ status: 400 });
    await expect(gate.done).rejects.toMatchObject({ code: 'connect-callback', exitCode: 5 });
    expect(codes).toEqual([]);
  },
);

test('an exchange that failed is reported on the page, in words for people; a bug keeps its own to itself', async () => {
  const refused = new AuthError('Acme refused the code.', { hint: 'Try again.' });
  const reported = await serve({ use: () => Promise.reject(refused) });
  const page = await reported.back('code=a&state=the-state');
  expect(page).toMatchObject({ status: 400 });
  expect(page.text).toContain('<p>Acme refused the code.</p>\n<p>Try again.</p>');
  const broken = await serve({ use: () => Promise.reject(new TypeError('token abc')) });
  expect((await broken.back('code=a&state=the-state')).text).not.toContain('abc');
  await expect(broken.gate.done).rejects.toThrow('token abc');
});

test('only a GET of the callback, under a name of this machine, is served', async () => {
  const { uri, port, codes } = await serve();
  const query = '?code=a&state=the-state';
  const there = `http://127.0.0.1:${port}`;
  expect(await visit(`${uri}${query}`, { host: 'attacker.example.com' })).toMatchObject({ status: 421 });
  expect(await visit(`${uri}${query}`, { host: `localhost:${port + 1}` })).toMatchObject({ status: 421 });
  expect(await visit(`${there}/${query}`)).toMatchObject({ status: 404 });
  expect(await visit(`${there}/callback/..${query}`)).toMatchObject({ status: 404 });
  for (const method of ['POST', 'HEAD', 'PUT'] as const) {
    const reply = await request(`${uri}${query}`, { method });
    await reply.body.dump();
    expect(reply.statusCode).toBe(405);
  }
  expect(codes).toEqual([]);
  expect(await visit(`${there}/callback${query}`)).toMatchObject({ status: 200 });
});

test('a body of 10 MB is refused by its head alone, and one that trickles in as well', async () => {
  const { port, codes } = await serve();
  const head = `GET /callback?code=a&state=the-state HTTP/1.1\r\nHost: localhost:${port}\r\n`;
  expect(await say(port, `${head}Content-Length: ${10 * 1024 * 1024}\r\n\r\n${'x'.repeat(1000)}`)).toMatch(
    /^HTTP\/1.1 413/,
  );
  expect(await say(port, `${head}Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n`)).toMatch(/^HTTP\/1.1 413/);
  expect(await say(port, `GET /callback?${'x'.repeat(20_000)} HTTP/1.1\r\n\r\n`)).toMatch(/^HTTP\/1.1 431/);
  expect(codes).toEqual([]);
});

test('a request that does not come to its end is cut off', async () => {
  const { port, back } = await serve({ requestMs: 40 });
  expect(await say(port, 'GET /callback HTTP/1.1\r\nHost: ')).toMatch(/^(HTTP\/1.1 408|$)/);
  expect(await back('code=a&state=the-state')).toMatchObject({ status: 200 });
});

test('more connections than a browser needs are dropped, and the others go on', async () => {
  const { port, back } = await serve({ maxConnections: 3 });
  const sockets = Array.from({ length: 3 }, () => connect(port, '127.0.0.1'));
  onTestFinished(() => sockets.forEach((socket) => void socket.destroy()));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  expect(await say(port, '')).toBe('');
  sockets[0]?.destroy();
  await once(sockets[0] ?? expect.fail(), 'close');
  await expect
    .poll(() =>
      back('code=a&state=the-state').then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBe(200);
});

test('it listens on loopback only, and says so where it cannot', async () => {
  const { port, uri } = await serve();
  expect(uri).toBe(`http://localhost:${port}/callback`);
  const again = listenForCallback({ port, title: 'Acme', take: async () => ({ kind: 'foreign' }) });
  await expect(again).rejects.toMatchObject({ code: 'port', exitCode: 2 });
});
