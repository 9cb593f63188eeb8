import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { startServer } from '../../kit/postgres-server.ts';
import { main } from '../../kit/processes/process.ts';
import { testKey } from '../../kit/test-key.ts';
import { askTwins } from './exchange.ts';

export interface StormOptions {
  /** How long things go wrong. */
  readonly seconds: number;
  readonly workers: number;
  readonly accounts: number;
  /** In each account. */
  readonly customers: number;
  readonly say: (line: string) => void;
}

export interface StormResult {
  /** Empty: every promise was kept. */
  readonly problems: readonly string[];
  readonly kills: number;
  readonly freezes: number;
  readonly crashes: number;
  readonly runs: number;
  readonly takeOverMs: readonly number[];
}

interface Worker {
  readonly child: ChildProcess;
  readonly startedAt: number;
  frozen: boolean;
}

/** By when a worker that was started is at work, on a machine that has other things to do. */
const startMs = 20_000;

const takeOverLimitMs = 15_000;
/** After the storm everything must come to rest within this. */
const settleMs = 120_000;

/** Workers as processes, twins in another one, PostgreSQL; all of them in trouble at random for a while. */
export async function runStorm({
  seconds,
  workers: count,
  accounts,
  customers,
  say,
}: StormOptions): Promise<StormResult> {
  const folder = mkdtempSync(join(tmpdir(), 'rolodesk-storm-'));
  const server = await startServer();
  if (server.kind === 'none') throw new Error(server.why);
  const url = await server.createDatabase();
  const twins = fork(join(import.meta.dirname, 'twins-process.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const { configs = [] } = await askTwins(twins, { ask: 'start', accounts, customers, jobLatencyMs: 1_000 });
  mkdirSync(join(folder, 'pipelines'));
  for (const [index, { config }] of configs.entries())
    writeFileSync(
      join(folder, 'pipelines', `account${index}.yaml`),
      `${config.replace('name: customers', `name: account${index}`)}schedule: "* * * * *"\n`,
    );
  const log = openSync(join(folder, 'workers.log'), 'a');
  const env = { PATH: process.env.PATH, HOME: folder, ROLODESK_KEY: testKey, ROLODESK_STATE: url };
  const rolodesk = (...args: readonly string[]): ChildProcess =>
    spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
      cwd: folder,
      env,
      stdio: ['ignore', log, log],
    });
  const startWorker = (): Worker => ({
    child: rolodesk('worker', 'pipelines/', '--no-listen', '--concurrency', '16'),
    startedAt: performance.now(),
    frozen: false,
  });
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  pool.on('error', () => undefined);
  const problems: string[] = [];
  const takeOverMs: number[] = [];
  let kills = 0;
  let freezes = 0;
  let crashes = 0;
  let databaseBackAt = 0;
  const workers: Worker[] = [];

  async function ask<R extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<R[]> {
    for (let tries = 0; ; tries += 1)
      try {
        return (await pool.query<R>(text, [...values])).rows;
      } catch (error) {
        if (tries > 100) throw error;
        await delay(200);
      }
  }
  /** Every schedule was due a while ago. */
  const makeDue = async (): Promise<void> => {
    await ask('UPDATE rolodesk.schedules SET handled_at = handled_at - 120000');
    await ask('UPDATE rolodesk_turns.accounts SET next_at = 0');
  };
  const turnsOf = async (): Promise<{ account: string; fence: string; beat_at: string }[]> =>
    await ask('SELECT account, fence, beat_at FROM rolodesk.turns');

  try {
    const migrated = rolodesk('state', 'migrate');
    const [code] = await once(migrated, 'exit');
    if (code !== 0) throw new Error(`state migrate ended with ${code}`);
    for (let n = 0; n < count; n += 1) workers.push(startWorker());
    const waiting: Promise<void>[] = [];
    await untilEachHasRun();
    const until = performance.now() + seconds * 1000;
    while (performance.now() < until) {
      await askTwins(twins, { ask: 'change' });
      await makeDue();
      await delay(500 + Math.random() * 3_000);
      const index = Math.floor(Math.random() * workers.length);
      const victim = workers[index];
      const dice = Math.random();
      if (!victim || victim.frozen) continue;
      if (dice < 0.55) {
        kills += 1;
        say(`kill -9 of worker ${index}`);
        victim.child.kill('SIGKILL');
        waiting.push(watchTakeOver());
        workers[index] = startWorker();
      } else if (dice < 0.9) {
        freezes += 1;
        const ms = 5_000 + Math.random() * Math.min(55_000, seconds * 500);
        say(`worker ${index} stands still for ${Math.round(ms / 1000)} s`);
        victim.frozen = true;
        victim.child.kill('SIGSTOP');
        waiting.push(
          delay(ms).then(() => {
            victim.child.kill('SIGCONT');
            victim.frozen = false;
          }),
        );
      } else {
        crashes += 1;
        say('kill -9 of PostgreSQL');
        await server.crash();
        await delay(Math.random() * 2_000);
        await server.restart();
        databaseBackAt = performance.now();
      }
    }
    await Promise.all(waiting);
    say('the storm is over');
    await comeToRest();
    await compare();
  } catch (error) {
    problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    for (const { child } of workers) if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    for (const { child } of workers)
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    twins.disconnect();
    await once(twins, 'exit');
  }
  const [runs] = await ask<{ n: string }>('SELECT count(*) AS n FROM rolodesk.runs');
  await pool.end();
  await server.close();
  if (problems.length === 0) rmSync(folder, { recursive: true, force: true });
  else say(`the logs are in ${folder}`);
  return { problems, kills, freezes, crashes, runs: Number(runs?.n ?? 0), takeOverMs };

  /** The accounts of the worker that was killed are at another one, or done with, within the limit. */
  async function watchTakeOver(): Promise<void> {
    let from = performance.now();
    const before = await turnsOf();
    const isAtWork = ({ frozen, startedAt }: Worker): boolean => !frozen && performance.now() - startedAt > startMs;
    for (const { account, fence, beat_at: lastBeat } of before) {
      for (;;) {
        const [now] = (await turnsOf()).filter((one) => one.account === account);
        // It beats: it belonged to another worker.
        if (!now || now.fence !== fence || now.beat_at !== lastBeat) break;
        // Nobody is there who could take it, or no database to take it from: the time does not count.
        if (!workers.some(isAtWork)) from = performance.now();
        from = Math.max(from, databaseBackAt);
        if (performance.now() - from > takeOverLimitMs * 2) break;
        await delay(250);
      }
      takeOverMs.push(Math.round(performance.now() - from));
    }
  }

  /**
   * Each account has made a run. By then its tokens are refreshed: a process that dies between the answer and the commit
   * takes the new token with it, wherever the state is.
   */
  async function untilEachHasRun(): Promise<void> {
    for (let tries = 0; tries < 480; tries += 1) {
      const [done] = await ask<{ n: string }>(
        'SELECT count(DISTINCT pipeline) AS n FROM rolodesk.runs WHERE finished_at IS NOT NULL',
      );
      if (Number(done?.n) === accounts) return;
      if (tries % 20 === 0) await makeDue();
      await delay(250);
    }
    throw new Error('not every account had a run within two minutes');
  }

  async function comeToRest(): Promise<void> {
    const last = performance.now() + settleMs;
    for (;;) {
      await makeDue();
      await delay(3_000);
      const { accounts: views = [] } = await askTwins(twins, { ask: 'look' });
      if (views.every(({ missing, users, customers: wanted }) => missing === 0 && users === wanted)) return;
      if (performance.now() > last) return;
    }
  }

  async function compare(): Promise<void> {
    const { accounts: views = [] } = await askTwins(twins, { ask: 'look' });
    for (const { zendesk, missing, users, externalIds, customers: wanted, throttled } of views) {
      if (missing > 0) problems.push(`${zendesk}: ${missing} of ${wanted} customers are missing or have an old name`);
      if (users > wanted || externalIds !== users)
        problems.push(`${zendesk}: ${users} users with ${externalIds} ids for ${wanted} customers`);
      if (throttled > 0) problems.push(`${zendesk}: ${throttled} requests above the account's budget`);
    }
    // A run wrote nothing after a later run of its pipeline had begun: its turn was over.
    const late = await ask<{ run: string; n: string }>(
      `SELECT r.id AS run, count(*) AS n FROM rolodesk.runs r
       JOIN rolodesk.runs later ON later.pipeline = r.pipeline AND later.number > r.number
       JOIN rolodesk.results o ON o.run = r.id AND o.at > later.started_at
       GROUP BY r.id`,
    );
    for (const { run, n } of late) problems.push(`run ${run} wrote ${n} results after a later run had begun`);
    const slow = takeOverMs.filter((ms) => ms > takeOverLimitMs);
    if (slow.length > 0)
      problems.push(`${slow.length} turns were taken over after more than 15 s: ${slow.join(', ')} ms`);
  }
}
