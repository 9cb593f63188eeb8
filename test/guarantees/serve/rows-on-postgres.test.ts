import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { openConnectionRows } from '../../../src/app/connections/rows/connection-rows.ts';
import { placeOf } from '../../../src/app/service/catalog/place.ts';
import { openServiceTurns } from '../../../src/app/service/service-turns.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { startTestEnvironment, type TestEnvironment } from '../../kit/environment/test-environment.ts';
import { eventually } from '../../kit/eventually.ts';
import { quiet } from '../../kit/ports.ts';
import { rolodesk } from '../../kit/processes/process.ts';
import { startServing } from '../../kit/service/serving.ts';
import { usePostgres } from '../../kit/state/postgres.ts';
import { testKey } from '../../kit/test-key.ts';

const { createUrl } = usePostgres();
const template = 'customer.template.yaml';
const file = '.rolodesk/state.db';
const secretOf = (name: string): string => `refresh-secret-of-${name}`;
const csv = (names: readonly string[]): string =>
  ['name,REFRESH_TOKEN', ...names.map((name) => `${name},${secretOf(name)}`)].join('\n');

/** A folder with a pipeline and a template. Rows stand in the state that `at` names. */
async function prepare() {
  const it = await startTestEnvironment({ customers: 2 });
  writeFileSync(
    join(it.folder, template),
    it.box
      .configText('schedule: "0 0 1 1 *"\n')
      .replace(/^name: .*\n/m, '')
      .replace(/refreshToken: .*/, 'refreshToken: ${REFRESH_TOKEN}'),
  );
  const at = (url: string | undefined, key = testKey) => {
    const env = { ROLODESK_KEY: key, ...(url !== undefined && { ROLODESK_STATE: url }) };
    return {
      async json(...args: readonly string[]) {
        const { code, stdout, stderr } = await rolodesk([...args, '--json'], {
          cwd: it.folder,
          env: { ...env, ...(url !== undefined && { DATABASE: url }) },
        });
        expect(stdout + stderr).not.toMatch(/refresh-secret|a-database-secret/);
        return { code, ...JSON.parse(stdout) };
      },
      /** Which of these are stored as they are here, secrets included. */
      async unchanged(names: readonly string[]) {
        const host = { ...it.terminal, env: { ...it.terminal.env, ...env } };
        const rows = await openConnectionRows(it.folder, { host, clock: systemClock });
        const { added, changed, unchanged } = await rows.importTable(join(it.folder, template), {
          name: 'rows.csv',
          text: csv(names),
        });
        await rows.close();
        expect([added, changed]).toEqual([[], []]);
        return unchanged;
      },
      async import(names: readonly string[]) {
        writeFileSync(join(it.folder, 'rows.csv'), csv(names));
        return await this.json('connections', 'import', 'rows.csv', '--template', template);
      },
    };
  };
  return { ...it, at };
}

test('rows, their templates and their secrets are copied with the pipelines, both ways, under the key of the other state', async () => {
  const it = await prepare();
  const url = await createUrl();
  const [here, there] = [it.at(undefined), it.at(url)];
  await it.run();
  await here.import(['acme', 'globex']);
  await there.import(['initech']);
  const copied = await there.json('state', 'copy', file, '${DATABASE}', '--all');
  expect(copied).toMatchObject({ code: 0, connections: { copied: ['acme', 'globex'], kept: [] } });
  expect(await there.unchanged(['acme', 'globex', 'initech'])).toEqual(['acme', 'globex', 'initech']);
  expect(await there.json('state', 'copy', file, '${DATABASE}', '--all')).toMatchObject({
    code: 0,
    connections: { copied: [], kept: ['acme', 'globex'] },
  });

  expect(await there.json('state', 'copy', '${DATABASE}', 'back.db', '--all')).toMatchObject({
    code: 0,
    connections: { copied: ['acme', 'globex', 'initech'], kept: [] },
  });
  expect(await it.at('back.db').unchanged(['acme', 'globex', 'initech'])).toHaveLength(3);
});

test('another template of the same name is not taken for this one', async () => {
  const it = await prepare();
  const url = await createUrl();
  await it.at(undefined).import(['acme']);
  const text = readFileSync(join(it.folder, template), 'utf8');
  writeFileSync(join(it.folder, template), `${text}retention: 30\n`);
  await it.at(url).import(['initech']);
  expect(await it.at(url).json('state', 'copy', file, '${DATABASE}', '--all')).toMatchObject({
    code: 6,
    error: { code: 'state-copy', message: expect.stringContaining(template) },
  });
});

test('another ROLODESK_KEY that is cut short is continued, and then the rows are as they were', async () => {
  const it = await prepare();
  const url = await createUrl();
  writeFileSync(join(it.folder, '.env'), `ROLODESK_STATE=${url}\n`, { mode: 0o600 });
  await it.run();
  await it.at(url).import(['acme', 'globex']);
  const database = new pg.Pool({ connectionString: url, max: 1 });
  onTestFinished(() => database.end());
  await database.query(
    `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$`,
  );
  await database.query(
    `CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON rolodesk.credentials FOR EACH ROW WHEN (NEW.name LIKE 'z%') EXECUTE FUNCTION refuse()`,
  );
  const next = 'some other secret of many characters';
  const rekey = async () => {
    const env = { ROLODESK_OLD_KEY: testKey, ROLODESK_KEY: next };
    const { code, stdout } = await rolodesk(['state', 'rekey', '--json'], { cwd: it.folder, env });
    return { code, ...JSON.parse(stdout) };
  };
  expect(await rekey()).toMatchObject({ code: 6, error: expect.anything() });
  await database.query('DROP TRIGGER refuse ON rolodesk.credentials');
  expect(await rekey()).toMatchObject({ code: 0, rekeyed: 1, unchanged: 2, unreadable: [] });
  expect(await it.at(url, next).unchanged(['acme', 'globex'])).toEqual(['acme', 'globex']);
  expect(await it.at(url, next).json('sync')).toMatchObject({ code: 0, outcome: 'completed' });
});

test('a connection that is added on one machine is taken up by the workers of all', async () => {
  const it = await prepare();
  const url = await createUrl();
  const machine = async (name: string) => {
    const folder = join(it.folder, name);
    mkdirSync(folder);
    writeFileSync(join(folder, 'rolodesk.yaml'), it.box.configText());
    return await startWorker({
      folder,
      terminal: { ...it.terminal, env: { ...it.terminal.env, ROLODESK_STATE: url } },
    });
  };
  const workers = [await machine('one'), await machine('two')];
  const added = ['connections', 'add', 'acme', '--template', join('..', template), '--from-env', 'REFRESH_TOKEN'];
  const env = { ROLODESK_STATE: url, REFRESH_TOKEN: secretOf('acme') };
  expect((await rolodesk(added, { cwd: join(it.folder, 'one'), env })).code).toBe(0);
  for (const worker of workers) {
    const find = () => worker.configurations().find(({ facts }) => facts.name === 'acme');
    await eventually(() => find() !== undefined);
    expect((await find()?.settings())?.config.source).toMatchObject({ refreshToken: secretOf('acme') });
  }
  expect((await rolodesk(['connections', 'remove', 'acme'], { cwd: join(it.folder, 'two'), env })).code).toBe(0);
  for (const worker of workers)
    await eventually(() => worker.configurations().every(({ facts }) => facts.name !== 'acme'));
});

async function startWorker(given: Pick<TestEnvironment, 'folder' | 'terminal'>) {
  const { folder, terminal } = given;
  const host = { ...terminal, cwd: folder };
  const place = placeOf(folder, host);
  const { signal } = new AbortController();
  const ports = { host, clock: systemClock, log: quiet };
  const shared = await openServiceTurns(place, { ...ports, signal, waitsForTables: false });
  if (!shared) throw new Error('Its state is a file.');
  onTestFinished(() => shared.close());
  return await startServing(given, { ...ports, place, shared, listen: undefined });
}
