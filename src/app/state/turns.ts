import { hostname } from 'node:os';
import type { Clock } from '../../core/clock.ts';
import { ConfigError } from '../../core/domain/errors.ts';
import type { Logger } from '../../core/domain/log.ts';
import type { SharedTurns } from '../../core/service/turns/shared-supervisor.ts';
import type { WorkerView } from '../../core/service/turns/turns.ts';
import type { StateBackend } from '../../core/state/backend.ts';
import { databaseError } from '../../core/state/postgres/connection/errors.ts';
import { readVersion } from '../version.ts';

/** The turns of workers that share this state, for one of them. Undefined: nobody can share it. */
export async function openTurns(
  { shared, location, acquireLease }: StateBackend,
  ports: { readonly clock: Clock; readonly log: Logger },
): Promise<SharedTurns | undefined> {
  if (!shared) return undefined;
  const { pool, worker, turnMs } = shared;
  // The queue's library is loaded only where there are turns.
  const { openSharedTurns } = await import('../../core/service/turns/postgres/shared-turns.ts');
  const identity = { id: worker, host: hostname(), version: readVersion() };
  return await openSharedTurns({ ...ports, location, pool, worker: identity, acquireLease, limitMs: turnMs });
}

/** Makes the tables of the turns, or brings them to this version. Does nothing where nobody can share the state. */
export async function migrateTurnsOf({ shared, location }: StateBackend): Promise<void> {
  if (!shared) return;
  const { migrateTurns } = await import('../../core/service/turns/postgres/migrate.ts');
  try {
    await shared.alone('rolodesk turns', () => migrateTurns(shared.pool));
  } catch (error) {
    throw databaseError(error, location);
  }
}

/** The workers that share this state. Throws ConfigError where nobody can share it. */
export async function workersOf({ shared, location }: StateBackend): Promise<readonly WorkerView[]> {
  if (!shared) throw needsDatabase();
  const { listWorkers } = await import('../../core/service/turns/postgres/workers.ts');
  try {
    return await listWorkers(shared.pool, shared.turnMs);
  } catch (error) {
    throw databaseError(error, location);
  }
}

/** A worker shares its state: of one in a file it could only be the only one. */
export function needsDatabase(): ConfigError {
  return new ConfigError('Workers need a state that they can share, and this one is a file.', {
    code: 'needs-postgres',
    hint: 'Write state: postgres://user@host/database. For a state in a file there is serve.',
  });
}
