import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { migrations } from '../../../src/core/state/postgres/connection/migrations.ts';
import { startTestEnvironment } from '../../kit/environment/test-environment.ts';
import { eventually } from '../../kit/eventually.ts';
import { rolodesk, start } from '../../kit/processes/process.ts';
import { usePostgres } from '../../kit/state/postgres.ts';

const { createUrl } = usePostgres();

/** The migrations table is all that tells versions apart: with another row in it, this version is an older or a newer one. */
async function startWorker() {
  const url = await createUrl();
  const it = await startTestEnvironment({ customers: 1, state: { url }, more: 'schedule: "0 0 1 1 *"\n' });
  const database = new pg.Pool({ connectionString: url, max: 1 });
  database.on('error', () => undefined);
  onTestFinished(() => database.end());
  const run = (text: string) => database.query(text);
  const worker = () => {
    const { child, ended } = start(['worker', '--no-listen'], { cwd: it.folder });
    let log = '';
    child.stderr?.on('data', (chunk) => {
      log += String(chunk);
    });
    const stop = async (): Promise<number | null> => {
      child.kill('SIGTERM');
      return (await ended).code;
    };
    return { stop, ended, logs: (text: string) => eventually(() => log.includes(text)) };
  };
  const json = async (...args: readonly string[]) => {
    const { code, stdout } = await rolodesk([...args, '--json'], { cwd: it.folder });
    return { code, ...JSON.parse(stdout) };
  };
  return { ...it, run, worker, json };
}

test('a worker of a newer version waits next to those of the older one until somebody migrates, and then takes turns', {
  timeout: 60_000,
}, async () => {
  const { run, worker, json } = await startWorker();
  expect(await json('state', 'migrate')).toMatchObject({ code: 0 });
  await run(`DELETE FROM rolodesk.migrations WHERE version = ${migrations.length}`);
  const newer = worker();
  await newer.logs('waiting for: rolodesk state migrate');
  expect(await json('sync')).toMatchObject({ code: 6, error: { code: 'state-version' } });
  // What the migration itself would do is there.
  await run(`INSERT INTO rolodesk.migrations VALUES (${migrations.length}, now())`);
  await newer.logs('service started');
  expect(await newer.stop()).toBe(0);
});

test('a worker under which a newer version has migrated takes no more turns and says why; a new one does not start', {
  timeout: 60_000,
}, async () => {
  const { folder, run, worker, json } = await startWorker();
  expect(await json('state', 'migrate')).toMatchObject({ code: 0 });
  const older = worker();
  await older.logs('service started');
  await eventually(async () => (await run('SELECT FROM rolodesk_turns.accounts')).rowCount === 1);
  await eventually(async () => (await run('SELECT FROM rolodesk.turns')).rowCount === 0);
  await run('INSERT INTO rolodesk.migrations VALUES (9999, now())');
  // Another schedule makes work for a turn.
  const file = join(folder, 'rolodesk.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"0 0 1 1 *"', '"0 0 2 1 *"'));
  await older.logs('state-version');
  expect((await run('SELECT FROM rolodesk.turns')).rowCount).toBe(0);
  // It is left for whoever can take it.
  await eventually(async () => (await run("SELECT FROM rolodesk_turns.job WHERE state = 'created'")).rowCount === 1);
  expect(await json('sync')).toMatchObject({ code: 6, error: { code: 'state-version' } });
  const { code, stderr } = await worker().ended;
  expect([code, stderr]).toEqual([6, expect.stringContaining('9999')]);
  expect(await older.stop()).toBe(0);
});
