import type { Lease } from './lease.ts';
import type { StateStore } from './store.ts';

/** The state of a run that holds the lease: whatever is asked of it, the lease is checked first. */
export function withLeaseCheck(store: StateStore, lease: Pick<Lease, 'assertHeld'>): StateStore {
  return new Proxy(store, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver);
      if (typeof method !== 'function' || name === 'close') return method;
      return async (...given: unknown[]) => {
        lease.assertHeld();
        return await Reflect.apply(method, target, given);
      };
    },
  });
}
