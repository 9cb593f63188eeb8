import type { Host } from '../../host.ts';

/** The host, saying when somebody has taken a lease by it. */
export function watchingLease(host: Host, taken: () => void): Host {
  return {
    ...host,
    states: {
      ...host.states,
      async open(...given) {
        const backend = await host.states.open(...given);
        return {
          ...backend,
          async acquireLease(account) {
            const lease = await backend.acquireLease(account);
            taken();
            return lease;
          },
        };
      },
    },
  };
}
