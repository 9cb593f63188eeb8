import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { usersOf } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment, type TestEnvironment } from '../../kit/environment/test-environment.ts';
import { serveScript } from '../../kit/twins/scripted-server.ts';

/** Two records never become one: neither in Zendesk nor in the plan of it. */

interface Row {
  readonly id: number | string;
  readonly name: string;
  readonly email: string;
}

interface Place {
  readonly source: string;
  put(folder: string, rows: readonly Row[]): void;
}

const mapping = 'mapping: { name: name, email: email }\n';

async function placeOf(kind: 'worksheet' | 'json' | 'http'): Promise<Place> {
  if (kind === 'worksheet')
    return {
      source: 'source: { connector: worksheet, path: a.csv, account: club, key: id }\n',
      put: (folder, rows) =>
        writeFileSync(
          join(folder, 'a.csv'),
          ['id,name,email', ...rows.map((row) => Object.values(row).join())].join('\n'),
        ),
    };
  if (kind === 'json')
    return {
      source: 'source: { connector: json, path: a.json, account: club, key: id }\n',
      put: (folder, rows) => writeFileSync(join(folder, 'a.json'), JSON.stringify(rows)),
    };
  let shown: readonly Row[] = [];
  const { origin } = await serveScript(() => ({ body: shown }));
  return {
    source: `source: { connector: http, baseUrl: ${origin}, account: club, key: id, request: { path: /v1/members }, complete: true }\n`,
    put: (_, rows) => {
      shown = rows;
    },
  };
}

async function planned(it: TestEnvironment) {
  await using pipeline = await it.pipeline();
  const plan = await pipeline.plan({ full: true });
  const changes = await Array.fromAsync(plan.changes());
  return changes.map(({ key, action, code }) => [key, action, code]);
}

const namesIn = ({ box }: TestEnvironment) => usersOf(box).map(({ name }) => name);

const ada = { id: 7, name: 'Ada Example', email: 'ada@example.com' };
const bea = { id: 7, name: 'Bea Example', email: 'bea@example.com' };
const cid = { id: 8, name: 'Cid Example', email: 'cid@example.com' };

test.each(['worksheet', 'json', 'http'] as const)(
  '%s: of two customers with one key none is written, in plan and sync, until each has its own',
  async (kind) => {
    const { source, put } = await placeOf(kind);
    const it = await startTestEnvironment({ customers: 0, source: source + mapping });
    put(it.folder, [ada, bea, cid]);
    expect(await planned(it)).toEqual([
      ['7', 'reject', 'duplicate-key'],
      ['8', 'create', undefined],
    ]);
    const report = await it.run({ full: true });
    expect(report).toMatchObject({ outcome: 'completed', tallies: { read: 2, created: 1, rejected: 1 } });
    expect(report.rejects.map(({ key, code }) => [key, code])).toEqual([['7', 'duplicate-key']]);
    expect(report.warnings.map(({ code }) => code)).toContain('duplicate-key');
    expect(namesIn(it)).toEqual(['Cid Example']);
    // Asking for it again changes nothing: nobody can tell the two apart.
    expect(await it.run({ kind: 'retry' })).toMatchObject({ tallies: { rejected: 1 } });
    put(it.folder, [{ ...bea, id: 9 }, cid, ada]);
    expect(await it.run({ full: true })).toMatchObject({ tallies: { created: 2, unchanged: 1, rejected: 0 } });
    // A user that is linked already keeps what it has, and nobody takes the customer for gone.
    put(it.folder, [{ ...ada, name: 'Dan Example', email: 'dan@example.com' }, ada, cid, { ...bea, id: 9 }]);
    expect(await it.run({ full: true })).toMatchObject({ tallies: { unchanged: 2, rejected: 1, updated: 0 } });
    expect(namesIn(it).sort()).toEqual(['Ada Example', 'Bea Example', 'Cid Example']);
  },
);

test('worksheet: customers with one key are found however far apart their rows stand', async () => {
  const { source, put } = await placeOf('worksheet');
  const it = await startTestEnvironment({ customers: 0, jobLatencyMs: 0, plan: 'unlimited', source: source + mapping });
  const others = Array.from({ length: 1500 }, (_, n) => ({ id: n + 100, name: `N ${n}`, email: `n${n}@example.com` }));
  put(it.folder, [ada, ...others, bea]);
  const report = await it.run();
  expect(report).toMatchObject({ tallies: { read: 1501, created: 1500, rejected: 1 } });
  expect(report.rejects[0]?.message).toContain('(row 2, row 1503)');
});

test('worksheet: numbers that a spreadsheet has rounded make nobody into somebody else', async () => {
  const { source, put } = await placeOf('worksheet');
  const it = await startTestEnvironment({ customers: 0, source: source + mapping });
  put(it.folder, [
    { ...ada, id: '1.23457E+15' },
    { ...bea, id: '1.23457E+15' },
  ]);
  const report = await it.run();
  expect(report).toMatchObject({ tallies: { created: 0, rejected: 1 } });
  expect(report.warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(['duplicate-key', 'rounded-key']));
});

test.each(['worksheet', 'json'] as const)(
  '%s: duplicateKeys: last writes the last one, as the plan says',
  async (kind) => {
    const { source, put } = await placeOf(kind);
    const more = 'policies: { duplicateKeys: last }\n';
    const it = await startTestEnvironment({ customers: 0, source: source + mapping + more });
    put(it.folder, [ada, cid, bea]);
    expect(await planned(it)).toEqual([
      ['8', 'create', undefined],
      ['7', 'create', undefined],
    ]);
    expect(await it.run()).toMatchObject({ tallies: { created: 2 } });
    expect(namesIn(it).sort()).toEqual(['Bea Example', 'Cid Example']);
  },
);

test('json: ids with an exponent are reported, and those that it makes equal become nobody', async () => {
  const it = await startTestEnvironment({
    customers: 0,
    source: 'source: { connector: json, path: a.json, account: club }\nmapping: { name: name }\n',
  });
  const ids = ['1.2345678901234567e20', '1.2345678901234568e20', '1.23e20', '123e18'];
  writeFileSync(join(it.folder, 'a.json'), `[${ids.map((id, n) => `{"id":${id},"name":"N ${n}"}`).join()}]`);
  const report = await it.run();
  expect(report).toMatchObject({ tallies: { created: 2, rejected: 1 }, rejects: [{ key: '1.23e+20' }] });
  expect(report.warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(['duplicate-key', 'rounded-key']));
  expect(namesIn(it).sort()).toEqual(['N 0', 'N 1']);
});

test.each(['json', 'http'] as const)('%s: ids beyond 2^53 are read digit by digit', async (kind) => {
  const ids = ['9007199254740993', '9007199254740992', '1234567890123456789'];
  const text = `[${ids.map((id, n) => `{"id":${id},"name":"N ${n}"}`).join()}]`;
  const { origin } = await serveScript(() => ({ body: text, headers: { 'content-type': 'application/json' } }));
  const source =
    kind === 'json'
      ? 'source: { connector: json, path: a.json, account: club }\n'
      : `source: { connector: http, baseUrl: ${origin}, account: club, request: { path: /v1/members } }\n`;
  const it = await startTestEnvironment({ customers: 0, source: `${source}mapping: { name: name }\n` });
  writeFileSync(join(it.folder, 'a.json'), text);
  expect(await it.run()).toMatchObject({ tallies: { created: 3 } });
  expect(usersOf(it.box).map(({ external_id }) => external_id)).toEqual(ids.map((id) => `${kind}:club:${id}`));
});
