import { expect, onTestFinished, test } from 'vitest';
import type { PipelineId } from '../../../../src/core/domain/pipeline.ts';
import { addressOf } from '../../../../src/core/state/postgres/connection/address.ts';
import { connectDatabase, type Database } from '../../../../src/core/state/postgres/connection/database.ts';
import { openPostgresStore } from '../../../../src/core/state/postgres/open-store.ts';
import { acquireTurn } from '../../../../src/core/state/postgres/turn.ts';
import type { Changes, StateStore } from '../../../../src/core/state/store.ts';
import { usePostgres } from '../../../kit/state/postgres.ts';
import { holdAnswers } from '../../../kit/state/slow-answers.ts';
import {
  asked,
  batch,
  deferred,
  identity,
  letter,
  link,
  pending,
  result,
  user,
} from '../../../kit/state/store-builders.ts';
import { createTestClock } from '../../../kit/test-clock.ts';

const postgres = usePostgres();
const { clock } = createTestClock({ moves: 'by-hand' });

/** Counts what goes to the database: each `read` and `write` is sent whole before its first answer, as a test below shows. */
function counting(database: Database) {
  let count = 0;
  const counted: Database = {
    ...database,
    read(statements) {
      count += 1;
      return database.read(statements);
    },
    write(statements) {
      count += 1;
      return database.write(statements);
    },
    transaction(work, limits) {
      // Its begin and its end.
      count += 2;
      return database.transaction(
        (run) =>
          work((statement) => {
            count += 1;
            return run(statement);
          }),
        limits,
      );
    },
  };
  return {
    counted,
    /** Since it was asked last. */
    take(): number {
      const since = count;
      count = 0;
      return since;
    },
  };
}

async function openRun() {
  const answers = await holdAnswers(await postgres.createUrl());
  const database = await connectDatabase(addressOf(answers.url));
  const lease = await acquireTurn({ database, clock, account: identity.destinationOrigin, worker: 'one' });
  const trips = counting(database);
  const store = openPostgresStore({ database: trips.counted, clock, lease });
  onTestFinished(async () => {
    await store.close();
    await lease.release();
    await database.close();
  });
  return { store, trips, database, lease, answers };
}

const nothing = {
  closeBatches: [],
  users: [],
  removeUsers: [],
  links: [],
  unlink: [],
  release: [],
  claims: [],
  clearDeadLetters: [],
  deadLetters: [],
  clearPending: [],
  pending: [],
  clearDeferred: [],
  deferred: [],
};
const directory = { cursor: 'c', fields: ['name'], filledAt: 5 };
const checkpoint = { cursor: 'here', fingerprint: 'f', savedAt: 1 };

/** What a sync asks of its store when nothing has changed, in the order in which it does. `keys`: of records read again. */
async function syncWithoutChanges(store: StateStore, run: string, keys: readonly string[]): Promise<PipelineId> {
  const id = await store.openPipeline(identity);
  await store.saveFacts(id, { plan: 'enterprise' });
  await store.pauseReason(id);
  await store.beginRun(id, { id: run, kind: 'sync', startedAt: 1 });
  await store.nextSequence(id);
  await store.checkpoint(id);
  await store.openBatches(id);
  await store.directory(id);
  await store.apply(id, { users: [], directory });
  await store.checkpoint(id);
  await store.load(id, asked({ run, keys }));
  const rows = keys.map((key) => result(key, { outcome: 'unchanged' }));
  await store.apply(id, {
    ...nothing,
    clearDeadLetters: keys,
    clearPending: keys,
    clearDeferred: keys,
    results: { run, rows },
  });
  await store.apply(id, { checkpoint });
  await store.apply(id, { checkpoint });
  await store.rankDeferred(id);
  await store.deferred(id, { stage: 'deferred', limit: 1000 });
  await store.deferredCount(id, 'deferred');
  await store.due(id, { limit: 1000 });
  await store.pending(id, { reason: 'deactivation-cap', limit: 1000 });
  await store.deferredCount(id, 'deactivation');
  await store.keptCounts(id);
  await store.tally(run);
  await store.finishRun(id, { id: run, outcome: 'completed', finishedAt: 2, report: {} });
  return id;
}

test('a run without changes takes at most 12 round trips, from its begin to its end', async () => {
  const { store, trips } = await openRun();
  const id = await syncWithoutChanges(store, 'r1', []);
  trips.take();
  await syncWithoutChanges(store, 'r2', []);
  expect(trips.take()).toBe(8);
  await syncWithoutChanges(store, 'r3', ['1', '2']);
  expect(trips.take()).toBe(10);
  // Some that were rejected before, or skipped, add one.
  await store.apply(id, { pending: [pending('y')], deadLetters: [letter('x', { blockedByUserId: '77' })] });
  trips.take();
  await syncWithoutChanges(store, 'r4', ['1', '2']);
  expect(trips.take()).toBe(12);
  expect((await store.runs(id, { limit: 9 })).map((run) => run.id)).toEqual(['r4', 'r3', 'r2', 'r1']);
});

test('what becomes due during a run is found, and why a pipeline is paused is known as of now', async () => {
  const { store } = await openRun();
  const id = await store.openPipeline(identity);
  await store.setPause(id, 'reverted');
  expect(await store.pauseReason(id)).toBe('reverted');
  expect(await store.openPipeline(identity)).toBe(id);
  expect([await store.pauseReason(id), await store.pauseReason(id)]).toEqual(['reverted', 'reverted']);
  await store.apply(id, {
    claims: [{ email: 'a@example.com', key: '1' }],
    pending: [pending('y', { email: 'a@example.com' })],
    deadLetters: [letter('x', { blockedByUserId: '77' })],
  });
  const dueAfter = async (run: string, changes: Changes) => {
    await store.beginRun(id, { id: run, kind: 'sync', startedAt: 1 });
    expect(await store.due(id, { limit: 9 })).toEqual([]);
    await store.apply(id, changes);
    const due = (await store.due(id, { limit: 9 })).map(({ key }) => key);
    await store.apply(id, { clearPending: due, clearDeadLetters: due });
    return due;
  };
  expect(await dueAfter('r1', { release: ['a@example.com'] })).toEqual(['y']);
  expect(await dueAfter('r2', { users: [user('77')] })).toEqual(['x']);
  expect(await dueAfter('r3', { pending: [pending('z', { due: true })] })).toEqual(['z']);
});

test('what is read or written is sent without waiting for an answer in between', async () => {
  const { database, answers } = await openRun();
  const one = { text: 'SELECT $1::bigint AS n', values: [1] };
  answers.until(3);
  expect(await database.read([one, one, one])).toEqual([[{ n: 1 }], [{ n: 1 }], [{ n: 1 }]]);
  // With the begin and the end of the transaction.
  answers.until(4);
  expect(await database.write([one, one])).toEqual([[{ n: 1 }], [{ n: 1 }]]);
});

test('however many rows a set of changes or a look-up has, it is one round trip', async () => {
  const { store, trips } = await openRun();
  const id = await store.openPipeline(identity);
  await store.beginRun(id, { id: 'r1', kind: 'sync', startedAt: 1 });
  trips.take();
  const keys = Array.from({ length: 500 }, (_, index) => `${index}`);
  await store.apply(id, {
    users: keys.map((key) => user(`9${key}`, { email: `${key}@example.com`, fields: {} })),
    links: keys.map((key) => link(key)),
    claims: keys.map((key) => ({ email: `${key}@example.com`, key })),
    openBatches: [batch('b1')],
    batchJobs: [{ id: 'b1', jobId: 'V3-1' }],
    unlink: ['1'],
    release: ['1@example.com'],
    deadLetters: [letter('x')],
    pending: [pending('y')],
    deferred: [deferred('z', 1)],
    results: { run: 'r1', rows: keys.map((key) => result(key)) },
    checkpoint,
  });
  expect(trips.take()).toBe(1);
  const found = await store.load(id, asked({ keys, emails: ['2@example.com'], externalIds: ['q:3'], userIds: ['94'] }));
  expect(trips.take()).toBe(1);
  expect([found.links.size, found.outcomes.size, found.users.size]).toEqual([499, 500, 499]);
});

test('what a run knows from its begin is right also after it has changed it', async () => {
  const { store } = await openRun();
  const id = await syncWithoutChanges(store, 'r1', []);
  await store.apply(id, {
    openBatches: [batch('b1')],
    deferred: [deferred('z', 4)],
    pending: [pending('y', { due: true })],
  });
  await store.apply(id, { deadLetters: [letter('x', { due: true })], checkpoint: { ...checkpoint, cursor: 'there' } });
  expect((await store.openBatches(id)).map((open) => open.id)).toEqual(['b1']);
  expect(await store.nextSequence(id)).toBe(5);
  expect(await store.deferredCount(id, 'deferred')).toBe(1);
  expect((await store.due(id, { limit: 9 })).map(({ key }) => key)).toEqual(['x', 'y']);
  expect(await store.keptCounts(id)).toEqual({ deadLetters: 1, pending: { 'shared-email': 1 } });
  expect((await store.checkpoint(id))?.cursor).toBe('there');
  expect(await store.directory(id)).toEqual(directory);
  // So it is for the next run, which begins with what this one has left.
  await store.beginRun(id, { id: 'r2', kind: 'sync', startedAt: 2 });
  expect((await store.openBatches(id)).map((open) => open.id)).toEqual(['b1']);
  expect(await store.nextSequence(id)).toBe(5);
  expect((await store.pending(id, { limit: 9 })).map(({ key }) => key)).toEqual(['y']);
});

test('without a lease nothing is remembered: another process may be at work', async () => {
  const { store, database } = await openRun();
  const id = await store.openPipeline(identity);
  const reader = openPostgresStore({ database, clock });
  await reader.openPipeline(identity);
  expect(await reader.checkpoint(id)).toBeUndefined();
  await store.apply(id, { checkpoint });
  expect(await reader.checkpoint(id)).toEqual(checkpoint);
  await reader.close();
});

test('whoever has lost the turn writes nothing more, whichever way; reading goes on', async () => {
  const { store, database, lease } = await openRun();
  const id = await store.openPipeline(identity);
  await store.apply(id, { links: [link('1')] });
  await database.write([{ text: 'UPDATE rolodesk.turns SET fence = nextval($1)', values: ['rolodesk.fences'] }]);
  await lease.assertHeld();
  const at = clock.now();
  const writes: Readonly<Partial<Record<keyof StateStore, () => Promise<unknown>>>> = {
    openPipeline: () => store.openPipeline({ ...identity, name: 'another' }),
    apply: () => store.apply(id, { unlink: ['1'] }),
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
  for (const [name, write] of Object.entries(writes))
    await expect(write(), name).rejects.toMatchObject({ code: 'lease-lost', exitCode: 6 });
  const reads =
    'emailRecords unseenEmailRecords load pauseReason schedule facts checkpoint directory openBatches nextSequence deferred deferredCount due deadLetters pending links unseen counts keptCounts run runsBeginningWith runs lastSuccess results tally history countStoredData pendingChanges ruleStates queuedMessages reasons rejectCounts customerKeys planChanges fork close';
  // A new method is one or the other.
  expect(Object.keys(store).sort()).toEqual([...Object.keys(writes), ...reads.split(' ')].sort());
  expect((await store.links(id, { limit: 9 })).map(({ key }) => key)).toEqual(['1']);
  const fork = await store.fork();
  await fork.apply(id, { links: [link('2')] });
  await fork.close();
});

test('a store that was closed says so instead of losing what it is given', async () => {
  const { store } = await openRun();
  const id = await store.openPipeline(identity);
  await store.close();
  await expect(store.apply(id, { links: [link('1')] })).rejects.toThrow(/closed/);
  await expect(store.apply(id, {})).rejects.toThrow(/closed/);
  await expect(store.counts(id)).rejects.toThrow(/closed/);
});
