import type { Clock } from '../../clock.ts';
import type { PipelineId } from '../../domain/pipeline.ts';
import type { Lease } from '../lease.ts';
import type { StateStore } from '../store.ts';
import { createAlertTables } from './alerts.ts';
import { createApply } from './apply.ts';
import { type Connections, useConnection, withStatements } from './connections.ts';
import { createDeferredRecords } from './deferred-records.ts';
import { createDirectory } from './directory.ts';
import { createForget } from './forget.ts';
import { createInbox } from './inbox.ts';
import { createKeptRecords } from './kept-records.ts';
import { createLoad } from './load.ts';
import { copyDatabase, stateError } from './open-database.ts';
import { createPipelines } from './pipelines.ts';
import { type Connection, createStatements } from './query.ts';
import { createResults } from './results.ts';
import { createReview } from './review.ts';
import { createRuns } from './runs.ts';
import { createSchedules } from './schedules.ts';

interface StoreOptions {
  readonly path: string;
  readonly clock: Clock;
  /** Every method that writes checks it first and throws StateError `lease-lost`. Absent for what writes next to a run. */
  readonly lease?: Pick<Lease, 'assertHeld'> | undefined;
}

/**
 * The state in one SQLite file. Runs hold the lease; webhooks, alerts and schedules write small rows next to them.
 * `connections`: those that it shares with others. Absent: it has its own.
 */
export async function openSqliteStore(options: StoreOptions, connections?: Connections): Promise<StateStore> {
  const { connection, release } = useConnection(options.path, connections);
  try {
    return createStore({ database: connection, close: release }, options, new Map());
  } catch (error) {
    release();
    throw stateError(error, `The state file ${options.path} is not one of Rolodesk's`);
  }
}

interface OpenDatabase {
  readonly database: Connection;
  readonly close: () => void;
}

function createStore(
  { database, close }: OpenDatabase,
  { path, clock, lease }: StoreOptions,
  destinations: Map<PipelineId, string>,
): StateStore {
  // Statements are prepared when they are used: this one fails at once where the tables are not ours.
  database.prepare('SELECT sent, fields, changes, rows, report FROM links, users, results, batches, runs');
  database.exec(
    'CREATE TEMP TABLE IF NOT EXISTS unchanged (run TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (run, key)) WITHOUT ROWID',
  );
  const destinationOf = (pipeline: PipelineId): string => destinations.get(pipeline) ?? '';
  const statements = createStatements(database, lease?.assertHeld);
  const apply = createApply(database, destinationOf);
  const load = createLoad(database, destinationOf);

  return withStateErrors({
    load: async (pipeline, query) => load(pipeline, query),
    apply: async (pipeline, changes) => statements.transaction(() => apply(pipeline, changes)),
    ...createPipelines(statements, destinations, destinationOf),
    ...createDirectory(statements, destinationOf),
    ...createKeptRecords(statements, destinationOf),
    ...createDeferredRecords(statements),
    ...createRuns(statements, clock),
    ...createResults(statements),
    ...createSchedules(statements),
    ...createAlertTables(statements),
    ...createInbox(statements),
    ...createReview(statements),
    ...createForget(statements, { database, destinationOf, path }),
    async fork() {
      const copy = copyDatabase(database, path);
      // The copy is this process's alone: it needs no lease.
      const opened = {
        database: withStatements(copy.database),
        close(): void {
          copy.database.close();
          copy.remove();
        },
      };
      return createStore(opened, { path: copy.path, clock }, new Map(destinations));
    },
    close: async () => close(),
  });
}

/** Every failure of the file comes out as a StateError that says what to do. */
function withStateErrors(store: StateStore): StateStore {
  return new Proxy(store, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver);
      if (typeof method !== 'function') return method;
      return async (...given: unknown[]) => {
        try {
          return await Reflect.apply(method, target, given);
        } catch (error) {
          throw isSqlite(error) ? stateError(error, 'The state cannot be read or written') : error;
        }
      };
    },
  });
}

function isSqlite(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
}
