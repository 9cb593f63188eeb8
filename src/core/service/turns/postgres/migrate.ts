import type pg from 'pg';
import { query } from './query.ts';
import { migrateQueue, queueSchema } from './queue.ts';

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
 * that they are there. Whoever calls it is alone.
 */
export async function migrateTurns(pool: pg.Pool): Promise<void> {
  await migrateQueue(pool);
  for (const table of tables) await query(pool, table);
}
