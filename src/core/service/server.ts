import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { ConfigError } from '../domain/errors.ts';
import type { Logger } from '../domain/log.ts';
import type { Remedy } from '../domain/remedy.ts';
import { createPendingConnections } from './pending-connections.ts';
import { reply } from './reply.ts';
import type { Route, WholeReply } from './route.ts';

export interface ServerOptions {
  readonly host: string;
  /** 0: whichever is free. */
  readonly port: number;
  /** Names under which clients reach it, in addition to loopback. */
  readonly allowedHosts: readonly string[];
  /** Those of a path. Asked for each request, so that they can change with the configuration. */
  readonly routes: (path: string) => readonly Route[];
  readonly log: Logger;
  readonly limits?: Partial<ServerLimits>;
  /** What helps where it cannot listen. Default: another address. */
  readonly remedy?: Remedy;
}

export interface ServerLimits {
  readonly bodyBytes: number;
  readonly connections: number;
  /** Connections whose request is not there whole: of more, the oldest is closed. */
  readonly pending: number;
  readonly headersMs: number;
  /** For a request to be there whole. */
  readonly requestMs: number;
  /** For its answer. */
  readonly answerMs: number;
}

const defaults: ServerLimits = {
  bodyBytes: 1_048_576,
  connections: 100,
  pending: 50,
  headersMs: 5_000,
  requestMs: 10_000,
  answerMs: 30_000,
};

const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1']);

/** A small server that holds out against whatever is sent to it. Throws ConfigError where it can't listen. */
export async function startServer(options: ServerOptions): Promise<{ readonly port: number; close(): Promise<void> }> {
  const { host, port, log, remedy = { kind: 'choose-listen-address' } } = options;
  const limits = { ...defaults, ...options.limits };
  const pending = createPendingConnections(limits.pending);
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: Math.min(1_000, limits.requestMs),
      keepAliveTimeout: 5_000,
      maxHeaderSize: 16_384,
    },
    (request, response) => {
      const { socket } = request;
      request.once('end', () => pending.end(socket));
      // It may ask again, until it is closed.
      response.once('finish', () => !socket.destroyed && pending.begin(socket));
      answer(request, response, options, limits).catch((error: unknown) => {
        // The client has gone, or a route has a bug: logged, and never shown to the client.
        log.error({ reason: error instanceof Error ? error.name : typeof error }, 'request not answered');
        return reply(response, { status: 500, body: '{"error":"internal"}' });
      });
    },
  );
  server.maxConnections = limits.connections;
  server.on('connection', (socket) => {
    pending.begin(socket);
    socket.once('close', () => pending.end(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new ConfigError(`The service can't listen at ${host}:${port}: ${error.message}.`, {
          code: 'listen',
          hint: 'Give another address.',
          remedy,
          cause: error,
        }),
      ),
    );
    server.listen({ host, port }, resolve);
  });
  return {
    // A server that listens at a port has an address of this kind.
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: ServerOptions,
  limits: ServerLimits,
): Promise<void> {
  if (!isForUs(request.headers.host, options)) return await refuse(response, 421, 'misdirected');
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  const known = options.routes(path).filter((route) => route.path === path);
  if (known.length === 0) return await refuse(response, 404, 'not-found');
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const route = known.find((one) => one.method === method);
  if (!route) {
    response.setHeader('allow', known.map((one) => one.method).join(', '));
    return await refuse(response, 405, 'method');
  }
  const body = await readBody(request, limits.bodyBytes);
  if (body === 'too-large') return await refuse(response, 413, 'too-large');
  if (body === 'gone') return;
  const { remoteAddress = '' } = request.socket;
  const read = { body, query: new URLSearchParams(query), remoteAddress };
  const gone = new AbortController();
  response.once('close', () => gone.abort(new Error('Nobody waits for the answer.')));
  const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(limits.answerMs)]);
  const late = new Promise<WholeReply>((resolve) => {
    signal.addEventListener('abort', () => resolve({ status: 503, body: '{"error":"late"}' }), { once: true });
  });
  await reply(response, await Promise.race([route.handle({ ...read, headers: joinedHeaders(request), signal }), late]));
}

/** A page in somebody's browser must not reach us under a name that leads here (DNS rebinding): an address is no name. */
function isForUs(given: string | undefined, { host, allowedHosts }: ServerOptions): boolean {
  const name = /^(?:\[([0-9a-f:.]+)\]|([^:]+))(?::\d+)?$/i.exec(given ?? '');
  const asked = (name?.[1] ?? name?.[2] ?? '').toLowerCase();
  if (loopback.has(asked) || allowedHosts.some((one) => one.toLowerCase() === asked)) return true;
  return !loopback.has(host) && (asked === host.toLowerCase() || isIP(asked) !== 0);
}

async function readBody(request: IncomingMessage, most: number): Promise<Buffer | 'too-large' | 'gone'> {
  if (Number(request.headers['content-length'] ?? 0) > most) return 'too-large';
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of request) {
      size += part.length;
      if (size > most) return 'too-large';
      parts.push(part);
    }
  } catch (error) {
    if (request.destroyed) return 'gone';
    throw error;
  }
  return Buffer.concat(parts);
}

function joinedHeaders({ headers }: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

/** What is left of the request is not read: the connection ends with the answer. */
async function refuse(response: ServerResponse, status: number, error: string): Promise<void> {
  response.setHeader('connection', 'close');
  await reply(response, { status, body: JSON.stringify({ error }) });
}
