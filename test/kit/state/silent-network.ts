import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * Passes everything on between PostgreSQL and its clients until it goes silent, as when a firewall forgets its connections or
 * a cable is pulled behind a switch: nothing arrives any more on either side, not even that the other one has closed. New
 * connections are taken and not answered.
 */
export async function startNetwork(url: string) {
  const port = Number(new URL(url).port);
  const sockets = new Set<Socket>();
  let isSilent = false;
  let connections = 0;

  const server = createServer({ allowHalfOpen: true }, (client) => {
    sockets.add(client);
    connections += 1;
    client.on('error', () => undefined);
    client.on('data', () => undefined);
    if (isSilent) return;
    const upstream = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    sockets.add(upstream);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('data', (chunk) => !isSilent && other.write(chunk));
      one.on('end', () => !isSilent && other.end());
      one.on('error', () => !isSilent && other.destroy());
      one.on('close', () => !isSilent && other.destroy());
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
    /** How many were made so far. */
    connections: () => connections,
    goSilent(): void {
      isSilent = true;
    },
  };
}
