import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../../src/core/clock.ts';
import { StateError } from '../../../../src/core/domain/errors.ts';
import { migrateTurns } from '../../../../src/core/service/turns/postgres/migrate.ts';
import { openPostgresTurns, type PostgresTurns } from '../../../../src/core/service/turns/postgres/postgres-turns.ts';
import { openSharedTurns } from '../../../../src/core/service/turns/postgres/shared-turns.ts';
import type { SharedTurns } from '../../../../src/core/service/turns/shared-supervisor.ts';
import type { Lease } from '../../../../src/core/state/lease.ts';
import { quiet } from '../../../kit/ports.ts';
import { type Server, startServer } from '../../../kit/postgres-server.ts';
import { testTurns } from '../../../kit/turns/test-turns.ts';

const server = await startServer();
const limitMs = 10_000;

/** A database with the tables of turns and leases, for each test. */
async function createDatabase(running: Extract<Server, { kind: 'running' }>): Promise<pg.Pool> {
  const pool = new pg.Pool({ connectionString: await running.createDatabase(), max: 5 });
  pool.on('error', () => undefined);
  await pool.query('CREATE SCHEMA rolodesk');
  await pool.query(
    'CREATE TABLE rolodesk.turns (account text PRIMARY KEY, fence bigint, worker text, taken_at bigint, beat_at bigint)',
  );
  await migrateTurns(pool);
  return pool;
}

const sinceEpoch = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint';

/** Leases that never beat: a test says how old their beat is. */
async function acquireLease(pool: pg.Pool, worker: string, account: string): Promise<Lease> {
  const { rowCount } = await pool.query(
    `INSERT INTO rolodesk.turns AS t (account, worker, fence, taken_at, beat_at) VALUES ($1, $2, 1, ${sinceEpoch}, ${sinceEpoch})
     ON CONFLICT (account) DO UPDATE SET worker = excluded.worker, beat_at = excluded.beat_at
     WHERE t.beat_at < ${sinceEpoch} - ${limitMs}`,
    [account, worker],
  );
  if (rowCount === 0) throw new StateError(`${account} is taken`, { code: 'locked' });
  return {
    assertHeld: () => undefined,
    release: async () => {
      await pool.query('DELETE FROM rolodesk.turns WHERE account = $1 AND worker = $2', [account, worker]);
    },
  };
}

/** As if everything in the queue had been there for so much longer. */
async function letPass(pool: pg.Pool, ms: number): Promise<void> {
  await pool.query(`UPDATE rolodesk_turns.job SET start_after = start_after - interval '${ms} ms'`);
}

async function open(pool: pg.Pool, id: string): Promise<PostgresTurns> {
  return await openPostgresTurns(turnOptions(pool, id));
}

function turnOptions(pool: pg.Pool, id: string) {
  return {
    pool,
    location: 'here',
    clock: systemClock,
    log: quiet,
    worker: { id, host: 'here', version: '1' },
    acquireLease: (account: string) => acquireLease(pool, id, account),
    limitMs,
  };
}

if (server.kind === 'none') test.skip(`PostgreSQL: ${server.why}`, () => undefined);
else {
  afterAll(async () => await server.close());

  testTurns('turns in PostgreSQL', {
    workers: 2,
    create() {
      const pool = createDatabase(server);
      return {
        open: async (id) => await open(await pool, id),
        pass: async (ms) => await letPass(await pool, ms),
        close: async () => await (await pool).end(),
      };
    },
  });

  test('without its tables, or with those of another version, a worker says what to run', async () => {
    const bare = new pg.Pool({ connectionString: await server.createDatabase(), max: 2 });
    await expect(open(bare, 'a')).rejects.toMatchObject({ code: 'state-version', exitCode: 6 });
    await bare.end();
    const pool = await createDatabase(server);
    await pool.query('UPDATE rolodesk_turns.version SET version = version - 1');
    await expect(open(pool, 'a')).rejects.toMatchObject({ code: 'state-version', exitCode: 6 });
    await pool.end();
  });

  test('a turn whose queue is gone gives back its lease: its heartbeats would keep the account from all others', async () => {
    const pool = await createDatabase(server);
    const turns = await open(pool, 'a');
    await turns.nudge(['x']);
    const turn = await turns.take();
    await pool.query('ALTER SCHEMA rolodesk_turns RENAME TO elsewhere');
    await turn?.release({ again: true });
    expect((await pool.query('SELECT * FROM rolodesk.turns')).rowCount).toBe(0);
    await pool.query('ALTER SCHEMA elsewhere RENAME TO rolodesk_turns');
    await turns.close();
    await pool.end();
  });

  describe('turns of workers that died', () => {
    let pool: pg.Pool;
    let a: PostgresTurns;
    let b: PostgresTurns;

    beforeAll(async () => {
      pool = await createDatabase(server);
      a = await open(pool, 'a');
      b = await open(pool, 'b');
      return async () => {
        await a.close();
        await b.close();
        await pool.end();
      };
    });

    const longAgo = async (): Promise<void> => {
      await pool.query(`UPDATE rolodesk.turns SET beat_at = beat_at - ${limitMs + 1}`);
      await pool.query(`UPDATE rolodesk_turns.job SET started_on = started_on - interval '${limitMs + 1} ms'`);
    };

    test('a turn is left alone while its lease beats, and is taken over when it does not', async () => {
      await a.nudge(['x']);
      expect((await a.take())?.account).toBe('x');
      expect(await b.freeAbandoned()).toBe(0);
      await longAgo();
      expect(await b.freeAbandoned()).toBe(1);
      const taken = await b.take();
      expect(taken?.account).toBe('x');
      await taken?.release();
      expect(await b.take()).toBeUndefined();
    });

    test('a worker that died before it had the lease holds up nobody', async () => {
      await a.nudge(['y']);
      await a.queue.take();
      await longAgo();
      expect(await b.freeAbandoned()).toBe(1);
      expect((await b.take())?.account).toBe('y');
    });

    test('an account whose lease somebody has waits, and the others go on', async () => {
      const lease = await acquireLease(pool, 'a command', 'z');
      await a.nudge(['z']);
      await a.nudge(['w']);
      expect((await a.take())?.account).toBe('w');
      expect(await a.take()).toBeUndefined();
      await lease.release();
      await letPass(pool, 2_500);
      expect((await a.take())?.account).toBe('z');
    });
  });

  describe('accounts that are due', () => {
    let pool: pg.Pool;
    let a: SharedTurns;
    let b: SharedTurns;
    const nextAt = (): number => Date.now() - 1;
    const next = { configuration: 'c', retries: {} };

    beforeEach(async () => {
      pool = await createDatabase(server);
      a = await openSharedTurns(turnOptions(pool, 'a'));
      b = await openSharedTurns(turnOptions(pool, 'b'));
      return async () => {
        await a.turns.close();
        await b.turns.close();
        await pool.end();
      };
    });

    test('are nudged once, by whichever worker sweeps first', async () => {
      for (const account of ['x', 'y']) await a.due.save(account, { ...next, nextAt: nextAt() }, undefined);
      await a.due.save('z', { ...next, nextAt: nextAt() + 60_000 }, undefined);
      await Promise.all([a.sweep(), b.sweep()]);
      const taken = [await a.turns.take(), await b.turns.take(), await a.turns.take()];
      expect(taken.flatMap((turn) => turn?.account ?? []).sort()).toEqual(['x', 'y']);
      for (const turn of taken) await turn?.release();
      await a.sweep();
      expect(await b.turns.take()).toBeUndefined();
    });

    test('what waits to be tried again is kept, and only the turn that has the account says when it is due', async () => {
      const retries = { p: { at: 5, attempts: 2, trigger: 'schedule' as const } };
      await pool.query("INSERT INTO rolodesk.turns VALUES ('x', 7, 'a', 0, 0)");
      await a.due.save('x', { configuration: 'c', retries, nextAt: 5 }, 7);
      await b.due.save('x', { ...next, nextAt: 9 }, 6);
      expect(await b.due.load('x')).toEqual({ retries });
    });

    test('an account that is new, or whose pipelines have changed, is looked at', async () => {
      await a.due.save('x', { ...next, nextAt: undefined }, undefined);
      await a.due.save('y', { ...next, nextAt: undefined }, undefined);
      const configurations = new Map([
        ['x', 'c'],
        ['y', 'other'],
        ['z', 'c'],
      ]);
      expect([...(await b.due.changed(configurations))].sort()).toEqual(['y', 'z']);
      await b.due.remove('x');
      expect([...(await b.due.changed(configurations))].sort()).toEqual(['x', 'y', 'z']);
    });
  });
}
