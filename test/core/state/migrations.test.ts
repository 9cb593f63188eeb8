import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { migrations } from '../../../src/core/state/sqlite/migrations.ts';
import { openSqliteStore } from '../../../src/core/state/sqlite/open-store.ts';
import { ownFolder } from '../../kit/folder.ts';
import { identity, record } from '../../kit/state/store-builders.ts';
import { createTestClock } from '../../kit/test-clock.ts';

const { clock } = createTestClock({ moves: 'at-once' });

/** The store of a file that has the tables of this version and these rows. */
async function upgraded(version: number, rows: readonly string[]) {
  const path = `${ownFolder()}/state.db`;
  const database = new DatabaseSync(path);
  for (const sql of [...migrations.slice(0, version), ...rows]) database.exec(sql);
  database.exec(`PRAGMA user_version = ${version}`);
  database.close();
  const store = await openSqliteStore({ path, clock });
  onTestFinished(() => store.close());
  return { store, id: await store.openPipeline(identity) };
}

const pipeline = `INSERT INTO pipelines VALUES (1, '${identity.name}', '${identity.sourceConnector}',
  '${identity.sourceOrigin}', '${identity.sourceAccount}', '${identity.destinationOrigin}', NULL)`;
const stored = JSON.stringify(record('1'));

test('what version 8 of the state holds is read under the names of version 9', async () => {
  const { store, id } = await upgraded(8, [
    pipeline,
    `INSERT INTO batches (id, pipeline, run, lane, rows, job_id, requested_at)
      VALUES ('b1', 1, 'r1', 'create', '[{"key":"1","delivery":{"kind":"create"}}]', 'j1', 1000)`,
    `INSERT INTO dead_letters (pipeline, key, code, message, record, payload_hash, run, at, watched_id, watched_address, due)
      VALUES (1, '1', 'email-taken', 'Taken.', '${stored}', 'h', 'r1', 1000, '77', 'one@example.com', 0)`,
    `INSERT INTO results (run, key, pipeline, outcome, at, sent_before) VALUES ('r1', '1', 1, 'updated', 1000, '{"name":"One"}')`,
    `INSERT INTO waiting (pipeline, key, sequence, stage, parent, record, attempts) VALUES (1, '2', 7, 'deferred', '1', '${stored}', 1)`,
    "INSERT INTO schedules VALUES (1, 'hourly', 1000, 1, 2, 900)",
    "INSERT INTO inbox VALUES (1, 'e1', '1', 'changed', 1, 1000, 2000), (1, 'e2', '2', 'changed', 2, 1000, NULL)",
  ]);
  expect(await store.openBatches(id)).toMatchObject([{ id: 'b1', operation: 'create', jobId: 'j1' }]);
  expect(await store.deadLetters(id, { limit: 9 })).toMatchObject([
    { key: '1', blockedByUserId: '77', blockedByEmail: 'one@example.com' },
  ]);
  expect(await store.results('r1', { limit: 9 })).toMatchObject([{ key: '1', previousLastSent: { name: 'One' } }]);
  expect(await store.deferred(id, { stage: 'deferred', limit: 9 })).toMatchObject([
    { key: '2', after: '1', sequence: 7 },
  ]);
  expect(await store.schedule(id)).toMatchObject({ runPending: true, missed: 2 });
  expect(await store.pendingChanges(id, { after: 0, limit: 9 })).toMatchObject({ changed: ['2'], upTo: 2 });
});

test('a record that the old file blocked by a user is due once the user changes', async () => {
  const { store, id } = await upgraded(8, [
    pipeline,
    `INSERT INTO dead_letters (pipeline, key, code, message, record, payload_hash, run, at, watched_id, due)
      VALUES (1, '1', 'email-taken', 'Taken.', '${stored}', 'h', 'r1', 1000, '77', 0)`,
  ]);
  expect(await store.due(id, { limit: 9 })).toEqual([]);
  await store.apply(id, { users: [{ id: '77', role: 'end-user', active: true, updatedAt: 2000 }] });
  expect(await store.due(id, { limit: 9 })).toMatchObject([{ key: '1' }]);
});
