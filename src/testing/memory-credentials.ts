import type { CredentialStore } from '../core/domain/credential-store.ts';
import type { Json } from '../core/domain/json.ts';

/** Keeps credentials as long as the test lasts. Two sources with the same store are two processes on one machine. */
export function createMemoryCredentials(): CredentialStore {
  const kept = new Map<string, Json>();
  const queues = new Map<string, Promise<unknown>>();
  return {
    load: async (name) => kept.get(name),
    save: async (name, value) => {
      // As a store on disk keeps it: JSON, and a copy.
      kept.set(name, JSON.parse(JSON.stringify(value)));
    },
    forget: async (name) => {
      kept.delete(name);
    },
    async exclusive(name, work) {
      const before = queues.get(name) ?? Promise.resolve();
      const mine = before.then(work);
      // The next in line waits for the end of this work, whichever it is; its failure is this caller's alone.
      queues.set(
        name,
        mine.catch(() => undefined),
      );
      return await mine;
    },
  };
}
