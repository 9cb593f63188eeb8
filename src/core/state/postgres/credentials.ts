import PQueue from 'p-queue';
import type { Clock } from '../../clock.ts';
import { TransientError } from '../../domain/errors.ts';
import type { ClosableCredentialStore } from '../backend.ts';
import { decrypt, encrypt, keyIdOf } from '../sealed-value.ts';
import type { Database, Statement } from './connection/database.ts';

/** How long work on one credential waits for that of another process, and how long work itself may take. */
const lockMs = 120_000;
const workMs = 300_000;
/** How long a secret waits for a database that is away: the old one may be worth nothing any more. */
const saveMs = 60_000;
const saveAgainMs = 500;
/** Connections that may wait for locks at once, besides the pool. */
const locksAtOnce = 4;

/** Secrets that must survive the process, in a table, encrypted under their name. `save` resolves when the value is committed. */
export function createPostgresCredentials({
  database,
  clock,
  key,
}: {
  readonly database: Database;
  readonly clock: Pick<Clock, 'elapsed' | 'sleep'>;
  /** Asked for with the first secret: deriving it takes a while, and not every command needs one. */
  readonly key: () => Buffer;
}): ClosableCredentialStore {
  /** Within this process work on one credential waits here; the lock in the database is for other processes. */
  const queues = new Map<string, PQueue>();
  const locks = new PQueue({ concurrency: locksAtOnce });

  /** The lock ends with its transaction, and so with its connection: it needs no session, and no death leaves it behind. */
  async function locked<T>(name: string, work: () => Promise<T>): Promise<T> {
    return await database.transaction(
      async (run) => {
        const text = 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))';
        await run({ text, values: [`rolodesk credential ${name}`] });
        return await work();
      },
      { lockMs, idleMs: workMs, statementMs: lockMs },
    );
  }

  /** A refreshed token is nowhere else, so that a database that starts again must not cost it. */
  async function writeUntilThere(statements: readonly Statement[]): Promise<void> {
    const startedAt = clock.elapsed();
    for (;;)
      try {
        await database.write(statements);
        return;
      } catch (error) {
        if (!(error instanceof TransientError) || clock.elapsed() - startedAt > saveMs) throw error;
        await clock.sleep(saveAgainMs);
      }
  }

  return {
    async load(name) {
      const text = 'SELECT value, key_id FROM rolodesk.credentials WHERE name = $1';
      const [[row] = []] = await database.read([{ text, values: [name] }]);
      if (!(row?.value instanceof Uint8Array)) return undefined;
      return decrypt({ key: key(), name, sealed: Buffer.from(row.value), keyId: row.key_id });
    },
    async save(name, value) {
      const text = `INSERT INTO rolodesk.credentials (name, value, key_id) VALUES ($1, $2, $3)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value, key_id = excluded.key_id`;
      await writeUntilThere([
        // Whoever set the server to lose the last commits in a crash did not mean tokens.
        { text: 'SET LOCAL synchronous_commit = on' },
        { text, values: [name, encrypt(key(), name, value), keyIdOf(key())] },
      ]);
    },
    async forget(name) {
      await database.write([{ text: 'DELETE FROM rolodesk.credentials WHERE name = $1', values: [name] }]);
    },
    async names() {
      const [rows = []] = await database.read([{ text: 'SELECT name FROM rolodesk.credentials ORDER BY name' }]);
      return rows.map(({ name }) => String(name));
    },
    async exclusive(name, work) {
      const queue = queues.get(name) ?? new PQueue({ concurrency: 1 });
      queues.set(name, queue);
      return await queue.add(() => locks.add(() => locked(name, work)));
    },
    close: async () => undefined,
  };
}
