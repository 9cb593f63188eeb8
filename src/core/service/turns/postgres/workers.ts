import type pg from 'pg';
import type { WorkerIdentity, WorkerView } from '../turns.ts';
import { nowMs } from './now.ts';
import { query } from './query.ts';
import { queueSchema } from './queue.ts';

/** How long a worker that stopped beating is still listed. */
const listedMs = 3_600_000;

interface WorkerRow {
  readonly id: string;
  readonly host: string;
  readonly version: string;
  readonly started_at: string;
  readonly beat_at: string;
  readonly alive: boolean;
  readonly turns: readonly { readonly account: string; readonly since: number }[];
}

/** The workers that share this database. A worker that dies stays listed as not alive for an hour. */
export function createWorkers(pool: pg.Pool) {
  return {
    /** Registers, or says that it is alive. */
    async beat({ id, host, version }: WorkerIdentity): Promise<void> {
      await query(
        pool,
        `INSERT INTO ${queueSchema}.workers (id, host, version, started_at, beat_at) VALUES ($1, $2, $3, ${nowMs}, ${nowMs})
         ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at`,
        [id, host, version],
      );
    },
    async leave({ id }: WorkerIdentity): Promise<void> {
      await query(pool, `DELETE FROM ${queueSchema}.workers WHERE id = $1 OR beat_at < ${nowMs} - ${listedMs}`, [id]);
    },
  };
}

/** Those that are alive, and those that were within the hour. None where no worker ever was. */
export async function listWorkers(pool: pg.Pool, limitMs: number): Promise<readonly WorkerView[]> {
  const { rowCount } = await query(pool, 'SELECT 1 WHERE to_regclass($1) IS NOT NULL', [`${queueSchema}.workers`]);
  if (rowCount === 0) return [];
  const { rows } = await query<WorkerRow>(
    pool,
    `SELECT w.id, w.host, w.version, w.started_at, w.beat_at, w.beat_at >= ${nowMs} - $1 AS alive,
       coalesce(json_agg(json_build_object('account', t.account, 'since', t.taken_at) ORDER BY t.taken_at)
         FILTER (WHERE t.account IS NOT NULL), '[]') AS turns
     FROM ${queueSchema}.workers w LEFT JOIN rolodesk.turns t ON t.worker = w.id
     GROUP BY w.id ORDER BY w.started_at, w.id`,
    [limitMs],
  );
  return rows.map(({ id, host, version, started_at, beat_at, alive, turns }) => ({
    id,
    host,
    version,
    since: Number(started_at),
    seenAt: Number(beat_at),
    isAlive: alive,
    turns,
  }));
}
