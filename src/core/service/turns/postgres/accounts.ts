import type pg from 'pg';
import { parseRetries } from '../retries.ts';
import type { DueAccounts } from '../worker.ts';
import { nowMs } from './now.ts';
import { query } from './query.ts';
import { queueSchema, type TurnQueue } from './queue.ts';

/** When each account's next run begins, for every worker to see. */
export interface Accounts extends DueAccounts {
  /** Nudges accounts whose time has come. Each is nudged again after a while, unless its turn sets another time. */
  nudgeDue(queue: TurnQueue): Promise<number>;
}

const accountsAtOnce = 500;
/** For an account that no worker knows how to work on at present. */
const nudgedAgainMs = 60_000;

export function createAccounts(pool: pg.Pool): Accounts {
  return {
    async load(account) {
      const { rows } = await query<{ retries: string }>(
        pool,
        `SELECT retries FROM ${queueSchema}.accounts WHERE account = $1`,
        [account],
      );
      return { retries: parseRetries(rows[0]?.retries) };
    },
    async save(account, { nextAt, configuration, retries }, fence) {
      await query(
        pool,
        `INSERT INTO ${queueSchema}.accounts AS a (account, next_at, configuration, retries)
         SELECT $1, $2, $3, $4
         WHERE $5::bigint IS NULL OR EXISTS (SELECT FROM rolodesk.turns WHERE account = $1 AND fence = $5)
         ON CONFLICT (account) DO UPDATE SET next_at = excluded.next_at, configuration = excluded.configuration,
           retries = excluded.retries`,
        [account, nextAt ?? null, configuration, JSON.stringify(retries), fence ?? null],
      );
    },
    async remove(account) {
      await query(pool, `DELETE FROM ${queueSchema}.accounts WHERE account = $1`, [account]);
    },
    async changed(configurations) {
      const { rows } = await query<{ account: string }>(
        pool,
        `SELECT given.account FROM unnest($1::text[], $2::text[]) AS given (account, configuration)
         LEFT JOIN ${queueSchema}.accounts a USING (account)
         WHERE a.account IS NULL OR a.configuration <> given.configuration`,
        [[...configurations.keys()], [...configurations.values()]],
      );
      return rows.map(({ account }) => account);
    },
    async nudgeDue(queue) {
      const waiting = await query(pool, `SELECT FROM ${queueSchema}.accounts WHERE next_at <= ${nowMs} LIMIT 1`);
      if (waiting.rowCount === 0) return 0;
      const client = await pool.connect();
      try {
        await query(client, 'BEGIN');
        const { rows } = await query<{ account: string }>(
          client,
          `WITH due AS (
             SELECT account FROM ${queueSchema}.accounts WHERE next_at <= ${nowMs}
             ORDER BY next_at LIMIT ${accountsAtOnce} FOR UPDATE SKIP LOCKED)
           UPDATE ${queueSchema}.accounts a SET next_at = ${nowMs} + ${nudgedAgainMs}
           FROM due WHERE a.account = due.account RETURNING a.account`,
        );
        if (rows.length > 0)
          await queue.nudge(
            rows.map(({ account }) => account),
            { database: client },
          );
        await query(client, 'COMMIT');
        client.release();
        return rows.length;
      } catch (error) {
        // Closed and not given back: whatever it was in ends with it.
        client.release(true);
        throw error;
      }
    },
  };
}
