import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * Passes everything on between PostgreSQL and its clients, and holds answers back when it is told to: a client that waits
 * for one before it has sent all that it has to say then waits for ever.
 */
export async function holdAnswers(url: string) {
  const port = Number(new URL(url).port);
  const sockets = new Set<Socket>();
  let missing = 0;
  let held: (() => void)[] = [];

  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    const requestsIn = createCounter();
    client.on('data', (chunk) => {
      missing -= requestsIn(chunk);
      upstream.write(chunk);
      if (missing > 0) return;
      for (const pass of held) pass();
      held = [];
    });
    upstream.on('data', (chunk) => {
      if (missing > 0) held.push(() => client.write(chunk));
      else client.write(chunk);
    });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  // A server that listens on a port has an address of this form.
  const { port: own } = server.address() as AddressInfo;
  return {
    url: url.replace(`:${port}/`, `:${own}/`),
    /** No answer comes until so many requests have been sent. */
    until(requests: number): void {
      missing = requests;
    },
  };
}

/** Counts what the server answers as one: Query and Sync messages, behind the startup message, which has no type. */
function createCounter(): (chunk: Buffer) => number {
  let rest = Buffer.alloc(0);
  let isStarted = false;
  return (chunk) => {
    let count = 0;
    rest = Buffer.concat([rest, chunk]);
    for (let head = Number(isStarted); rest.length >= head + 4; head = 1) {
      const length = head + rest.readInt32BE(head);
      if (rest.length < length) break;
      if (isStarted && 'QS'.includes(rest.toString('latin1', 0, 1))) count += 1;
      rest = rest.subarray(length);
      isStarted = true;
    }
    return count;
  };
}
