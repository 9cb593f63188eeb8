import type pg from 'pg';
import { query } from './query.ts';
import { migrateQueue, queueSchema } from './queue.ts';

/** Any number, the same in every version: who migrates waits for whoever does. */
const migrationLock = 7_413_202;

const tables = [
  `CREATE TABLE IF NOT EXISTS ${queueSchema}.accounts (
    account text PRIMARY KEY,
    next_at bigint,
    configuration text NOT NULL,
    retries text NOT NULL DEFAULT '{}'
  )`,
  `CREATE INDEX IF NOT EXISTS accounts_next ON ${queueSchema}.accounts (next_at) WHERE next_at IS NOT NULL`,
  `CREATE TABLE IF NOT EXISTS ${queueSchema}.workers (
    id text PRIMARY KEY,
    host text NOT NULL,
    version text NOT NULL,
    started_at bigint NOT NULL,
    beat_at bigint NOT NULL
  )`,
];

/**
 * Makes the tables of the turns, or brings them to this version. Part of `rolodesk state migrate`; a worker only checks
 * that they are there. Two that migrate at the same time go one after the other.
 */
export async function migrateTurns(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await query(client, 'SELECT pg_advisory_lock($1)', [migrationLock]);
    try {
      await migrateQueue(client);
      for (const table of tables) await query(client, table);
    } finally {
      await query(client, 'SELECT pg_advisory_unlock($1)', [migrationLock]);
    }
  } finally {
    client.release();
  }
}
