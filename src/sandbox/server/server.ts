import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { controlPath, createControl } from './control.ts';
import { checkFaultRule, type FaultRule } from './fault-rule.ts';
import { createFaults, type Writes } from './faults.ts';
import { readRequest, send } from './messages.ts';
import { misbehave } from './misbehave.ts';
import { createRequestLog, type RequestLog } from './request-log.ts';
import type { Twin } from './twin.ts';

export interface Served {
  readonly url: string;
  readonly faults: ReturnType<typeof createFaults>;
  requests(): RequestLog;
  resetRequests(): void;
  close(): Promise<void>;
}

const loopbackHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/** Serves a twin on loopback, with faults by rule and a log of requests. */
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
  for (const rule of options.faults) faults.add(checkFaultRule(rule, twin.faultNames ?? []));
  const log = createRequestLog();
  const control = createControl({ twin, faults, log });

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    if (!loopbackHost.test(request.headers.host ?? ''))
      return send(outgoing, { status: 403, body: 'The sandbox answers on loopback only.' });
    if (request.path.startsWith(controlPath)) return send(outgoing, control(request));
    log.count(request);
    const rule = faults.next(request);
    if (!rule) return send(outgoing, await twin.handle(request));
    await misbehave(rule, { twin, request, incoming, outgoing });
  }

  const server = createServer({ keepAliveTimeout: 60_000 }, (incoming, outgoing) => {
    outgoing.setHeader('date', new Date(options.now()).toUTCString());
    answer(incoming, outgoing).catch((error: unknown) => {
      const description = error instanceof Error ? error.message : String(error);
      send(outgoing, { status: 500, body: { error: 'SandboxBug', description } });
    });
  });
  return {
    ...(await listen(server, options.port)),
    faults,
    requests: log.counts,
    resetRequests: log.reset,
  };
}

/** Listens on loopback. Closing ends the connections as well. */
async function listen(server: Server, port: number): Promise<Pick<Served, 'url' | 'close'>> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  // A listening TCP server has an address with a port.
  const { port: listening } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${listening}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
