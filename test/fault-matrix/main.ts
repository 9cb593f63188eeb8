import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import bundleCommandLine from '../kit/processes/bundle-cli.ts';
import { startMigratedServer } from '../kit/state/migrated-server.ts';
import { countsAsMarkdown } from './counts.ts';
import { randomKills } from './long/long-cases.ts';
import { coreCases, groups } from './matrix.ts';
import type { Decision } from './worker.ts';

/**
 * Runs the fault matrix and prints what came of it, by group. Exit 1 when a case failed. `--only TEXT` runs the cases whose
 * names hold that text; `--list` names them; `--counts` prints the tables of docs/reliability.md; `--state postgres` runs its core
 * on a PostgreSQL of its own. `--scale` runs workers on one PostgreSQL instead, while they and it are killed and frozen at
 * random for `--minutes N`.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    list: { type: 'boolean', default: false },
    counts: { type: 'boolean', default: false },
    state: { type: 'string', default: 'file' },
    scale: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '10' },
  },
});
const cores = availableParallelism();
/** Of one worker: most of a case is waiting for sockets, and some for a reply that never comes. */
const atOnce = 3;

const core = new Set(coreCases.map(({ name }) => name));
const chosen = groups.flatMap(({ title, cases }) =>
  cases.filter(({ name }) => isChosen(name)).map(({ name }) => ({ name, title })),
);
if (values.scale) process.exitCode = await runScale(Number(values.minutes));
else if (values.counts) process.stdout.write(countsAsMarkdown());
else if (values.list) process.stdout.write(chosen.map(({ name }) => `${name}\n`).join(''));
else process.exitCode = values.state === 'postgres' ? await onPostgres(runAll) : await runAll();

function isChosen(name: string): boolean {
  return name.includes(values.only) && (values.state !== 'postgres' || core.has(name));
}

/** The workers find the database by the environment, as the tests do. */
async function onPostgres(work: () => Promise<number>): Promise<number> {
  const { template, close } = await startMigratedServer();
  process.env.ROLODESK_TEST_POSTGRES = template;
  try {
    return await work();
  } finally {
    await close();
  }
}

async function runScale(minutes: number): Promise<number> {
  const { runStorm } = await import('./scale/storm.ts');
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const { problems, ...counts } = await runStorm({
    seconds: minutes * 60,
    workers: 4,
    accounts: 12,
    customers: 150,
    say,
  });
  process.stdout.write(`${JSON.stringify(counts)}\n`);
  for (const problem of problems) process.stdout.write(`✖ ${problem}\n`);
  return problems.length > 0 ? 1 : 0;
}

async function runAll(): Promise<number> {
  const startedAt = performance.now();
  const left = chosen.map(({ name }) => name);
  const failed: Decision[] = [];
  let done = 0;
  // Their processes are short-lived, and each would load some 700 files.
  if (chosen.some(({ name }) => randomKills.some((one) => one.name === name))) await bundleCommandLine();
  const take = (verdict: Decision): void => {
    done += 1;
    if (verdict.problem !== undefined) failed.push(verdict);
    if (verdict.problem !== undefined) process.stderr.write(`✖ ${verdict.name}\n  ${indented(verdict.problem)}\n`);
    if (done % 100 === 0) process.stderr.write(`${done} of ${chosen.length}\n`);
  };
  await Promise.all(Array.from({ length: cores }, () => work(left, take)));

  process.stdout.write(`${tableOf(failed)}\n`);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  process.stdout.write(`${chosen.length} cases in ${Math.floor(seconds / 60)} min ${seconds % 60} s.\n`);
  for (const { name } of failed) process.stdout.write(`✖ ${name}\n  npm run -s faults -- --only ${quoted(name)}\n`);
  return failed.length > 0 || chosen.length === 0 ? 1 : 0;
}

/** A process that is given one name after another until none is left. */
async function work(left: string[], take: (verdict: Decision) => void): Promise<void> {
  const worker = fork(resolve(import.meta.dirname, 'worker.ts'));
  const inFlight = new Set<string>();
  const next = (): void => {
    const name = left.shift();
    if (name !== undefined) worker.send(name);
    if (name !== undefined) inFlight.add(name);
    if (inFlight.size === 0) worker.disconnect();
  };
  worker.on('message', (verdict: Decision) => {
    inFlight.delete(verdict.name);
    take(verdict);
    next();
  });
  for (let slot = 0; slot < atOnce; slot += 1) if (worker.connected) next();
  await new Promise<void>((ended) => worker.on('exit', () => ended()));
  for (const name of inFlight) take({ name, problem: 'Its process ended before it.' });
}

function tableOf(failed: readonly Decision[]): string {
  const names = new Set(failed.map(({ name }) => name));
  const rows = groups.map(({ title }): readonly [string, number, number] => {
    const own = chosen.filter((one) => one.title === title);
    return [title, own.length, own.filter(({ name }) => names.has(name)).length];
  });
  const sum = rows.reduce(([, all, bad], [, more, worse]) => ['', all + more, bad + worse] as const, [
    '',
    0,
    0,
  ] as const);
  const line = (title: string, ...counts: readonly (string | number)[]): string =>
    title.padEnd(44) + counts.map((count) => String(count).padStart(8)).join('');
  return [
    line('what goes wrong', 'cases', 'green', 'failed'),
    ...[...rows, ['all', sum[1], sum[2]] as const].map(([title, all, bad]) => line(title, all, all - bad, bad)),
  ].join('\n');
}

function indented(text: string): string {
  return text.replaceAll('\n', '\n  ');
}

/** For a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
