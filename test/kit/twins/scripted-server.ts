import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON, or the text of a form. */
  readonly body: unknown;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is when it is text or bytes, else as JSON. */
  readonly body?: unknown;
}

/** `reset`: the request is read, then the connection goes away. `cut`: in the middle of the body. `hang`: no answer. */
export type Answer = Reply | 'reset' | 'cut' | 'hang';

/**
 * A server on loopback that answers as the test says, for what only a socket shows: resets, cut replies, two processes. What
 * was asked is kept. It is gone when the test is.
 */
export async function serveScript(answer: (asked: Asked, position: number) => Answer | Promise<Answer>) {
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
    const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
    const text = Buffer.concat(chunks).toString('utf8');
    const isForm = incoming.headers['content-type'] === 'application/x-www-form-urlencoded';
    const request: Asked = {
      method: incoming.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: incoming.headers,
      body: text === '' ? undefined : isForm ? text : JSON.parse(text),
    };
    asked.push(request);
    const reply = await answer(request, asked.length - 1);
    if (reply === 'hang') return;
    if (reply === 'reset') {
      incoming.socket.destroy();
      return;
    }
    if (reply === 'cut') {
      outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
      outgoing.write('{"cut":', () => incoming.socket.destroy());
      return;
    }
    const { status = 200, headers = {}, body } = reply;
    const isRaw = typeof body === 'string' || body instanceof Uint8Array;
    outgoing.writeHead(status, { 'content-type': isRaw ? 'text/plain' : 'application/json', ...headers });
    outgoing.end(isRaw ? body : body === undefined ? '' : JSON.stringify(body));
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, asked };
}

/** One answer after the other; the last one for good. */
export function inTurn(...answers: readonly [Answer, ...Answer[]]): (asked: Asked, position: number) => Answer {
  return (_, position) => answers[Math.min(position, answers.length - 1)] ?? answers[0];
}
