import type { Clock } from '../../clock.ts';
import { StateError } from '../../domain/errors.ts';
import type { StateBackend } from '../backend.ts';
import { openConsoleStore } from '../console/open-console-store.ts';
import { postgresSql } from '../console/portable-sql.ts';
import { openPostgresTables } from '../copy/postgres-tables.ts';
import { readPostgresGlances } from '../service/postgres-glances.ts';
import { openPostgresServiceStore } from '../service/postgres-service-store.ts';
import { readPostgresStandings } from '../service/postgres-standings.ts';
import { addressOf } from './connection/address.ts';
import { connectDatabase, type Database } from './connection/database.ts';
import { ensureSchema, migrate, type SchemaPolicy } from './connection/schema.ts';
import { createPostgresCredentials } from './credentials.ts';
import { openPostgresStore } from './open-store.ts';
import { acquireTurn, defaultTurnMs } from './turn.ts';

export interface PostgresBackend extends StateBackend {
  readonly kind: 'postgres';
  /** For what else uses the database in its own right, such as a queue of turns. */
  readonly database: Database;
}

interface BackendOptions {
  /** Must be one: see `addressProblem`. */
  readonly url: string;
  readonly clock: Clock;
  /** Whom others see as the holder of a turn, such as host and process. */
  readonly worker: string;
  /** A holder that has sent no beat for so long is replaced. */
  readonly turnMs?: number;
  /** `as-it-is`: for whoever only migrates. */
  readonly schema: SchemaPolicy | 'as-it-is';
}

/** As long as a command may take that keeps all runs away. */
const withoutRunsMs = 3_600_000;
/** How long whoever must be alone waits for whoever is. */
const aloneMs = 300_000;

/** The state in PostgreSQL, through one pool for all pipelines of the process. */
export async function openPostgresBackend({
  url,
  clock,
  worker,
  turnMs = defaultTurnMs,
  schema,
}: BackendOptions): Promise<PostgresBackend> {
  const database = await connectDatabase(addressOf(url));
  try {
    if (schema !== 'as-it-is') await ensureSchema(database, schema);
  } catch (error) {
    await database.close();
    throw error;
  }
  return {
    kind: 'postgres',
    location: database.location,
    database,
    acquireLease: (account) => acquireTurn({ database, clock, account, worker, turnMs }),
    openStore: async ({ clock: now, lease }) => openPostgresStore({ database, clock: now, lease }),
    openCredentials: async ({ key }) => createPostgresCredentials({ database, clock, key }),
    openService: async ({ clock: now }) => openPostgresServiceStore(database, now),
    standings: (identities) => readPostgresStandings(database, identities),
    glances: (identities, { runs }) => readPostgresGlances(database, identities, runs),
    openConsole: async ({ clock: now }) => openConsoleStore(postgresSql(database, now)),
    migrate: () => migrate(database),
    shared: {
      pool: database.pool,
      worker,
      turnMs,
      alone: (name, work) =>
        database.transaction(
          async (run) => {
            await run({ text: 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', values: [name] });
            return await work();
          },
          { lockMs: aloneMs, statementMs: aloneMs, idleMs: withoutRunsMs },
        ),
    },
    withoutRuns: (work) =>
      database.transaction(
        async (run) => {
          // Whoever would take a turn now waits for this transaction, and gives up after a while.
          await run({ text: 'LOCK TABLE rolodesk.turns IN SHARE ROW EXCLUSIVE MODE' });
          const text = 'SELECT account FROM rolodesk.turns WHERE beat_at >= rolodesk.now_ms() - $1::bigint LIMIT 1';
          const [held] = await run({ text, values: [turnMs] });
          if (held) throw runIsInFlight(String(held.account), database.location);
          return await work();
        },
        { idleMs: withoutRunsMs },
      ),
    openTables: async (lease) => openPostgresTables(database, lease),
    close: () => database.close(),
  };
}

function runIsInFlight(account: string, location: string): StateError {
  return new StateError(`A worker is at work on ${account} with the state in ${location}.`, {
    code: 'locked',
    hint: 'Wait for it to end, or stop it. Nothing was read or written.',
  });
}
