import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { usersOf } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment } from '../../kit/environment/test-environment.ts';
import { fullTableTap, incrementalTap, noPython, python, tapAt } from './tap-twin.ts';

const mapping = 'mapping: { name: name, email: email, tags: [acme] }\n';
const source = (command: readonly string[], more = '') =>
  `source:
  connector: singer
  command: ${JSON.stringify(command)}
  stream: customers
  account: acme
  config: { file: rows.json, token: a-tap-secret }
${more}`;

const customers = (count: number, day = 1) =>
  Array.from({ length: count }, (_, index) => ({
    id: String(index + 1).padStart(4, '0'),
    name: `Customer ${index + 1}`,
    email: `c${index + 1}@example.com`,
    updated_at: `2026-01-0${day}T00:00:${String(index % 60).padStart(2, '0')}Z`,
  }));

test.skipIf(!python)(
  python ? 'a tap that dies in mid-stream goes on where it was, and the next run reads what has changed' : noPython,
  async () => {
    const it = await startTestEnvironment({
      source: source(incrementalTap, '  replicationKey: updated_at'),
      more: mapping,
    });
    const file = join(it.folder, 'rows.json');
    const rows = customers(250).map((row, index) => ({ ...row, updated_at: new Date(index * 1000).toISOString() }));
    writeFileSync(file, JSON.stringify(rows));
    writeFileSync(`${file}.dies`, '230');
    const broken = await it.run();
    expect(broken).toMatchObject({ outcome: 'failed', error: { code: 'singer-tap' }, tallies: { created: 200 } });

    rmSync(`${file}.dies`);
    // At or after the last state: its own record comes once more.
    expect(await it.run()).toMatchObject({
      outcome: 'completed',
      tallies: { read: 51, created: 50, unchanged: 1 },
    });
    const renamed = { ...rows[6], name: 'Renamed', updated_at: '2026-02-01T00:00:00.000Z' };
    writeFileSync(file, JSON.stringify(rows.with(6, renamed as (typeof rows)[number])));
    const changed = await it.run();
    expect(changed).toMatchObject({ outcome: 'completed', tallies: { updated: 1, created: 0 } });
    expect(changed.tallies.read).toBeLessThanOrEqual(2);
    expect(usersOf(it.box)).toHaveLength(250);
    expect(usersOf(it.box).find(({ external_id }) => external_id === 'singer:acme:0007')?.name).toBe('Renamed');
    expect(it.logged()).not.toContain('a-tap-secret');
  },
);

test('a whole table that does not show a customer any more takes it for gone, in every run', async () => {
  const it = await startTestEnvironment({ source: source(fullTableTap), more: mapping });
  const write = (rows: readonly object[]) => writeFileSync(join(it.folder, 'rows.json'), JSON.stringify({ rows }));
  write(customers(3));
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { created: 3 } });
  write(customers(3).slice(1));
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { read: 3, updated: 1, unchanged: 2 } });
  expect(usersOf(it.box).find(({ external_id }) => external_id === 'singer:acme:0001')?.tags).toEqual([
    'acme',
    'singer-inactive',
  ]);
});

test('the tap of a run does not see the secrets that the run was started with', async () => {
  const command = [process.execPath, tapAt('play.mjs'), '--lines', 'lines'];
  const it = await startTestEnvironment({
    source: source(command, `  catalog: ${tapAt('catalog.json')}`),
    more: mapping,
  });
  const schema = { type: 'SCHEMA', stream: 'customers', schema: { properties: {} }, key_properties: ['id'] };
  const lines = [schema, { type: 'RECORD', stream: 'customers', record: { id: '1', name: 'Ada' } }];
  writeFileSync(join(it.folder, 'lines'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { created: 1 } });
  const { env } = JSON.parse(readFileSync(join(it.folder, 'lines.given'), 'utf8'));
  expect(it.terminal.env).toHaveProperty('ROLODESK_KEY');
  expect(env).toHaveProperty('HOME', it.folder);
  expect(env).not.toHaveProperty('ROLODESK_KEY');
});
