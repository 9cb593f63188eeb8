import { hostname } from 'node:os';
import { defined } from '../../core/defined.ts';
import type { StateBackend } from '../../core/state/backend.ts';
import type { SchemaPolicy } from '../../core/state/postgres/connection/schema.ts';
import { keyOf, type StateLocation } from './location.ts';

/** The states that this process has open. */
export interface StateBackends {
  /** How others see this process where several share a state. */
  readonly worker: string;
  /**
   * The backend of this location. Whoever opens it closes it. All who have the same one open share it, and the last one
   * to close it ends its connections: a service keeps one open for its own lifetime. `schema` is what is done about a
   * database without the tables of this version; whoever opens it first decides. Default: they are made if there are none.
   */
  open(location: StateLocation, options?: { readonly schema?: SchemaPolicy | 'as-it-is' }): Promise<StateBackend>;
}

interface Shared {
  readonly backend: Promise<StateBackend>;
  users: number;
}

interface Options {
  readonly worker?: string;
  /** A worker without a heartbeat for so long has lost its turn. */
  readonly turnMs?: number;
}

const createIfMissing: SchemaPolicy = { kind: 'create-if-missing' };

export function createStateBackends({ worker = `${hostname()} ${newSuffix()}`, turnMs }: Options = {}): StateBackends {
  const shared = new Map<string, Shared>();
  return {
    worker,
    async open(location, { schema = createIfMissing } = {}) {
      const key = keyOf(location);
      const entry = shared.get(key) ?? { backend: createBackend(location, { worker, turnMs, schema }), users: 0 };
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
        // Whoever asks next tries again.
        if (shared.get(key) === entry) shared.delete(key);
        throw error;
      }
    },
  };
}

/** Tells processes of one machine apart. No secret: to load node:crypto takes a tenth of the time of `rolodesk --help`. */
function newSuffix(): string {
  return Math.floor(Math.random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0');
}

async function createBackend(
  location: StateLocation,
  {
    schema,
    worker,
    turnMs,
  }: { readonly schema: SchemaPolicy | 'as-it-is'; readonly worker: string; readonly turnMs: number | undefined },
): Promise<StateBackend> {
  // Each is loaded when a state is opened: `rolodesk --help` opens none, and a state in a file needs no driver.
  if (location.kind === 'sqlite') {
    const { createSqliteBackend } = await import('../../core/state/sqlite/backend.ts');
    return createSqliteBackend(location.path);
  }
  const { openPostgresBackend } = await import('../../core/state/postgres/backend.ts');
  const { systemClock } = await import('../../core/clock.ts');
  return await openPostgresBackend({
    url: location.url,
    // Beats are real time, whatever time a run is told.
    clock: systemClock,
    worker,
    schema,
    ...defined({ turnMs }),
  });
}
