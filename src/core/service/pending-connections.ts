import type { Socket } from 'node:net';

/**
 * Connections whose first request has not arrived whole yet. When there are more than `max`, the one that has been open for
 * longest is closed: a request takes milliseconds, so a client that takes much longer is too slow or means harm.
 */
export function createPendingConnections(max: number) {
  /** In the order in which they began. */
  const sockets = new Set<Socket>();
  return {
    begin(socket: Socket): void {
      sockets.delete(socket);
      sockets.add(socket);
      const [oldest] = sockets;
      if (sockets.size > max && oldest) {
        sockets.delete(oldest);
        oldest.destroy();
      }
    },
    end: (socket: Socket): boolean => sockets.delete(socket),
  };
}
