import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { createSqliteBackend } from '../../../src/core/state/sqlite/backend.ts';
import { createConnections } from '../../../src/core/state/sqlite/connections.ts';
import { ownFolder } from '../../kit/folder.ts';
import { identity } from '../../kit/state/store-builders.ts';
import { createTestClock } from '../../kit/test-clock.ts';

const { clock } = createTestClock({ moves: 'at-once' });

function connect() {
  const path = join(ownFolder(), 'state.db');
  const connections = createConnections(path);
  onTestFinished(() => connections.close());
  return { path, connections };
}

test('whoever opens the state next shares the connection, and its statements', () => {
  const { connections } = connect();
  const first = connections.use();
  first.connection.exec('CREATE TEMP TABLE ours (n)');
  const statement = first.connection.prepare('SELECT count(*) AS n FROM ours');
  first.release();
  const next = connections.use();
  expect(next.connection.prepare('SELECT count(*) AS n FROM ours')).toBe(statement);
  expect(statement.get()).toEqual({ n: 0 });
});

test('a state that was deleted or restored is opened again; who has the old file open stays with it to the end', () => {
  const { path, connections } = connect();
  const before = connections.use();
  before.connection.exec("INSERT INTO facts VALUES ('old', '{}')");
  for (const name of [path, `${path}-wal`, `${path}-shm`]) rmSync(name);
  const after = connections.use();
  const count = 'SELECT count(*) AS n FROM facts';
  expect(after.connection.prepare(count).get()).toEqual({ n: 0 });
  expect(before.connection.prepare(count).get()).toEqual({ n: 1 });
  before.release();
  expect(after.connection.prepare(count).get()).toEqual({ n: 0 });
});

test('a state that a newer version has migrated meanwhile is refused', () => {
  const { path, connections } = connect();
  connections.use().release();
  const other = new DatabaseSync(path);
  other.exec('PRAGMA user_version = 9999');
  other.close();
  expect(() => connections.use()).toThrow(/has version 9999/);
});

test('the file is closed once nobody uses it any more, and not before', () => {
  const { path, connections } = connect();
  const [one, other] = [connections.use(), connections.use()];
  one.release();
  one.release();
  expect(() => one.connection.prepare('SELECT 1')).toThrow(/not open/);
  connections.close();
  expect(other.connection.prepare('SELECT 1 AS n').get()).toEqual({ n: 1 });
  expect(existsSync(`${path}-wal`)).toBe(true);
  other.release();
  // Who closes a file last takes its log along.
  expect(existsSync(`${path}-wal`)).toBe(false);
});

test('store, credentials and service of one state do not see each other close', async () => {
  const backend = createSqliteBackend(join(ownFolder(), 'state.db'));
  const credentials = await backend.openCredentials({ clock, key: () => Buffer.alloc(32) });
  const service = await backend.openService({ clock });
  const store = await backend.openStore({ clock });
  const id = await store.openPipeline(identity);
  await credentials.close();
  await service.close();
  await store.beginRun(id, { id: 'r1', kind: 'sync', startedAt: 1 });
  const next = await backend.openStore({ clock });
  await store.close();
  expect(await next.run(id, 'r1')).toMatchObject({ outcome: 'running' });
  await expect(store.run(id, 'r1')).rejects.toThrow(/not open/);
  await next.close();
  await backend.close();
});
