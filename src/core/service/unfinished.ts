import type { Socket } from 'node:net';

/**
 * Connections that have not asked for anything whole yet. Where there are too many, the one that has been at it for longest
 * gives way: a request takes milliseconds, so who waits that long sends slowly, on purpose or not.
 */
export function createUnfinished(max: number) {
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
