import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { usersOf } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment } from '../../kit/environment/test-environment.ts';
import { startServer } from '../../kit/postgres-server.ts';
import { dataOf, endOf, keysOf, opened } from './open.ts';

const server = await startServer();
const isRunning = server.kind === 'running';
const url = isRunning ? server.url() : '';
const run = async (text: string): Promise<void> => {
  if (server.kind === 'running') await server.run(text);
};
afterAll(async () => {
  if (server.kind === 'running') await server.close();
});

const open = (config: Readonly<Record<string, unknown>>) => opened({ url, query: 'SELECT * FROM c', ...config });

describe.skipIf(!isRunning)(server.kind === 'none' ? `PostgreSQL: ${server.why}` : 'PostgreSQL', () => {
  beforeAll(async () => {
    await run('CREATE TABLE c (id bigint, name text, changed timestamptz)');
    await run(
      "INSERT INTO c VALUES (1, 'A', '2026-01-05 09:00:00.123456+02'), (2, 'B', '2026-01-05 10:00+02'), (3, 'C', NULL)",
    );
  });

  test('what becomes of each kind of value', async () => {
    const query = `SELECT 1::int2 AS id, 9007199254740993::int8 AS large, 12::int8 AS small, 1234567890.12345678901234567890::numeric AS amount,
      0.1::float8 AS ratio, 'NaN'::float8 AS none, true AS yes, DATE '2026-01-05' AS day, TIMESTAMP '2026-01-05 09:00:00.123456' AS local,
      TIMESTAMPTZ '2026-01-05 09:00:00.123456+02' AS at, INTERVAL '1 day 2 hours' AS lasts, '{"a": [9007199254740993, 1.5]}'::jsonb AS document,
      ARRAY[1, NULL, 3] AS numbers, ARRAY['a,b', 'NULL', NULL] AS words, ARRAY[[0.1, 12345678901234567.8]]::numeric[] AS amounts,
      '\\x00ff'::bytea AS bytes, '5f0c8f3a-0000-4000-8000-000000000000'::uuid AS uuid, NULL::text AS nothing`;
    expect(dataOf(await open({ query }).read())).toEqual([
      {
        id: 1,
        large: '9007199254740993',
        small: 12,
        amount: '1234567890.12345678901234567890',
        ratio: 0.1,
        none: 'NaN',
        yes: true,
        day: '2026-01-05',
        local: '2026-01-05T09:00:00.123456',
        at: '2026-01-05T07:00:00.123456Z',
        lasts: 'P1DT2H',
        document: { a: ['9007199254740993', 1.5] },
        numbers: [1, null, 3],
        words: ['a,b', 'NULL', null],
        amounts: [['0.1', '12345678901234567.8']],
        bytes: 'AP8=',
        uuid: '5f0c8f3a-0000-4000-8000-000000000000',
        nothing: null,
      },
    ]);
  });

  test('lists of every kind: a delimiter of their own (box), text without braces (int2vector), bounds, nothing', async () => {
    const query = `SELECT 1 AS id, '{(1,1),(0,0);(2,2),(1,1)}'::box[] AS boxes, ARRAY['(1,1),(0,0)'::box, NULL] AS some,
      '[0:1]={(1,1),(0,0);(2,2),(1,1)}'::box[] AS bound, '1 2'::int2vector AS columns, ''::int2vector AS none, '26 1184'::oidvector AS types,
      '{}'::box[] AS empty, ARRAY['a;b', 'c"d'] AS words`;
    const boxes = ['(1,1),(0,0)', '(2,2),(1,1)'];
    expect(dataOf(await open({ query }).read())).toEqual([
      {
        id: 1,
        boxes,
        some: ['(1,1),(0,0)', null],
        bound: boxes,
        columns: [1, 2],
        none: [],
        types: [26, 1184],
        empty: [],
        words: ['a;b', 'c"d'],
      },
    ]);
  });

  test('a query with comments inside comments', async () => {
    const query = "SELECT 1 AS id /* a /* b */ it's; :x */;";
    expect(dataOf(await open({ query }).read())).toEqual([{ id: 1 }]);
  });

  test.each([
    ['timestamptz', "'2026-01-05 09:00+00'", "'2026-01-05 08:55+00'", "'2026-01-05 08:54:59+00'"],
    ['timestamp', "'2026-01-05 09:00'", "'2026-01-05 08:55'", "'2026-01-05 08:54:59'"],
    ['date', "'2026-01-05'", "'2026-01-04'", "'2026-01-03'"],
    ['integer', '1000', '700', '699'],
    ['bigint', '9007199254740993', '9007199254740693', '9007199254740692'],
    ['numeric', '1000.5', '700.5', '700.4'],
    ['text', "'2026-01-05T09:00:00Z'", "'2026-01-05T08:55:00Z'", "'2026-01-05T08:54:59Z'"],
    ['varchar', "'v3'", "'v3'", "'v2'"],
  ])(
    'an incremental column of type %s: at or after, less the overlap, and rows without a value always',
    async (type, greatest, late, tooLate) => {
      await run(
        `DROP TABLE IF EXISTS t; CREATE TABLE t (id int, changed ${type}); INSERT INTO t VALUES (1, ${greatest}), (2, NULL)`,
      );
      for (const query of ['SELECT * FROM t', 'SELECT * FROM t WHERE changed >= :since OR changed IS NULL']) {
        const source = () => open({ query, incremental: 'changed' });
        const first = await source().read();
        expect(keysOf(first)).toEqual(['1', '2']);
        await run(`INSERT INTO t VALUES (3, ${late}), (4, ${tooLate})`);
        expect(keysOf(await source().read(endOf(first))).sort()).toEqual(['1', '2', '3']);
        await run('DELETE FROM t WHERE id > 2');
      }
    },
  );

  test('a time in the future does not hide what changes until then', async () => {
    await run(
      "DROP TABLE IF EXISTS t; CREATE TABLE t (id int, changed timestamp); INSERT INTO t VALUES (1, '2926-01-05'), (2, 'infinity')",
    );
    const source = () => open({ query: 'SELECT * FROM t', incremental: 'changed' });
    const end = endOf(await source().read());
    await run('INSERT INTO t VALUES (3, localtimestamp)');
    expect(keysOf(await source().read(end))).toEqual(['3', '1', '2']);
  });

  test('a row without a value in the column does not move the position', async () => {
    await run(
      "DROP TABLE IF EXISTS t; CREATE TABLE t (id int, changed timestamptz); INSERT INTO t VALUES (1, '2020-01-01+00'), (2, NULL)",
    );
    const [, last] = await open({ query: 'SELECT * FROM t', incremental: 'changed' }).read();
    expect(last?.cursor).toMatchObject({ since: '2020-01-01 00:00:00+00' });
  });

  test('what is written while it is read is not seen, and a run that was stopped goes on where it was', async () => {
    await run(
      'DROP TABLE IF EXISTS t; CREATE TABLE t (id int, changed int); INSERT INTO t SELECT n, n * 1000 FROM generate_series(1, 30) n',
    );
    const source = () => open({ query: 'SELECT * FROM t', incremental: 'changed', pageSize: 10 });
    const first = source();
    for await (const page of first.source.read(undefined, first.context)) {
      await run('DELETE FROM t WHERE id > 25');
      expect(keysOf(await source().read(endOf([page])))[0]).toBe('10');
      break;
    }
  });

  test.each([
    [{ query: 'SELECT id, nam FROM c' }, 2, 'sql-query', /42703.*column "nam" does not exist/],
    [{ query: 'SELECT id FROM nowhere' }, 2, 'sql-query', /42P01/],
    [{ key: 'Id' }, 2, 'sql-column', /source.key: the query has no column Id/],
    [{ query: 'SELECT a.id, b.id FROM c a JOIN c b USING (id)' }, 2, 'sql-column', /two columns are named id/],
    [{ query: 'SELECT id, name::int FROM c' }, 5, 'sql-data', /fails on the data \(22P02\)/],
    [{ query: "SELECT 1 AS id, nextval('s')" }, 2, 'sql-query', /would write/],
    [{ query: 'SELECT 1 AS id, pg_sleep(30)', statementTimeout: 0.05 }, 4, 'sql-timeout', /statementTimeout/],
    [{ password: 'a-wrong-word' }, 3, 'sql-login', /refuses the login \(28P01\)/],
    [{ url: `${url}x` }, 2, 'sql-query', /no such database/],
    [{ tls: 'encrypt' }, 2, 'sql-tls', /does not encrypt/],
    [{ url: isRunning ? server.url('reader') : '' }, 3, 'sql-rights', /may not read/],
  ])('%j ends the read with what is wrong', async (config, exitCode, code, message) => {
    await run('CREATE SEQUENCE IF NOT EXISTS s');
    const error = await open(config)
      .read()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ exitCode, code, message: expect.stringMatching(message) });
  });

  test('rows without a key are left out and warned of, and nobody counts as gone', async () => {
    const query = 'SELECT nullif(id, 2) AS id FROM c';
    const { read, warnings } = open({ query });
    const pages = await read();
    expect(keysOf(pages)).toEqual(['1', '3']);
    expect(pages.at(-1)?.whole).toBeUndefined();
    expect(warnings).toEqual(['rows-without-key']);
  });

  test('a connection that the server ends in mid-scan ends the run, to be tried again', async () => {
    const { source, context } = open({ pageSize: 1 });
    const read = (async () => {
      for await (const _ of source.read(undefined, context))
        await run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rolodesk'");
    })();
    await expect(read).rejects.toMatchObject({ exitCode: 4 });
  });

  test('a query that is in flight is left at once when the run is stopped', async () => {
    const { source, within } = open({ query: 'SELECT 1 AS id, pg_sleep(30)' });
    const stop = new AbortController();
    const read = Array.fromAsync(source.read(undefined, within(stop.signal)));
    setImmediate(() => stop.abort(new Error('asked to stop')));
    await expect(read).rejects.toThrow('asked to stop');
  });

  test('no connection is left open', async () => {
    await open({}).read();
    const query =
      "SELECT count(*) AS id FROM pg_stat_activity WHERE application_name = 'rolodesk' AND pid <> pg_backend_pid()";
    const left = async () => keysOf(await open({ query }).read())[0];
    while ((await left()) !== '0') await new Promise((next) => setImmediate(next));
  });

  test('the password in the URL is given to the redactor, also where it is escaped', () => {
    const { reported } = open({ url: 'postgres://reader:p%40ss%2Fword@localhost/a' });
    expect(reported).toEqual(['p@ss/word']);
  });

  test('check and discover', async () => {
    const { source, context } = open({ incremental: 'changed' });
    expect(await source.check(context)).toEqual({
      identity: 'postgres on 127.0.0.1/postgres',
      lines: [
        { ok: true, title: 'rows', detail: 'the first 3 have a key (id)' },
        { ok: true, title: 'changes', detail: 'rows are asked for by changed (timestamp with time zone)' },
      ],
    });
    expect(await source.discover?.(context)).toMatchObject([
      { fields: [{ path: 'id', type: 'bigint' }, { path: 'name', type: 'text' }, { path: 'changed' }] },
    ]);
  });

  test('a database becomes users, and the next run reads what has changed', async () => {
    await run(
      "DROP TABLE IF EXISTS p; CREATE TABLE p (id int, name text, email text, changed timestamptz); INSERT INTO p SELECT n, 'Customer ' || n, 'c' || n || '@example.com', now() - interval '1 day' - n * interval '1 hour' FROM generate_series(1, 30) n",
    );
    const source = `source:
  connector: sql
  url: ${url}
  account: crm
  query: SELECT * FROM p
  incremental: changed
`;
    const it = await startTestEnvironment({ source, more: 'mapping: { name: name, email: email }\n' });
    expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { created: 30 } });
    await run("UPDATE p SET name = 'Renamed', changed = now() WHERE id = 7");
    expect(await it.run()).toMatchObject({ tallies: { read: 2, updated: 1, unchanged: 1 } });
    expect(usersOf(it.box).find(({ external_id }) => external_id === 'sql:crm:7')?.name).toBe('Renamed');
    expect(it.logged()).not.toContain('a-database-secret');
  });
});

test('a server that is not there is reported with what to do', async () => {
  const { read } = opened({ url: 'postgres://a:b@127.0.0.1:1/crm', query: 'SELECT 1' });
  await expect(read()).rejects.toMatchObject({
    exitCode: 4,
    code: 'network',
    message: 'PostgreSQL at 127.0.0.1: the connection was refused (ECONNREFUSED).',
  });
});

test('a server that takes the connection and says nothing is given up', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  onTestFinished(() => void silent.close());
  await new Promise((listening) => silent.once('listening', listening));
  const address = silent.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const { read } = opened({ url: `postgres://a:b@127.0.0.1:${port}/crm`, query: 'SELECT 1', connectTimeout: 0.05 });
  await expect(read()).rejects.toMatchObject({ exitCode: 4, code: 'network' });
});
