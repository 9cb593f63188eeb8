import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { ownFolder } from '../../kit/folder.ts';
import { dataOf, endOf, keysOf, opened } from './open.ts';

/** A database that is written to by somebody else while it is read. */
function withDatabase(setup: string, config: Readonly<Record<string, unknown>> = {}) {
  const folder = ownFolder();
  const database = new DatabaseSync(join(folder, 'crm.db'));
  onTestFinished(() => database.close());
  database.exec(setup);
  const open = (more: object = {}) => opened({ file: 'crm.db', query: 'SELECT * FROM c', ...config, ...more }, folder);
  return { database, open };
}

const table =
  "CREATE TABLE c (id INTEGER PRIMARY KEY, name TEXT, changed TEXT); INSERT INTO c VALUES (1, 'A', '2026-01-05 09:00:00'), (2, 'B', '2026-01-05 10:00:00'), (3, 'C', NULL)";

test('what becomes of each kind of value', async () => {
  const { open } = withDatabase(
    "CREATE TABLE c (id, whole, large, ratio, endless, text, bytes, none); INSERT INTO c VALUES ('a', 7, 9007199254740993, 0.1, 9e999, 'é', x'00ff', NULL)",
  );
  expect(dataOf(await open().read())).toEqual([
    {
      id: 'a',
      whole: 7,
      large: '9007199254740993',
      ratio: 0.1,
      endless: 'Infinity',
      text: 'é',
      bytes: 'AP8=',
      none: null,
    },
  ]);
});

test('a key that a column of floating numbers has rounded says so: it has an exponent', async () => {
  const { open } = withDatabase('CREATE TABLE c (id REAL); INSERT INTO c VALUES (12345678901234567), (7)');
  expect(keysOf(await open().read()).sort()).toEqual(['1.2345678901234568e+16', '7']);
});

test('without an incremental column every read is one of all rows, and what it does not show is gone', async () => {
  const { open } = withDatabase(table);
  const pages = await open().read();
  expect(keysOf(pages)).toEqual(['1', '2', '3']);
  expect(pages.at(-1)).toMatchObject({ cursor: null, whole: true });
});

test('an incremental read begins so far before the greatest value, and never leaves out a row without one', async () => {
  const { database, open } = withDatabase(table, { incremental: 'changed' });
  const first = await open().read();
  expect(keysOf(first).sort()).toEqual(['1', '2', '3']);
  expect(first.at(-1)?.whole).toBe(true);
  database.exec("INSERT INTO c VALUES (4, 'late', '2026-01-05 09:55:00'), (5, 'too late', '2026-01-05 09:54:59')");
  const second = await open().read(endOf(first));
  expect(keysOf(second).sort()).toEqual(['2', '3', '4']);
  expect(second.at(-1)?.whole).toBeUndefined();
});

test('a time in the future does not hide what changes until then', async () => {
  const { database, open } = withDatabase(table, { incremental: 'changed' });
  database.exec("INSERT INTO c VALUES (4, 'typo', '2926-01-05 10:00:00')");
  const end = endOf(await open().read());
  database.exec("INSERT INTO c VALUES (5, 'new', datetime('now'))");
  expect(keysOf(await open().read(end)).sort()).toEqual(['3', '4', '5']);
});

test('a column of numbers, also of those beyond 2^53, is gone on with', async () => {
  const { database, open } = withDatabase(
    'CREATE TABLE c (id INTEGER PRIMARY KEY, version INTEGER); INSERT INTO c VALUES (1, 9007199254740990), (2, 9007199254740993)',
    { incremental: 'version', overlap: 0 },
  );
  const end = endOf(await open().read());
  database.exec('INSERT INTO c VALUES (3, 9007199254740994), (4, 9007199254740992)');
  expect(keysOf(await open().read(end))).toEqual(['2', '3']);
});

test('another query, or another incremental column, reads everything', async () => {
  const { open } = withDatabase(table, { incremental: 'changed', overlap: 0 });
  const end = endOf(await open().read());
  expect(keysOf(await open().read(end)).sort()).toEqual(['2', '3']);
  expect(keysOf(await open({ query: 'SELECT * FROM c WHERE id < 3' }).read(end))).toEqual(['1', '2']);
});

test('whoever writes to the file is not held up by a reader that takes its time', async () => {
  const { database, open } = withDatabase(table, { pageSize: 1 });
  const { source, context } = open();
  const keys: string[] = [];
  for await (const { records } of source.read(undefined, context)) {
    database.exec("INSERT INTO c (name) VALUES ('meanwhile')");
    keys.push(...records.map(({ key }) => key));
  }
  expect(keys).toEqual(['1', '2', '3']);
});

test('rows of one key come on one page, where core sees that they are two records', async () => {
  const { open } = withDatabase('CREATE TABLE c (id, name); INSERT INTO c VALUES (1, 1), (2, 2), (1, 3)', {
    pageSize: 1,
  });
  const pages = await open().read();
  expect(pages.map(({ records }) => records.map(({ key }) => key))).toEqual([['1', '1'], ['2']]);
});

test('keys of several columns', async () => {
  const { open } = withDatabase("CREATE TABLE c (shop, no); INSERT INTO c VALUES ('a', 1), ('a', 2)", {
    key: ['shop', 'no'],
  });
  expect(keysOf(await open().read())).toEqual(['a:1', 'a:2']);
});

test.each([
  [{ query: 'SELECT id, nam FROM c' }, 'sql-query', /SQLite refuses it: no such column: nam/],
  [{ key: 'ID' }, 'sql-column', /source.key: the query has no column ID/],
  [{ incremental: 'updated' }, 'sql-column', /source.incremental: the query has no column updated/],
  [{ file: 'other.db' }, 'source-file', /there is no file .*other.db/],
  [{ query: 'SELECT id FROM c) AS x, (SELECT 1' }, 'sql-query', /SQLite refuses it/],
])('%j ends the read with what is wrong', async (config, code, message) => {
  const { open } = withDatabase(table);
  await expect(open(config).read()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test('check says how it reads, discover which columns there are', async () => {
  const { open } = withDatabase(table);
  const { source, context } = open({ incremental: 'changed' });
  expect(await source.check(context)).toMatchObject({
    identity: 'crm.db',
    lines: [{ ok: true, detail: 'the first 3 have a key (id)' }, { ok: true }],
  });
  expect(await source.discover?.(context)).toEqual([
    {
      name: 'query',
      fields: [
        { path: 'id', type: 'integer' },
        { path: 'name', type: 'text' },
        { path: 'changed', type: 'text' },
      ],
    },
  ]);
});

test('every page says how many rows there are in all: those of this read', async () => {
  const { open } = withDatabase(table, { incremental: 'changed', overlap: 0, pageSize: 2 });
  const pages = await open().read();
  expect(pages.map(({ total }) => total)).toEqual(pages.map(() => 3));
  // The last of them by time, and the one without a time.
  const rest = await open().read(endOf(pages));
  expect(rest.map(({ total }) => total)).toEqual(rest.map(() => 2));
});
