import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * Passes everything on, and counts how often a client spoke after the server did: each time is one wait for the network.
 * What is sent without waiting for an answer counts once.
 */
export async function countRoundTrips(url: string) {
  let count = 0;
  const port = Number(new URL(url).port);
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    let isClientsTurn = false;
    client.on('data', (chunk) => {
      if (isClientsTurn) count += 1;
      isClientsTurn = false;
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      isClientsTurn = true;
      client.write(chunk);
    });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  // A server that listens on a port has an address of this form.
  const { port: own } = server.address() as AddressInfo;
  return {
    url: url.replace(`:${port}/`, `:${own}/`),
    /** Since it was asked last. */
    take(): number {
      const since = count;
      count = 0;
      return since;
    },
  };
}
