import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { customer, startTestEnvironment, usersOf } from '../../kit/environment/test-environment.ts';
import { eventually } from '../../kit/eventually.ts';
import { rolodesk, start } from '../../kit/processes/process.ts';
import { usePostgres } from '../../kit/state/postgres.ts';
import { startPooler } from '../../kit/state/transaction-pooler.ts';

const postgres = usePostgres();

/** Five customers, whose state is behind a pooler that gives each transaction another connection. */
async function startBehindPooler(url: string) {
  const pooler = await startPooler(url);
  onTestFinished(() => pooler.close());
  const it = await startTestEnvironment({ customers: 0, state: { url: pooler.url } });
  for (let id = 1; id <= 5; id += 1) it.box.quickbooks.company.upsert(customer(id));
  const json = async (...args: readonly string[]) => {
    const { code, stdout } = await rolodesk([...args, '--json'], { cwd: it.folder });
    return { code, ...JSON.parse(stdout) };
  };
  return { ...it, json, url: pooler.url };
}

test('a new database is made ready, synced and reverted through a pooler in transaction mode', async () => {
  const { box, json } = await startBehindPooler(await postgres.server().createDatabase());
  const synced = await json('sync');
  expect(synced).toMatchObject({ code: 0, outcome: 'completed', tallies: { created: 5 } });
  expect(await json('undo', synced.run, '--yes')).toMatchObject({ undoes: synced.run });
  expect(usersOf(box).filter(({ active }) => active)).toHaveLength(0);
});

test('the tables of turns are migrated there as often as somebody asks, and a worker makes the due run', {
  timeout: 120_000,
}, async () => {
  const direct = await postgres.server().createDatabase();
  const { box, folder, configure, json, url } = await startBehindPooler(direct);
  for (const _ of [1, 2, 3, 4]) expect(await json('state', 'migrate')).toMatchObject({ code: 0 });
  configure('schedule: "* * * * *"\n');
  writeFileSync(join(folder, '.env'), `ROLODESK_STATE=${url}\n`, { mode: 0o600 });
  const worker = start(['worker', '--no-listen'], { cwd: folder });
  const database = await postgres.connect(direct);
  await eventually(async () => {
    // As soon as the worker knows the account, its time has come.
    const made = { text: 'UPDATE rolodesk.schedules SET handled_at = handled_at - 120000 RETURNING 1 AS one' };
    const [schedules = []] = await database.write([made, { text: 'UPDATE rolodesk_turns.accounts SET next_at = 0' }]);
    return schedules.length === 1;
  });
  await eventually(() => usersOf(box).length === 5);
  worker.child.kill('SIGTERM');
  expect((await worker.ended).code).toBe(0);
});
