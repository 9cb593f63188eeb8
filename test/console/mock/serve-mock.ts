import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { ConsoleEvent } from '../../../src/app/console/api/index.ts';
import { addresses } from '../../../src/console/api/addresses.ts';
import { answersFor, type Sizes } from './answers.ts';

export interface MockConsole {
  readonly url: string;
  /** Sends an event to every page. */
  emit(event: ConsoleEvent): void;
  /** Requests to the API so far. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** As the service sends them. */
const policy = "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'";

/** The built pages, with answers of made data: what they do with more data than a sandbox has. */
export async function serveMock(folder: string, sizes: Sizes): Promise<MockConsole> {
  const streams = new Set<ServerResponse>();
  const requests: string[] = [];
  const answer = answering(sizes);
  let id = 0;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    response.setHeader('content-security-policy', policy);
    if (url.pathname === '/api/v1/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      streams.add(response);
      response.once('close', () => streams.delete(response));
      return;
    }
    requests.push(`${request.method} ${url.pathname}${url.search}`);
    const done = url.pathname.startsWith('/api/')
      ? answer(request, response, url)
      : sendFile(folder, url.pathname, response);
    done.catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens at a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/console/`,
    requests,
    emit(event) {
      id += 1;
      for (const stream of streams) stream.write(`id: ${id}\nevent: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`);
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function answering(sizes: Sizes): (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> {
  const answers = new Map<string, (asked: never) => unknown>(Object.entries(answersFor(sizes)));
  const routes = Object.entries(addresses).map(([name, address]) => {
    const [method = '', path = ''] = address.split(' ');
    const pattern = path.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)');
    return { name, method, pattern: new RegExp(`^${pattern}$`) };
  });
  return async (request, response, url) => {
    const route = routes.find(({ method, pattern }) => method === request.method && pattern.test(url.pathname));
    const made = route && answers.get(route.name);
    if (!made) {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { code: 'not-found', message: `Nothing is at ${url.pathname}.` } }));
      return;
    }
    const groups = route.pattern.exec(url.pathname)?.groups ?? {};
    const path = Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]));
    const asked = { path, query: url.searchParams, body: await bodyOf(request) };
    response.writeHead(200, { 'content-type': 'application/json' });
    // Each takes what was asked; the map has lost which of them it is.
    response.end(JSON.stringify(made(asked as never)));
  };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const part of request) text += String(part);
  return text === '' ? undefined : JSON.parse(text);
}

async function sendFile(folder: string, path: string, response: ServerResponse): Promise<void> {
  const name = path.startsWith('/console/assets/') ? path.slice('/console/'.length) : 'index.html';
  const content = await readFile(join(folder, name));
  response.writeHead(200, { 'content-type': types[extname(name)] ?? 'application/octet-stream' });
  response.end(content);
}
