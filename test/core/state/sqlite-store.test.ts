import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { StateError } from '../../../src/core/domain/errors.ts';
import { lookUps } from '../../../src/core/state/sqlite/load.ts';
import { migrations } from '../../../src/core/state/sqlite/migrations.ts';
import { openSqliteStore } from '../../../src/core/state/sqlite/open-store.ts';
import { beginning } from '../../../src/core/state/sqlite/runs.ts';
import type { StateStore } from '../../../src/core/state/store.ts';
import { ownFolder } from '../../kit/folder.ts';
import { captureOutput, startChild } from '../../kit/processes/child.ts';
import { identity, link } from '../../kit/state/store-builders.ts';
import { testStore } from '../../kit/state/test-store.ts';
import { createTestClock } from '../../kit/test-clock.ts';

const { clock } = createTestClock({ moves: 'at-once' });

function place(): string {
  const folder = ownFolder();
  return join(folder, 'deep/er/state.db');
}

testStore('SQLite', () => {
  const path = place();
  return { open: (now) => openSqliteStore({ path, clock: now }) };
});

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

test('the file and its companions are for their owner alone, and so are the folders made for it', async () => {
  const path = place();
  const store = await openSqliteStore({ path, clock });
  const id = await store.openPipeline(identity);
  await store.apply(id, { links: [link('1')] });
  const files = readdirSync(dirname(path));
  expect(files).toContain('state.db-wal');
  for (const file of files) expect(modeOf(join(dirname(path), file)), file).toBe('600');
  expect(modeOf(dirname(path))).toBe('700');
  expect(modeOf(dirname(dirname(path)))).toBe('700');
  await store.close();
});

test('facts that are the same as last time are not written again; others take their place', async () => {
  const path = place();
  const store = await openSqliteStore({ path, clock });
  const id = await store.openPipeline(identity);
  await store.saveFacts(id, { fields: [] });
  const written = statSync(`${path}-wal`).size;
  await store.saveFacts(id, { fields: [] });
  expect(statSync(`${path}-wal`).size).toBe(written);
  await store.saveFacts(id, { fields: ['vip'] });
  expect(statSync(`${path}-wal`).size).toBeGreaterThan(written);
  expect(await store.facts(id)).toEqual({ fields: ['vip'] });
  await store.close();
});

test('the id of a job is written without the batch that waits for it', async () => {
  const path = place();
  const store = await openSqliteStore({ path, clock });
  const id = await store.openPipeline(identity);
  const rows = Array.from({ length: 100 }, (_, n) => ({ key: String(n), delivery: { name: 'x'.repeat(500) } }));
  const size = (): number => statSync(`${path}-wal`).size;
  const before = size();
  await store.apply(id, { openBatches: [{ id: 'b', run: 'r', operation: 'create', rows, requestedAt: 1 }] });
  expect((await store.openBatches(id))[0]).not.toHaveProperty('jobId');
  const intent = size() - before;
  await store.apply(id, { batchJobs: [{ id: 'b', jobId: '82de0b0467fd1a6f5f1f1a4b1c0d9e8f' }] });
  expect(size() - before - intent).toBeLessThan(intent / 10);
  expect((await store.openBatches(id))[0]?.jobId).toBe('82de0b0467fd1a6f5f1f1a4b1c0d9e8f');
  // No job id of a documented kind is as long; one that is, is kept whole.
  await store.apply(id, { batchJobs: [{ id: 'b', jobId: 'x'.repeat(300) }] });
  expect((await store.openBatches(id))[0]?.jobId).toBe('x'.repeat(300));
  await store.close();
});

test('a fork is as private as the file, and leaves nothing behind', async () => {
  const path = place();
  const store = await openSqliteStore({ path, clock });
  const before = readdirSync(dirname(path));
  const fork = await store.fork();
  const copies = readdirSync(dirname(path)).filter((name) => !before.includes(name));
  expect(copies.length).toBeGreaterThan(0);
  for (const copy of copies) expect(modeOf(join(dirname(path), copy)), copy).toBe('600');
  await fork.close();
  expect(readdirSync(dirname(path))).toEqual(before);
  await store.close();
});

test('whoever has lost the lease writes nothing more, whichever way; reading goes on', async () => {
  const path = place();
  let isHeld = true;
  const lost = new StateError('The lock was deleted.', { code: 'lease-lost' });
  const lease = {
    assertHeld: () => {
      if (!isHeld) throw lost;
    },
  };
  const store = await openSqliteStore({ path, clock, lease });
  const id = await store.openPipeline(identity);
  isHeld = false;
  const at = clock.now();
  const writes: Readonly<Partial<Record<keyof StateStore, () => Promise<unknown>>>> = {
    openPipeline: () => store.openPipeline({ ...identity, name: 'another' }),
    apply: () => store.apply(id, {}),
    setPause: () => store.setPause(id, 'why'),
    saveFacts: () => store.saveFacts(id, {}),
    saveSchedule: () => store.saveSchedule(id, { schedule: '', lastHandledAt: at, runPending: false, missed: 0 }),
    clearDirectory: () => store.clearDirectory(id),
    rankDeferred: () => store.rankDeferred(id),
    beginRun: () => store.beginRun(id, { id: 'r1', kind: 'sync', startedAt: at }),
    finishRun: () => store.finishRun(id, { id: 'r1', outcome: 'completed', finishedAt: at, report: {} }),
    markUndone: () => store.markUndone('r1', 'r2'),
    prune: () => store.prune(id, at),
    eraseCustomer: () => store.eraseCustomer(id, '1'),
    addChanges: () => store.addChanges(id, [], at),
    acknowledgeChanges: () => store.acknowledgeChanges(id, 1, at),
    pruneChanges: () => store.pruneChanges(id, at),
    saveRules: () => store.saveRules(id, { rules: [], messages: [] }),
    postponeMessage: () => store.postponeMessage(1, { attempts: 1, dueAt: at }),
    dropMessage: () => store.dropMessage(1),
    addPlanChanges: () => store.addPlanChanges(id, 'p', []),
    dropPlan: () => store.dropPlan(id, 'p'),
  };
  for (const [name, write] of Object.entries(writes)) await expect(write(), name).rejects.toBe(lost);
  const reads =
    'emailRecords unseenEmailRecords load pauseReason schedule facts checkpoint directory openBatches nextSequence deferred deferredCount due deadLetters pending links unseen counts keptCounts run runsBeginningWith runs lastSuccess results tally history countStoredData pendingChanges ruleStates queuedMessages reasons rejectCounts customerKeys planChanges fork close';
  // A new method is one or the other.
  expect(Object.keys(store).sort()).toEqual([...Object.keys(writes), ...reads.split(' ')].sort());
  expect(await store.counts(id)).toMatchObject({ links: 0 });
  const fork = await store.fork();
  await fork.apply(id, { links: [link('1')] });
  await fork.close();
  await store.close();
});

test('two processes may open the same new file at once', async () => {
  const folder = dirname(place());
  const opener = `
    import { openDatabase } from ${JSON.stringify(resolve(import.meta.dirname, '../../../src/core/state/sqlite/open-database.ts'))};
    for (let file = 0; file < 30; file += 1) openDatabase(process.argv[1] + '/' + file + '.db').close();
    console.log('opened all');
  `;
  const children = [1, 2].map(() => startChild(opener, [folder]));
  expect(await Promise.all(children.map(captureOutput))).toEqual(['opened all', 'opened all']);
});

test('a file that a newer version wrote is refused, and not touched', async () => {
  const path = place();
  await (await openSqliteStore({ path, clock })).close();
  const database = new DatabaseSync(path);
  database.exec('PRAGMA user_version = 9999');
  database.close();
  await expect(openSqliteStore({ path, clock })).rejects.toMatchObject({
    exitCode: 6,
    message: expect.stringContaining('version 9999'),
    hint: 'Use the newer Rolodesk that wrote it.',
  });
});

test.each([
  ['a file that is no database', 'not a database, but long enough to be read as the head of one. '.repeat(20)],
  ['a file cut short', 'SQLite format 3\u0000'],
])('%s is refused with what to do', async (_, content) => {
  const path = place();
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  await expect(openSqliteStore({ path, clock })).rejects.toMatchObject({
    exitCode: 6,
    hint: expect.stringMatching(/damaged/),
  });
});

test('a database of something else is refused', async () => {
  const path = place();
  mkdirSync(dirname(path), { recursive: true });
  const database = new DatabaseSync(path);
  database.exec(`CREATE TABLE links (url TEXT); PRAGMA user_version = ${migrations.length}`);
  database.close();
  await expect(openSqliteStore({ path, clock })).rejects.toMatchObject({
    exitCode: 6,
    message: expect.stringContaining("is not one of Rolodesk's"),
  });
});

test('a folder that is a file, or where nothing may be written, is reported as such', async () => {
  const path = place();
  mkdirSync(dirname(dirname(path)), { recursive: true });
  writeFileSync(dirname(path), '');
  await expect(openSqliteStore({ path, clock })).rejects.toMatchObject({ exitCode: 6 });
});

test('a store that was closed says so instead of losing what it is given', async () => {
  const store = await openSqliteStore({ path: place(), clock });
  const id = await store.openPipeline(identity);
  await store.close();
  await expect(store.apply(id, { links: [link('1')] })).rejects.toThrow(/not open|closed/i);
});

test('what is known about a handful of records is found by index, however many are kept', async () => {
  const path = place();
  await (await openSqliteStore({ path, clock })).close();
  const database = new DatabaseSync(path);
  database.exec('CREATE TEMP TABLE unchanged (run TEXT, key TEXT, PRIMARY KEY (run, key)) WITHOUT ROWID');
  for (const [name, sql] of Object.entries(lookUps)) {
    const steps = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(1, '[]');
    const details = steps.map(({ detail }) => String(detail)).filter((detail) => / t /.test(detail));
    expect(details, name).toEqual([expect.stringMatching(/^SEARCH t USING .*\(\w+=\? AND \w+=\?\)$/)]);
  }
  database.close();
});

test('to begin a run takes no look at the runs before the last one, however many there were', async () => {
  const path = place();
  await (await openSqliteStore({ path, clock })).close();
  const database = new DatabaseSync(path);
  const stepsOf = (sql: string): readonly string[] =>
    database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => String(detail));
  expect(stepsOf(beginning.last)).toEqual(['SEARCH runs USING COVERING INDEX runs_in_order (pipeline=?)']);
  expect(stepsOf(beginning.left)).toEqual(['SEARCH runs USING INDEX runs_in_order (pipeline=? AND number=?)']);
  database.close();
});
