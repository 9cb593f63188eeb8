import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { startSandbox } from '../../../src/sandbox/index.ts';
import { eventually } from '../../kit/eventually.ts';
import { ownFolder } from '../../kit/folder.ts';
import { startServer } from '../../kit/postgres-server.ts';
import { rolodesk, start } from '../../kit/processes/process.ts';

test('a state in a file has no workers: both commands say what to do, exit 2', async () => {
  const cwd = ownFolder();
  const box = await startSandbox({ customers: 1 });
  writeFileSync(join(cwd, 'rolodesk.yaml'), box.configText());
  for (const command of [['worker', '--no-listen'], ['workers']]) {
    const { code, stderr } = await rolodesk(command, { cwd });
    expect([code, stderr]).toEqual([2, expect.stringContaining('this one is a file')]);
  }
  await box.close();
});

test('a worker makes the due run, workers shows it, and after SIGTERM nobody is there', {
  timeout: 120_000,
}, async () => {
  const server = await startServer();
  if (server.kind === 'none') throw new Error(server.why);
  const cwd = ownFolder();
  const env = { ROLODESK_STATE: await server.createDatabase() };
  const box = await startSandbox({ customers: 3, jobLatencyMs: 10 });
  writeFileSync(join(cwd, 'rolodesk.yaml'), `${box.configText()}\nschedule: "* * * * *"\n`);
  const { code } = await rolodesk(['state', 'migrate'], { cwd, env });
  expect(code).toBe(0);
  const json = async () => JSON.parse((await rolodesk(['workers', '--json'], { cwd, env })).stdout).workers;
  expect(await json()).toEqual([]);
  const worker = start(['worker', '--no-listen'], { cwd, env });
  await eventually(async () => (await json()).length > 0);
  expect(await json()).toMatchObject([{ alive: true, turns: expect.any(Array) }]);
  const database = new pg.Client({ connectionString: env.ROLODESK_STATE });
  await database.connect();
  await eventually(async () => {
    // Its time has come already: nobody waits for the next minute.
    await database.query('UPDATE rolodesk.schedules SET handled_at = handled_at - 120000');
    await database.query('UPDATE rolodesk_turns.accounts SET next_at = 0');
    return box.zendesk.state().active >= 3;
  });
  const shown = await rolodesk(['workers'], { cwd, env });
  expect(shown.stdout).toContain('✔ ');
  worker.child.kill('SIGTERM');
  expect((await worker.ended).code).toBe(0);
  expect(await json()).toEqual([]);
  // The same right as that of a command such as sync: no two of them are at work on an account.
  const { rows } = await database.query('SELECT account FROM rolodesk_turns.accounts');
  await database.query(
    "INSERT INTO rolodesk.turns VALUES ($1, 1000000, 'somebody', 0, 9e15) ON CONFLICT (account) DO UPDATE SET beat_at = 9e15",
    [rows[0]?.account],
  );
  await database.end();
  const sync = await rolodesk(['sync'], { cwd, env });
  expect([sync.code, sync.stdout + sync.stderr]).toEqual([6, expect.stringContaining('is at work on')]);
  await box.close();
  await server.close();
});
