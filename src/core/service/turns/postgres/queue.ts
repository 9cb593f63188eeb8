import { PgBoss } from 'pg-boss';
import { StateError } from '../../../domain/errors.ts';
import { type Queryable, query } from './query.ts';

/** Where pg-boss keeps its tables, and we the accounts and workers. */
export const queueSchema = 'rolodesk_turns';
const queueName = 'turns';
const daySeconds = 86_400;
/** Accounts in one statement. */
const maxNudges = 1_000;

/** One entry of the queue: an account that waits, or whose turn somebody has. */
export interface QueuedTurn {
  readonly account: string;
  /** The entry and the attempt at it: an entry that was taken again is not ended by who had it before. */
  readonly attempt: { readonly id: string; readonly retryCount: number };
}

/** What pg-boss decides for us: which account is next, and that none is given out twice. */
export interface TurnQueue {
  /** `database`: a transaction that the nudges belong to. */
  nudge(
    accounts: readonly string[],
    options?: { readonly afterMs?: number; readonly database?: Queryable },
  ): Promise<void>;
  take(): Promise<QueuedTurn | undefined>;
  end(turn: QueuedTurn): Promise<void>;
  close(): Promise<void>;
}

/** Installs pg-boss's tables, or brings them to the version of this program. Workers never do. */
export async function migrateQueue(pool: Queryable): Promise<void> {
  const boss = createBoss(pool, { migrate: true, onError: undefined });
  const failures: Error[] = [];
  boss.on('error', (error) => failures.push(error));
  await boss.start();
  try {
    if (!(await boss.getQueue(queueName)))
      // At most one entry of an account waits, and at most one is with a worker.
      await boss.createQueue(queueName, { policy: 'stately', expireInSeconds: daySeconds, retryLimit: 0 });
  } finally {
    await boss.stop({ close: false, graceful: false });
  }
  if (failures[0]) throw failures[0];
}

/** Throws StateError `state-version` when the tables are missing or of another version. */
export async function openQueue(
  pool: Queryable,
  { onError }: { readonly onError: (error: Error) => void },
): Promise<TurnQueue> {
  const boss = createBoss(pool, { migrate: false, onError });
  await boss.start().catch((error: unknown) => {
    throw error instanceof Error && /not installed|requires migrations/.test(error.message) ? otherVersion() : error;
  });
  return {
    async nudge(accounts, { afterMs = 0, database } = {}) {
      // In one order, so that two workers that nudge the same accounts do not wait for each other.
      const sorted = [...accounts].sort();
      for (let from = 0; from < sorted.length; from += maxNudges) {
        const jobs = sorted.slice(from, from + maxNudges).map((account) => ({
          singletonKey: account,
          startAfter: Math.ceil(afterMs / 1000),
        }));
        await boss.insert(queueName, jobs, database ? { db: adapterOf(database) } : {});
      }
    },
    async take() {
      const [job] = await boss.fetch(queueName, { includeMetadata: true, batchSize: 1 });
      return job && { account: job.singletonKey ?? '', attempt: { id: job.id, retryCount: job.retryCount } };
    },
    async end({ attempt }) {
      // Removed and not marked as done: what is left in the table is what waits, and it stays small.
      await boss.deleteJob(queueName, attempt);
    },
    close: async () => await boss.stop({ close: false, graceful: false }),
  };
}

/**
 * Entries that somebody has taken and holds no longer: its worker died. `limitMs` is how old the last beat of a living
 * worker can be. Read from pg-boss's own table, because it knows nothing of leases.
 */
export async function abandonedTurns(pool: Queryable, limitMs: number): Promise<readonly QueuedTurn[]> {
  const { rows } = await query<{ id: string; account: string; retry: number }>(
    pool,
    `SELECT j.id, j.singleton_key AS account, j.retry_count AS retry
     FROM ${queueSchema}.job j LEFT JOIN rolodesk.turns t ON t.account = j.singleton_key
     WHERE j.name = '${queueName}' AND j.state = 'active'
       AND j.started_on < clock_timestamp() - $1 * interval '1 millisecond'
       AND (t.account IS NULL OR t.beat_at < (extract(epoch FROM clock_timestamp()) * 1000)::bigint - $1)`,
    [limitMs],
  );
  return rows.map(({ id, account, retry }) => ({ account, attempt: { id, retryCount: retry } }));
}

function otherVersion(): StateError {
  return new StateError('The tables of the turns are missing, or of another version of Rolodesk.', {
    code: 'state-version',
    hint: 'Stop the workers of the older version and run: rolodesk state migrate',
  });
}

function createBoss(
  database: Queryable,
  { migrate, onError }: { readonly migrate: boolean; readonly onError: ((error: Error) => void) | undefined },
): PgBoss {
  const boss = new PgBoss({
    db: adapterOf(database),
    schema: queueSchema,
    migrate,
    createSchema: migrate,
    // Schedules are ours, nobody listens, and what is done is removed at once.
    schedule: false,
    supervise: false,
    useListenNotify: false,
    registerInstance: false,
  });
  if (onError) boss.on('error', onError);
  return boss;
}

function adapterOf(database: Queryable) {
  return {
    executeSql: async (text: string, values?: unknown[]) => await query(database, text, values),
  };
}
