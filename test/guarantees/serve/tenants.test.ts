import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openConnectionRows } from '../../../src/app/connections/rows/connection-rows.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { startTestEnvironment } from '../../kit/environment/test-environment.ts';
import { eventually } from '../../kit/eventually.ts';
import { rolodesk } from '../../kit/processes/process.ts';
import { startServing } from '../../kit/service/serving.ts';

const secretOf = (name: string): string => `refresh-secret-of-${name}`;

/** The sandbox's configuration as a template: each tenant has its refresh token and its state. */
async function prepare(text = (template: string): string => template) {
  const it = await startTestEnvironment({ customers: 2 });
  const template = it.box
    .configText('schedule: "0 0 1 1 *"\nstate: ${STATE}\n')
    .replace(/^name: .*\n/m, '')
    .replace(/refreshToken: .*/, 'refreshToken: ${REFRESH_TOKEN}');
  const path = join(it.folder, 'customer.template.yaml');
  writeFileSync(path, text(template));
  const open = () => openConnectionRows(it.folder, { host: it.terminal, clock: systemClock });
  const csv = (rows: readonly string[]) => ({
    name: 'tenants.csv',
    text: ['name,REFRESH_TOKEN,STATE', ...rows].join('\n'),
  });
  const rowOf = (name: string): string => `${name},${secretOf(name)},${name}.db`;
  return { ...it, path, open, csv, rowOf };
}

test('rows of a table are pipelines next to those of files, and are followed as they change', async () => {
  const it = await prepare();
  const rows = await it.open();
  expect(await rows.importTable(it.path, it.csv(['acme', 'globex'].map(it.rowOf)))).toMatchObject({
    added: ['acme', 'globex'],
  });
  const service = await startServing(it);
  expect(service.configurations().map(({ facts }) => facts.name)).toEqual(['customers', 'acme', 'globex']);
  expect(service.reads(), 'the import has read the rows').toBe(1);

  expect(await rows.importTable(it.path, it.csv(['globex', 'initech'].map(it.rowOf)))).toEqual({
    template: 'customer.template.yaml',
    added: ['initech'],
    changed: [],
    unchanged: ['globex'],
  });
  await rows.remove(['acme']);
  await eventually(
    () =>
      service
        .configurations()
        .map(({ facts }) => facts.name)
        .join() === 'customers,globex,initech',
  );
  await rows.close();
});

test('a run of a row reads its secrets, and they are nowhere else', async () => {
  const it = await prepare((template) => template.replace('${REFRESH_TOKEN}', '${REFRESH_TOKEN}'));
  const token = /refreshToken: (\S+)/.exec(it.box.configText())?.[1] ?? '';
  const rows = await it.open();
  await rows.importTable(it.path, {
    name: 'rows.jsonl',
    text: JSON.stringify({ name: 'acme', REFRESH_TOKEN: token, STATE: 'acme.db' }),
  });
  expect(await rows.list()).toEqual([
    { name: 'acme', template: 'customer.template.yaml', values: { STATE: 'acme.db' }, secrets: ['REFRESH_TOKEN'] },
  ]);
  await rows.close();
  writeFileSync(join(it.folder, 'rolodesk.yaml'), 'name: off\n');
  const service = await startServing(it);
  expect(await service.requestRun('acme', 'manual')).toMatchObject({ kind: 'ended', report: { outcome: 'completed' } });
  await service.stop();
  for (const file of readdirSync(it.folder, { recursive: true, withFileTypes: true }))
    if (file.isFile()) expect(readFileSync(join(file.parentPath, file.name)).includes(token), file.name).toBe(false);
  expect(it.logged()).not.toContain(token);
});

test.each([
  [
    'an unknown column',
    'name,REFRESH_TOKEN,STATE,COLOUR\na,t,s,red',
    'tenants.csv:2:4 COLOUR: the template customer.template.yaml has no variable ${COLOUR}; it has',
  ],
  [
    'a missing column',
    'name,STATE\na,s',
    'tenants.csv:2: there is no column REFRESH_TOKEN, and the environment has no such variable',
  ],
  ['no name', 'REFRESH_TOKEN,STATE\nt,s', 'tenants.csv:2: there is no column name, which names the connection'],
  ['an empty cell', 'name,REFRESH_TOKEN,STATE\na,t,s\nb,,s', 'tenants.csv:3:2 REFRESH_TOKEN: is empty'],
  [
    'a doubled name',
    'name,REFRESH_TOKEN,STATE\na,t,s\na,u,v',
    'tenants.csv:3: the name a is that of tenants.csv:2, too',
  ],
  ['a doubled column', 'name,name,STATE\na,b,s', 'tenants.csv:1 has the column name twice'],
  ['a bad value', 'name,REFRESH_TOKEN,STATE,CRON\na,t,s,daily', 'tenants.csv:2:4 CRON: schedule: expected five fields'],
  [
    'one token in two states',
    'name,REFRESH_TOKEN,STATE\na,t,s\nb,t,u',
    'tenants.csv:3: connection a and connection b use one refresh token',
  ],
  ['a quote that does not end', 'name,REFRESH_TOKEN,STATE\na,"t,s', 'is not CSV'],
  ['no rows', 'name,REFRESH_TOKEN,STATE\n', 'There are no rows to import.'],
])('%s is refused with its line and column, and nothing is stored', async (what, text, message) => {
  const cron = (template: string): string => template.replace('"0 0 1 1 *"', '${CRON}');
  const it = await prepare(what === 'a bad value' ? cron : undefined);
  const rows = await it.open();
  const imported = rows.importTable(it.path, { name: 'tenants.csv', text });
  await expect(imported).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(message) });
  expect(await rows.list()).toEqual([]);
  await rows.close();
});

test('a template that no longer fits the stored rows is refused; one that does is taken by all of them', async () => {
  const it = await prepare();
  const rows = await it.open();
  await rows.importTable(it.path, it.csv([it.rowOf('acme')]));
  const text = readFileSync(it.path, 'utf8');
  writeFileSync(it.path, `${text}retention: \${DAYS}\n`);
  await expect(rows.importTable(it.path, undefined)).rejects.toThrow('connection acme: there is no column DAYS');
  const service = await startServing(it);
  writeFileSync(it.path, `${text}retention: 30\n`);
  expect(await rows.importTable(it.path, undefined)).toMatchObject({ unchanged: ['acme'] });
  await service.waitFor('config-reloaded', 2);
  const [, acme] = service.configurations();
  expect((await acme?.settings())?.config.retention).toBe(30);
  await rows.close();
});

test('on the command line: import, add, list and remove', async () => {
  const it = await prepare();
  writeFileSync(join(it.folder, 'tenants.csv'), it.csv([it.rowOf('acme')]).text);
  const env = { REFRESH_TOKEN: secretOf('globex') };
  const cli = async (...given: string[]) => {
    const { code, stdout, stderr } = await rolodesk(['connections', ...given], { cwd: it.folder, env });
    return { code, text: stdout + stderr };
  };
  const template = ['--template', 'customer.template.yaml'];
  expect(await cli('import', 'tenants.csv', ...template)).toMatchObject({
    code: 0,
    text: expect.stringContaining('1 added'),
  });
  expect(await cli('add', 'globex', ...template, '--set', 'STATE=g.db', '--set', 'REFRESH_TOKEN=shown')).toMatchObject({
    code: 2,
  });
  expect(await cli('add', 'globex', ...template, '--set', 'STATE=g.db', '--from-env', 'REFRESH_TOKEN')).toMatchObject({
    code: 0,
  });
  const listed = await cli('list');
  expect(listed.text).toMatch(/acme +customer\.template\.yaml +STATE=acme\.db REFRESH_TOKEN=••••/);
  expect(listed.text).not.toContain('refresh-secret');
  const status = await rolodesk(['status', '--config', 'connection:acme', '--json'], { cwd: it.folder });
  expect(JSON.parse(status.stdout)).toMatchObject({ pipeline: 'acme' });
  const unknown = await rolodesk(['status', '--config', 'connection:nobody'], { cwd: it.folder });
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('No connection nobody') });
  expect(await cli('remove', 'acme', 'nobody')).toMatchObject({ code: 2 });
  expect(await cli('remove', 'acme')).toMatchObject({ code: 0 });
  expect(JSON.parse((await cli('list', '--json')).text).connections).toMatchObject([{ name: 'globex' }]);
  expect(existsSync(join(it.folder, '.rolodesk', 'state.db'))).toBe(true);
});
