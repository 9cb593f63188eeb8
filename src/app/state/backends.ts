import type { StateBackend } from '../../core/state/backend.ts';
import { createSqliteBackend } from '../../core/state/sqlite/backend.ts';
import type { StateLocation } from './location.ts';

/** The states that this process has open. */
export interface StateBackends {
  /**
   * The backend of this location. Whoever opens it closes it. All who have the same one open share it, and the last one
   * to close it ends its connections: a service keeps one open for its own lifetime.
   */
  open(location: StateLocation): Promise<StateBackend>;
}

interface Shared {
  readonly backend: Promise<StateBackend>;
  users: number;
}

export function createStateBackends(): StateBackends {
  const shared = new Map<string, Shared>();
  return {
    async open(location) {
      const key = location.path;
      const entry = shared.get(key) ?? { backend: createBackend(location), users: 0 };
      shared.set(key, entry);
      entry.users += 1;
      let isOpen = true;
      async function close(): Promise<void> {
        if (!isOpen) return;
        isOpen = false;
        entry.users -= 1;
        if (entry.users > 0) return;
        shared.delete(key);
        await (await entry.backend).close();
      }
      try {
        return { ...(await entry.backend), close };
      } catch (error) {
        shared.delete(key);
        throw error;
      }
    },
  };
}

async function createBackend({ path }: StateLocation): Promise<StateBackend> {
  return createSqliteBackend(path);
}
