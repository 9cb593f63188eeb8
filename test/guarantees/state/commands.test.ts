import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { customer, startTestEnvironment, usersOf } from '../../kit/environment/test-environment.ts';
import { rolodesk } from '../../kit/processes/process.ts';
import { usePostgres } from '../../kit/state/postgres.ts';
import { testKey } from '../../kit/test-key.ts';

const { createUrl, server } = usePostgres();
const password = 'a-database-secret';

/** A company of five customers, whose pipeline keeps its state in a database of its own. */
async function start() {
  const url = await createUrl();
  const environment = await startTestEnvironment({ customers: 0, state: { url } });
  for (let id = 1; id <= 5; id += 1) environment.box.quickbooks.company.upsert(customer(id));
  const cwd = environment.folder;
  async function command(...args: readonly string[]) {
    const { code, stdout, stderr } = await rolodesk(args, { cwd });
    expect(stdout + stderr, args.join(' ')).not.toMatch(new RegExp(password));
    return { code, stdout, stderr };
  }
  async function json(...args: readonly string[]) {
    const { code, stdout, stderr } = await command(...args, '--json');
    expect(stdout, stderr).not.toBe('');
    const parsed: unknown = JSON.parse(stdout);
    const document: Readonly<Record<string, unknown>> = Array.isArray(parsed)
      ? { items: parsed, code }
      : { ...z.looseObject({}).parse(parsed), code };
    return document;
  }
  return { ...environment, cwd, url, command, json };
}

const report = z.object({ run: z.string(), outcome: z.string(), tallies: z.looseObject({ created: z.number() }) });

test('sync, plan, status, runs, show, rejects, retry, link, connections, support-bundle, audit and undo work on a database', async () => {
  const { box, command, json } = await start();
  expect(await json('plan')).toMatchObject({ code: 0, counts: { create: 5 } });
  expect(usersOf(box)).toHaveLength(0);
  const { run, tallies } = report.parse(await json('sync'));
  expect(usersOf(box)).toHaveLength(tallies.created);
  box.quickbooks.company.upsert(customer(3, { DisplayName: 'Renamed' }));
  expect(await json('sync')).toMatchObject({ outcome: 'completed', tallies: { created: 0, updated: 1 } });
  expect(await json('sync')).toMatchObject({ outcome: 'completed', tallies: { created: 0, updated: 0 } });
  expect(await json('status')).toMatchObject({ last: { outcome: 'completed' } });
  expect(await json('runs')).toMatchObject({ items: [{}, {}, { id: run }] });
  expect((await command('show', run)).stdout).toContain(run);
  expect((await command('show', '--customer', '3')).stdout).toContain('Renamed');
  expect(await json('rejects')).toMatchObject({ code: 0, items: [] });
  expect(await json('retry')).toMatchObject({ outcome: 'completed' });
  expect((await json('connections')).connections).toHaveLength(2);
  expect((await command('support-bundle', run)).code).toBe(0);
  expect(await json('audit')).toMatchObject({ code: 0 });
  expect((await command('link', '3', String(usersOf(box)[0]?.id))).code).toBeLessThan(3);
  expect(await json('undo', run, '--yes')).toMatchObject({ undoes: run });
  expect(usersOf(box).filter(({ active }) => active)).toHaveLength(0);
});

test('forget removes a customer from the database, and says where', async () => {
  const { command, json } = await start();
  await json('sync');
  expect(await json('forget', '3', '--yes')).toMatchObject({ removed: { links: 1 } });
  expect((await command('show', '--customer', '3')).code).toBe(2);
});

test('a second run is refused while one holds the account, whatever its process', async () => {
  const { json, open } = await start();
  const { close } = await open();
  expect(await json('sync')).toMatchObject({ code: 6, error: { code: 'locked' } });
  await close();
  expect(await json('sync')).toMatchObject({ code: 0, outcome: 'completed' });
});

test('alerts and schedules are kept next to a run, without its lease', async () => {
  const { configure, cwd, json } = await start();
  configure(`alerts: { targets: [{ type: command, command: [touch, ${join(cwd, 'told')}] }] }\n`);
  expect(await json('alerts', 'test')).toMatchObject({ code: 0 });
  expect(await json('sync')).toMatchObject({ outcome: 'completed' });
});

test('rolodesk state says where it is, and migrate makes the tables of a new database', async () => {
  const { cwd, command, json } = await start();
  const empty = await server().createDatabase();
  writeFileSync(join(cwd, '.env'), `ROLODESK_STATE=${empty}\n`, { mode: 0o600 });
  const location = `postgres://127.0.0.1:${server().port}/${empty.slice(empty.lastIndexOf('/') + 1)}`;
  expect(await json('state')).toMatchObject({ code: 0, state: location, kind: 'postgres' });
  const { to } = await json('state', 'migrate');
  expect(await json('state', 'migrate')).toMatchObject({ code: 0, state: location, from: to, to });
  expect((await command('state', 'migrate', 'own.db')).stdout).toMatch(/own\.db is at version \d+ now \(was 0\)/);
});

test('rekey encrypts every token with the new key; with the old one they cannot be read, and nothing is lost', async () => {
  const { cwd, json, run } = await start();
  await run();
  const before = 'some other secret of many characters';
  const env = (given: Readonly<Record<string, string>>) => ({ cwd, env: given });
  const keys = { ROLODESK_OLD_KEY: testKey, ROLODESK_KEY: before };
  const rekeyed = await rolodesk(['state', 'rekey', '--json'], env(keys));
  expect({ code: rekeyed.code, ...JSON.parse(rekeyed.stdout) }).toMatchObject({ code: 0, rekeyed: 2, unreadable: [] });
  expect(JSON.parse((await rolodesk(['state', 'rekey', '--json'], env(keys))).stdout)).toMatchObject({
    rekeyed: 0,
    unchanged: 2,
  });
  expect(await json('sync')).toMatchObject({ code: 6, error: { code: 'wrong-key' } });
  const { code, stdout } = await rolodesk(['sync', '--json'], env({ ROLODESK_KEY: before }));
  expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, outcome: 'completed' });
});

test('rekey is refused while a run is in flight, and without both keys', async () => {
  const { cwd, open } = await start();
  const { close } = await open();
  const keys = { ROLODESK_OLD_KEY: testKey, ROLODESK_KEY: 'some other secret of many characters' };
  const refused = await rolodesk(['state', 'rekey', '--json'], { cwd, env: keys });
  expect({ code: refused.code, ...JSON.parse(refused.stdout) }).toMatchObject({ code: 6, error: { code: 'locked' } });
  await close();
  const missing = await rolodesk(['state', 'rekey', '--json'], { cwd });
  expect({ code: missing.code, ...JSON.parse(missing.stdout) }).toMatchObject({
    code: 2,
    error: { code: 'key-missing' },
  });
});
