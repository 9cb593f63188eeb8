import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { Route } from '../../../src/core/service/route.ts';
import { type ServerOptions, startServer } from '../../../src/core/service/server.ts';
import { quiet } from '../../kit/ports.ts';

const hello: Route = { method: 'GET', path: '/hello', handle: async () => ({ status: 200, body: '{}' }) };
const echo: Route = {
  method: 'POST',
  path: '/echo',
  handle: async ({ body, headers }) => ({
    status: 200,
    body: `${body.length} ${headers['x-mine']}`,
    contentType: 'text/plain',
  }),
};
const broken: Route = { method: 'GET', path: '/broken', handle: () => Promise.reject(new Error('user@example.com')) };

async function serve(given: Partial<ServerOptions> = {}) {
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    allowedHosts: ['hooks.example.com'],
    routes: () => [hello, echo, broken],
    log: quiet,
    ...given,
  });
  onTestFinished(server.close);
  return server.port;
}

/** Sends bytes as they are, and returns what came back until the other side closed. */
async function raw(port: number, ...parts: readonly string[]): Promise<string> {
  return await new Promise((resolve) => {
    let reported = '';
    const socket = connect(port, '127.0.0.1', () => {
      for (const part of parts) socket.write(part);
    });
    socket.on('data', (data) => {
      reported += String(data);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(reported));
  });
}

const head = (path: string, host: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
const statusOf = (text: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);

test.each([
  ['localhost:9464', 200],
  ['127.0.0.1', 200],
  ['[::1]:9464', 200],
  ['HOOKS.example.com', 200],
  ['evil.example.org', 421],
  ['10.0.0.5', 421],
  ['hooks.example.com.evil.example.org', 421],
  ['localhost@evil.example.org', 421],
  ['', 421],
])('the name %j is answered with %i', async (host, status) => {
  expect(statusOf(await raw(await serve(), head('/hello', host)))).toBe(status);
});

test('listening beyond loopback, an address is answered and a name that nobody gave is not', async () => {
  const port = await serve({ host: '0.0.0.0' });
  expect(statusOf(await raw(port, head('/hello', '10.0.0.5:9464')))).toBe(200);
  expect(statusOf(await raw(port, head('/hello', 'evil.example.org')))).toBe(421);
});

test('paths, methods and faults are answered without a word of what is inside', async () => {
  const port = await serve();
  const url = `http://127.0.0.1:${port}`;
  expect((await fetch(`${url}/other`)).status).toBe(404);
  const wrong = await fetch(`${url}/echo`);
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
  const fault = await fetch(`${url}/broken`);
  expect([fault.status, await fault.text()]).toEqual([500, '{"error":"internal"}']);
  expect((await fetch(`${url}/hello`, { method: 'HEAD' })).status).toBe(200);
  const reported = await fetch(`${url}/echo?a=b`, { method: 'POST', body: 'ä', headers: { 'x-mine': 'yes' } });
  expect(await reported.text()).toBe('2 yes');
});

test('a body of ten megabytes is refused unread, whether it says its length or not', async () => {
  const port = await serve();
  const most = await fetch(`http://127.0.0.1:${port}/echo`, { method: 'POST', body: Buffer.alloc(1_048_576) });
  expect(await most.text()).toBe('1048576 undefined');
  const said = await raw(port, 'POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10485760\r\n\r\n');
  expect(statusOf(said)).toBe(413);
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  const unsaid = await raw(
    port,
    'POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n',
    ...Array(20).fill(chunk),
  );
  expect(statusOf(unsaid)).toBe(413);
});

test('a request that does not come to its end is given up', async () => {
  const port = await serve({ limits: { headersMs: 200, requestMs: 400 } });
  const body = await raw(port, 'POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nab');
  const headers = await raw(port, 'POST /echo HTTP/1.1\r\nHost: loc');
  expect([statusOf(body), statusOf(headers)]).toEqual([408, 408]);
  expect((await fetch(`http://127.0.0.1:${port}/hello`)).status).toBe(200);
});

test.each([
  ['say nothing', ''],
  ['stop within the headers', 'POST /echo HTTP/1.1\r\nHost: loc'],
  ['stop within the body', 'POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nab'],
  ['stop within a chunk', 'POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nab'],
  ['ask once and stay', 'GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n'],
])('two hundred connections that %s keep nobody from an answer', async (_, text) => {
  const port = await serve();
  const sockets = Array.from({ length: 200 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.write(text, () => resolve()))));
  expect(statusOf(await raw(port, head('/hello', 'localhost')))).toBe(200);
  const reported = await fetch(`http://127.0.0.1:${port}/echo`, { method: 'POST', body: 'x'.repeat(500_000) });
  expect(await reported.text()).toBe('500000 undefined');
});

test('a route that does not come to its end is not waited for', async () => {
  const endless: Route = { method: 'GET', path: '/endless', handle: () => new Promise(() => undefined) };
  const port = await serve({ routes: () => [endless], limits: { answerMs: 20 } });
  expect((await fetch(`http://127.0.0.1:${port}/endless`)).status).toBe(503);
});

test('a thousand connections are bounded, and the server answers when they have gone', async () => {
  const port = await serve({ limits: { connections: 20 } });
  const sockets = Array.from({ length: 1000 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  let refused = 0;
  await new Promise<void>((resolve) => {
    for (const socket of sockets)
      socket.once('close', () => {
        refused += 1;
        if (refused === 980) resolve();
      });
  });
  const open = sockets.filter((socket) => !socket.destroyed);
  expect(open.length).toBe(20);
  const gone = open.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
  for (const socket of open) socket.destroy();
  await Promise.all(gone);
  let status = 0;
  while (status !== 200) status = statusOf(await raw(port, head('/hello', 'localhost')));
  expect(status).toBe(200);
});
