import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../../src/core/clock.ts';
import { openPostgresBackend } from '../../../../src/core/state/postgres/backend.ts';
import { addressOf } from '../../../../src/core/state/postgres/connection/address.ts';
import { connectDatabase } from '../../../../src/core/state/postgres/connection/database.ts';
import { migrate, schemaVersion } from '../../../../src/core/state/postgres/connection/schema.ts';
import { ownFolder } from '../../../kit/folder.ts';
import { usePostgres } from '../../../kit/state/postgres.ts';
import { startNetwork } from '../../../kit/state/silent-network.ts';
import { identity } from '../../../kit/state/store-builders.ts';
import { createTestClock } from '../../../kit/test-clock.ts';

const postgres = usePostgres();

const open = (
  url: string,
  schema: Parameters<typeof openPostgresBackend>[0]['schema'] = { kind: 'create-if-missing' },
) => openPostgresBackend({ url, clock: systemClock, worker: 'one', schema });
const failure = async (url: string) =>
  await open(url).then(
    () => undefined,
    (error: unknown) => error,
  );
const secrets = /a-database-secret|another-word|postgres:\/\/\w+:/;

test('the first use of an empty database needs no step of its own', async () => {
  const backend = await open(await postgres.server().createDatabase());
  onTestFinished(() => backend.close());
  const lease = await backend.acquireLease(identity.destinationOrigin);
  const store = await backend.openStore({ clock: systemClock, lease });
  expect(await store.openPipeline(identity)).toBe(1);
  await store.close();
  await lease.release();
});

test('several that make the same new database ready at once do not get in each other’s way', async () => {
  const url = await postgres.server().createDatabase();
  const backends = await Promise.all([1, 2, 3].map(() => open(url)));
  for (const backend of backends) await backend.close();
});

test('what is wrong with the login or the name of the database is said, with exit 3 and without the password', async () => {
  const url = await postgres.createUrl();
  const wrong = {
    password: url.replace('a-database-secret', 'another-word'),
    user: url.replace('postgres:a-', 'nobody-knows:a-'),
    database: url.replace(/[^/]*$/, 'none'),
  };
  for (const [name, given] of Object.entries(wrong)) {
    const error = await failure(given);
    expect(error, name).toMatchObject({ exitCode: 3, code: 'state-login', hint: expect.any(String) });
    expect(JSON.stringify([String(error), Object(error).hint, String(Object(error).cause)]), name).not.toMatch(
      /a-database-secret|another-word|nobody-knows/,
    );
  }
});

test('a user who may not make the tables is told which right is missing', async () => {
  const url = await postgres.server().createDatabase();
  const error = await failure(url.replace('postgres:a-', 'reader:a-'));
  expect(error).toMatchObject({ exitCode: 3, code: 'state-rights', hint: expect.stringContaining('GRANT CREATE') });
});

test('a schema that was made for a user who may not make one is used', async () => {
  const url = await postgres.server().createDatabase();
  const owner = await postgres.connect(url);
  await owner.write([{ text: 'CREATE SCHEMA rolodesk AUTHORIZATION reader' }]);
  const backend = await open(url.replace('postgres:a-', 'reader:a-'));
  await backend.close();
  expect(await schemaVersion(owner)).toBeGreaterThan(0);
});

test('nobody listens, or no such host: exit 4, so that the next turn tries again', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const { port } = Object(server.address());
  await new Promise((closed) => server.close(closed));
  const error = await failure(`postgres://me:another-word@127.0.0.1:${port}/state`);
  expect(error).toMatchObject({ exitCode: 4, code: 'network', message: expect.stringContaining('ECONNREFUSED') });
  expect(String(error)).not.toMatch(secrets);
  expect(await failure('postgres://me:another-word@nothing.invalid/state')).toMatchObject({ exitCode: 4 });
});

test('sslmode is what libpq makes of it: with a server that does not encrypt, prefer goes on and require does not', async () => {
  const url = await postgres.createUrl();
  const database = await connectDatabase(addressOf(`${url}?sslmode=prefer`));
  await database.close();
  expect(await failure(`${url}?sslmode=require`)).toMatchObject({ exitCode: 3, code: 'state-tls' });
  expect(await failure(`${url}?sslmode=verify-full&sslrootcert=${ownFolder()}/none.pem`)).toMatchObject({
    exitCode: 6,
    message: expect.stringContaining('none.pem'),
  });
});

test('tables of a newer version are refused, whatever is to be done with them', async () => {
  const url = await postgres.createUrl();
  const database = await postgres.connect(url);
  await database.write([{ text: 'INSERT INTO rolodesk.migrations VALUES (9999, now())' }]);
  const refused = { exitCode: 6, code: 'state-version', message: expect.stringContaining('9999') };
  expect(await failure(url)).toMatchObject(refused);
  await expect(migrate(database)).rejects.toMatchObject(refused);
});

test('tables of an older version: a command says what to run, a worker waits until that was done', async () => {
  const url = await postgres.createUrl();
  const database = await postgres.connect(url);
  const newest = await schemaVersion(database);
  await database.write([{ text: 'DELETE FROM rolodesk.migrations WHERE version = $1', values: [newest] }]);
  await expect(open(url)).rejects.toMatchObject({
    exitCode: 6,
    code: 'state-version',
    hint: expect.stringContaining('rolodesk state migrate'),
  });
  const time = createTestClock({ moves: 'by-hand' });
  let waits = 0;
  const onWait = (): void => {
    waits += 1;
  };
  const { signal } = new AbortController();
  const waiting = open(url, { kind: 'wait', clock: time.clock, signal, onWait });
  while (time.sleepers() === 0) await new Promise((next) => setImmediate(next));
  await database.write([{ text: 'INSERT INTO rolodesk.migrations VALUES ($1, now())', values: [newest] }]);
  await time.play(2_000);
  await (await waiting).close();
  expect(waits).toBe(1);
});

test('a connection that the server ended fails what is in progress with exit 4, and the next goes through', async () => {
  const url = await postgres.createUrl();
  const database = await postgres.connect(url);
  const ending = database.write([{ text: 'SELECT pg_terminate_backend(pg_backend_pid())' }]);
  await expect(ending).rejects.toMatchObject({ exitCode: 4 });
  expect(await database.read([{ text: 'SELECT 1 AS one' }])).toEqual([[{ one: 1 }]]);
});

test('a server that goes silent is waited for once: not on each idle connection, and not with a new one for each question', {
  timeout: 30_000,
}, async () => {
  const network = await startNetwork(await postgres.createUrl());
  const database = await postgres.connect(`${network.url}?statement_timeout=1&connect_timeout=1`);
  const ask = () => database.read([{ text: 'SELECT 1 AS one' }]);
  await Promise.all([ask(), ask(), ask()]);
  network.goSilent();
  const silent = { exitCode: 4, code: 'network', message: expect.stringContaining('the server does not answer') };
  await expect(ask()).rejects.toMatchObject(silent);
  const before = network.connections();
  for (const _ of [1, 2, 3, 4, 5]) await expect(ask()).rejects.toMatchObject(silent);
  expect(network.connections()).toBe(before + 1);
});

test('a backend keeps all runs away while a command must be alone, and waits for none', async () => {
  const url = await postgres.createUrl();
  const backend = await open(url);
  onTestFinished(() => backend.close());
  const lease = await backend.acquireLease('https://acme.example.com');
  await expect(backend.withoutRuns(async () => 'alone')).rejects.toMatchObject({ code: 'locked' });
  await lease.release();
  expect(await backend.withoutRuns(async () => 'alone')).toBe('alone');
});
