import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { z } from 'zod';
import { checkFaultRule } from './fault-rule.ts';
import { createFaults, type FaultRule, type Writes } from './faults.ts';
import { bodyOf, SandboxRefusal } from './request-error.ts';
import { routeOf } from './route.ts';

/** A request as a twin sees it. */
export interface TwinRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface TwinReply {
  readonly status: number;
  /** An object is sent as JSON; text as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Twin {
  handle(request: TwinRequest): TwinReply | Promise<TwinReply>;
  /** How this API words a fault of the given kind, in answer to this request. */
  fault(kind: string, request: TwinRequest): TwinReply;
  /** Names of faults that only this API has. */
  readonly faultNames?: readonly string[];
  /** Answers `/__sandbox/…`, for people and tests. */
  control(request: TwinRequest): unknown;
}

export interface RequestLog {
  readonly total: number;
  /** `METHOD /path` → count, ids in the path written as `{id}`. */
  readonly byRoute: Readonly<Record<string, number>>;
}

export interface Served {
  readonly url: string;
  readonly faults: ReturnType<typeof createFaults>;
  requests(): RequestLog;
  resetRequests(): void;
  close(): Promise<void>;
}

const loopbackHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;
const hangUntilClosed = 'hang';

/** Serves a twin on loopback, with faults by rule and a log of what was asked. */
export async function serveTwin(
  twin: Twin,
  options: {
    readonly port: number;
    readonly seed: number;
    readonly faults: readonly FaultRule[];
    readonly now: () => number;
    /** Of the destination, whichever twin this is. */
    readonly writes: Writes;
  },
): Promise<Served> {
  const faults = createFaults(options.seed, options.writes);
  const { faultNames = [] } = twin;
  for (const rule of options.faults) faults.add(checkFaultRule(rule, faultNames));
  const sockets = new Set<Socket>();
  let byRoute = new Map<string, number>();
  let total = 0;

  const server = createServer({ keepAliveTimeout: 60_000 }, (incoming, outgoing) => {
    outgoing.setHeader('date', new Date(options.now()).toUTCString());
    answer(incoming, outgoing).catch((error: unknown) => {
      send(outgoing, {
        status: 500,
        body: { error: 'SandboxBug', description: error instanceof Error ? error.message : String(error) },
      });
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    if (!loopbackHost.test(request.headers.host ?? ''))
      return send(outgoing, { status: 403, body: 'The sandbox answers on loopback only.' });
    if (request.path.startsWith('/__sandbox/')) return send(outgoing, controlled(request));
    total += 1;
    const route = routeOf(request);
    byRoute.set(route, (byRoute.get(route) ?? 0) + 1);
    const fault = faults.next(request);
    if (!fault) return send(outgoing, await twin.handle(request));
    await misbehave(fault, request, incoming, outgoing);
  }

  async function misbehave(
    rule: FaultRule,
    request: TwinRequest,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
  ): Promise<void> {
    switch (rule.fault) {
      case 'reset-before':
        incoming.socket.destroy();
        return;
      case 'reset-after':
        await twin.handle(request);
        incoming.socket.destroy();
        return;
      case hangUntilClosed:
        return;
      case 'truncated': {
        const { status, body } = await twin.handle(request);
        const text = JSON.stringify(body ?? {});
        outgoing.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
        outgoing.write(text.slice(0, Math.floor(text.length / 2)), () => incoming.socket.destroy());
        return;
      }
      case 'slow': {
        const reply = await twin.handle(request);
        // Nobody stays for it when the twin is closed.
        setTimeout(() => send(outgoing, reply), rule.delayMs ?? 1_000).unref();
        return;
      }
      case 'html':
        return send(outgoing, {
          status: 502,
          body: '<html><body><h1>502 Bad Gateway</h1></body></html>',
          headers: { 'content-type': 'text/html' },
        });
      case 'text':
        return send(outgoing, { status: 500, body: 'Internal error', headers: { 'content-type': 'text/plain' } });
      default: {
        const reply = twin.fault(rule.fault, request);
        const after = rule.retryAfterSeconds === undefined ? {} : { 'retry-after': String(rule.retryAfterSeconds) };
        return send(outgoing, { ...reply, headers: { ...reply.headers, ...after } });
      }
    }
  }

  function controlled(request: TwinRequest): TwinReply {
    try {
      return { status: 200, body: control(request) };
    } catch (error) {
      if (!(error instanceof SandboxRefusal)) throw error;
      return { status: error.status, body: { error: 'SandboxRefusal', description: error.message } };
    }
  }

  function control(request: TwinRequest): unknown {
    const what = request.path.slice('/__sandbox/'.length);
    if (what === 'requests') return requests();
    if (what !== 'faults') return twin.control(request);
    if (request.method === 'DELETE') faults.clear();
    if (request.method === 'POST') faults.add(checkFaultRule(bodyOf(request, z.unknown()), faultNames));
    return { faults: faults.list() };
  }

  const requests = (): RequestLog => ({ total, byRoute: Object.fromEntries([...byRoute].sort()) });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    faults,
    requests,
    resetRequests: () => {
      total = 0;
      byRoute = new Map();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<TwinRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

/** Each response gives the twin's own time, as the real servers' do. */
function send(outgoing: ServerResponse, { status, body, headers }: TwinReply): void {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
  outgoing.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text), ...headers });
  outgoing.end(text);
}
