import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { createSchedule } from '../src/core/service/schedule.ts';
import { startServer } from '../test/kit/postgres-server.ts';
import { testKey } from '../test/kit/test-key.ts';
import type { Row } from './measure.ts';
import type { ScaleTwinsRequest } from './scale-twins.ts';

interface ScaleOptions {
  readonly pipelines: number;
  readonly accounts: number;
  readonly workers: number;
  /** Minutes between two runs of a pipeline. */
  readonly interval: number;
  /** Where the state is: `postgres`, `file`, or both, one after the other. */
  readonly on: readonly string[];
}

interface ScaleFigures {
  readonly what: string;
  readonly runs: number;
  /** Due times within the measured intervals that no run was started for. */
  readonly missing: number;
  readonly runsPerSecond: number;
  readonly cpuMsPerRun: number;
  readonly transactionsPerRun: number | undefined;
  readonly p50LatenessMs: number;
  readonly p99LatenessMs: number;
  readonly maxLatenessMs: number;
  readonly peakMb: number;
}

interface RunStart {
  readonly pipeline: string;
  readonly at: number;
}

const minuteMs = 60_000;
const main = resolve(import.meta.dirname, '../dist/cli/main.js');
const flags = ['--disable-warning=ExperimentalWarning'];
/** Of Linux: clock ticks of /proc are hundredths of a second. */
const tickMs = 10;

/** Runs without changes of many pipelines, by workers on PostgreSQL and by one process on files. */
export async function measureScale(options: ScaleOptions): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rolodesk-scale-'));
  const twins = fork(join(import.meta.dirname, 'scale-twins.ts'), { execArgv: flags });
  twins.send({ accounts: options.accounts } satisfies ScaleTwinsRequest);
  const [configs] = await once(twins, 'message');
  try {
    const rows: Row[] = [];
    if (options.on.includes('postgres')) rows.push(...rowsOf(await onPostgres(folder, configs, options)));
    if (options.on.includes('file')) rows.push(...rowsOf(await onFiles(folder, configs, options)));
    return rows;
  } finally {
    twins.disconnect();
    await once(twins, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Those without a budget are there for comparison. */
function rowsOf({ what, ...figures }: ScaleFigures): readonly Row[] {
  const row = (name: string, value: number, unit: string, most?: number): Row => ({
    what: `${what}: ${name}`,
    budget: most === undefined ? '' : `at most ${most}${unit}`,
    measured: `${value}${unit}`,
    value,
    holds: most === undefined || value <= most,
  });
  const { transactionsPerRun: transactions } = figures;
  return [
    row(`due runs of ${figures.runs + figures.missing} that did not start in their interval`, figures.missing, '', 0),
    row('runs a second', figures.runsPerSecond, ''),
    row('CPU of a run, idle workers included', figures.cpuMsPerRun, ' ms'),
    ...(transactions === undefined ? [] : [row('transactions of a run, with its turn', transactions, '')]),
    row('start after due, median', figures.p50LatenessMs, ' ms'),
    row('start after due, 99 %', figures.p99LatenessMs, ' ms', minuteMs),
    row('start after due, at most', figures.maxLatenessMs, ' ms'),
    row('peak memory of a process', figures.peakMb, ' MB'),
  ];
}

async function onPostgres(folder: string, configs: readonly string[], options: ScaleOptions): Promise<ScaleFigures> {
  const server = await startServer();
  if (server.kind === 'none') throw new Error(server.why);
  const url = await server.createDatabase();
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  pool.on('error', () => undefined);
  const place = join(folder, 'postgres');
  writeConfigurations(place, configs, options);
  try {
    const migrated = start(['state', 'migrate'], { folder, url });
    await once(migrated, 'exit');
    const children = Array.from({ length: options.workers }, () =>
      start(['worker', place, '--no-listen', '--concurrency', '8'], { folder, url }),
    );
    const transactions = async (): Promise<number> => {
      const { rows } = await pool.query(
        'SELECT xact_commit + xact_rollback AS n FROM pg_stat_database WHERE datname = current_database()',
      );
      return Number(rows[0]?.n);
    };
    const names = async (): Promise<readonly RunStart[]> => {
      const { rows } = await pool.query(
        'SELECT p.name, r.started_at FROM rolodesk.runs r JOIN rolodesk.pipelines p ON p.id = r.pipeline',
      );
      return rows.map(({ name, started_at }) => ({ pipeline: name, at: Number(started_at) }));
    };
    return await measure(`${options.workers} workers, PostgreSQL`, options, { children, transactions, starts: names });
  } finally {
    await pool.end();
    await server.close();
  }
}

async function onFiles(folder: string, configs: readonly string[], options: ScaleOptions): Promise<ScaleFigures> {
  const place = join(folder, 'files');
  writeConfigurations(place, configs, options);
  const children = [start(['serve', place, '--no-listen', '--concurrency', '8'], { folder })];
  const starts = async (): Promise<readonly RunStart[]> => {
    const database = new DatabaseSync(join(place, '.rolodesk/state.db'), { readOnly: true });
    const rows = database
      .prepare('SELECT p.name, r.started_at FROM runs r JOIN pipelines p ON p.id = r.pipeline')
      .all();
    database.close();
    return rows.map(({ name, started_at }) => ({ pipeline: String(name), at: Number(started_at) }));
  };
  return await measure('one process, SQLite', options, { children, transactions: undefined, starts });
}

function start(
  args: readonly string[],
  { folder, url }: { readonly folder: string; readonly url?: string },
): ChildProcess {
  const log = openSync(join(folder, 'log'), 'a');
  const env = { PATH: process.env.PATH, HOME: folder, ROLODESK_KEY: testKey, ...(url && { ROLODESK_STATE: url }) };
  return spawn(process.execPath, [...flags, main, ...args], { cwd: folder, env, stdio: ['ignore', log, log] });
}

function writeConfigurations(place: string, configs: readonly string[], { pipelines, interval }: ScaleOptions): void {
  mkdirSync(place, { recursive: true });
  for (let n = 0; n < pipelines; n += 1) {
    const account = n % configs.length;
    const text = (configs[account] ?? '').replace('name: customers', `name: ${nameOf(n)}`);
    const schedule = `schedule: { cron: "${cronOf(interval)}", jitter: ${jitterOf(interval)} }\n`;
    writeFileSync(join(place, `${nameOf(n)}.yaml`), text + schedule, { mode: 0o600 });
  }
}

const nameOf = (n: number): string => `p${n}`;
const cronOf = (interval: number): string => `*/${interval} * * * *`;
/** Spread over the whole interval. */
const jitterOf = (interval: number): number => interval * 60 - 1;

async function measure(
  what: string,
  { pipelines, interval }: ScaleOptions,
  {
    children,
    transactions,
    starts,
  }: {
    readonly children: readonly ChildProcess[];
    readonly transactions: (() => Promise<number>) | undefined;
    readonly starts: () => Promise<readonly RunStart[]>;
  },
): Promise<ScaleFigures> {
  const intervalMs = interval * minuteMs;
  // The first interval is for starting and for first loads.
  const from = (Math.ceil(Date.now() / intervalMs) + 1) * intervalMs;
  await delay(from - Date.now());
  const before = { cpuMs: cpuOf(children), transactions: (await transactions?.()) ?? 0 };
  const to = from + intervalMs;
  await delay(to - Date.now());
  const cpuMs = cpuOf(children) - before.cpuMs;
  const made = transactions && (await transactions()) - before.transactions;
  const peakMb = Math.max(...children.map(peakOf));
  // What was due last may still be about to start.
  await delay(10_000);
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(children.map((child) => (child.exitCode === null ? once(child, 'exit') : undefined)));
  const found = Map.groupBy(await starts(), ({ pipeline }) => pipeline);
  const lateness: number[] = [];
  let missing = 0;
  for (let n = 0; n < pipelines; n += 1) {
    const schedule = createSchedule({ cron: cronOf(interval), timeZone: 'UTC', jitter: jitterOf(interval) }, nameOf(n));
    const times = (found.get(nameOf(n)) ?? []).map(({ at }) => at).sort((a, b) => a - b);
    for (let due = from; due < to; due += intervalMs) {
      const begins = schedule.beginsAt(due);
      const startedAt = times.find((at) => at >= begins && at < begins + intervalMs);
      if (startedAt === undefined) missing += 1;
      else lateness.push(startedAt - begins);
    }
  }
  lateness.sort((a, b) => a - b);
  const quantile = (share: number): number => Math.round(lateness[Math.floor((lateness.length - 1) * share)] ?? 0);
  const runs = lateness.length;
  return {
    what,
    runs,
    missing,
    runsPerSecond: Math.round((runs / (to - from)) * 10_000) / 10,
    cpuMsPerRun: Math.round(cpuMs / runs),
    transactionsPerRun: made === undefined ? undefined : Math.round((made / runs) * 10) / 10,
    p50LatenessMs: quantile(0.5),
    p99LatenessMs: quantile(0.99),
    maxLatenessMs: quantile(1),
    peakMb,
  };
}

function cpuOf(children: readonly ChildProcess[]): number {
  return children.reduce((sum, { pid }) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return sum + (Number(fields[11]) + Number(fields[12])) * tickMs;
  }, 0);
}

function peakOf({ pid }: ChildProcess): number {
  const [, kilobytes = '0'] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}
