import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { StateBackend } from '../../../../src/core/state/backend.ts';
import { copyCredentials } from '../../../../src/core/state/copy/copy-credentials.ts';
import { copyPipeline } from '../../../../src/core/state/copy/copy-pipeline.ts';
import type { PipelineTables } from '../../../../src/core/state/copy/pipeline-tables.ts';
import { openPostgresBackend } from '../../../../src/core/state/postgres/backend.ts';
import { createSqliteBackend } from '../../../../src/core/state/sqlite/backend.ts';
import type { Changes, StateStore } from '../../../../src/core/state/store.ts';
import { ownFolder } from '../../../kit/folder.ts';
import { usePostgres } from '../../../kit/state/postgres.ts';
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
const customers = 2_300;
const nul = '\u0000';

const kinds: Readonly<Record<'SQLite' | 'PostgreSQL', () => Promise<StateBackend>>> = {
  SQLite: async () => createSqliteBackend(join(ownFolder(), 'state.db')),
  PostgreSQL: async () =>
    await openPostgresBackend({
      url: await postgres.createUrl(),
      clock,
      worker: 'test',
      schema: { kind: 'create-if-missing' },
    }),
};

const everything: Changes = {
  users: Array.from({ length: customers }, (_, index) =>
    user(`9${index}`, {
      email: `c${index}@example.com`,
      externalId: `q:${index}`,
      fields: { name: 'ü 🌻', tags: ['a'] },
    }),
  ),
  directory: { cursor: { after: 'x' }, fields: ['name', 'tags'], filledAt: 7 },
  links: Array.from({ length: customers }, (_, index) => link(`${index}`, { stored: { large: 12345678901234.5 } })),
  claims: Array.from({ length: customers }, (_, index) => ({
    email: `c${index}@example.com`,
    key: `${index}`,
  })),
  deadLetters: [letter('x', { blockedByUserId: '77', message: `a${nul}b`, detail: '\u0001' })],
  pending: [pending('y', { email: 'c1@example.com' })],
  deferred: [deferred('z', 1, { after: 'x' })],
  openBatches: [batch('b1', { jobId: 'V3-1' })],
  results: { run: 'r1', rows: [result('1', { changes: { name: ['a', 'b'] } }), result('2', { outcome: 'updated' })] },
  checkpoint: { cursor: { watermark: 'here' }, fingerprint: 'f', savedAt: 7 },
};

async function fill(store: StateStore): Promise<number> {
  const id = await store.openPipeline(identity);
  await store.beginRun(id, { id: 'r1', kind: 'sync', startedAt: 1 });
  await store.apply(id, everything);
  await store.finishRun(id, { id: 'r1', outcome: 'completed', finishedAt: 2, report: { read: 2 } });
  await store.beginRun(id, { id: 'r2', kind: 'sync', startedAt: 3 });
  await store.finishRun(id, { id: 'r2', outcome: 'failed', finishedAt: 4, report: {} });
  await store.saveFacts(id, { plan: 'enterprise' });
  await store.saveSchedule(id, { schedule: '0 * * * *', lastHandledAt: 7, runPending: true, missed: 1 });
  await store.addChanges(id, [{ id: 'e1', key: '1', kind: 'changed' }], 5);
  await store.saveRules(id, {
    rules: [{ rule: 'failed', memory: { since: 1 }, openSince: 1 }],
    messages: [{ target: 'mail', message: { text: 'it failed' }, at: 1 }],
  });
  return id;
}

async function readBack(store: StateStore) {
  const id = await store.openPipeline(identity);
  const { links, users, claimantsByEmail, deadLetters } = await store.load(
    id,
    asked({ keys: ['1', 'x'], emails: ['c1@example.com'] }),
  );
  const messages = (await store.queuedMessages(id)).map(({ id: _, ...message }) => message);
  return {
    known: [links, users, claimantsByEmail, deadLetters],
    counts: await store.counts(id),
    checkpoint: await store.checkpoint(id),
    directory: await store.directory(id),
    pause: await store.pauseReason(id),
    runs: await store.runs(id, { limit: 9 }),
    history: await store.history(id, '1'),
    pending: await store.pending(id, { limit: 9 }),
    deferred: await store.deferred(id, { stage: 'deferred', limit: 9 }),
    batches: await store.openBatches(id),
    facts: await store.facts(id),
    schedule: await store.schedule(id),
    inbox: await store.pendingChanges(id, { after: 0, limit: 9 }),
    rules: await store.ruleStates(id),
    messages,
  };
}

/** Ends as a process would that is killed after so many changes. */
function dyingAfter(tables: PipelineTables, changes: number): PipelineTables {
  let left = changes;
  return {
    ...tables,
    async change(...given) {
      if (left === 0) throw new Error('killed');
      left -= 1;
      await tables.change(...given);
    },
  };
}

describe.each([
  ['SQLite', 'PostgreSQL'],
  ['PostgreSQL', 'SQLite'],
  ['PostgreSQL', 'PostgreSQL'],
] as const)('a copy from %s to %s', (here, there) => {
  async function places() {
    const [one, two] = [await kinds[here](), await kinds[there]()];
    const [source, target] = [await one.openStore({ clock }), await two.openStore({ clock })];
    const [from, to] = [await one.openTables(), await two.openTables()];
    const close = async (): Promise<void> => {
      for (const part of [source, target, from, to, one, two]) await part.close();
    };
    return { source, target, from, to, close };
  }

  test('has everything that the state had, and goes on from there', async () => {
    const { source, target, from, to, close } = await places();
    // Ids differ there.
    await target.openPipeline({ ...identity, name: 'another' });
    await fill(source);
    const { rows, isResumed } = await copyPipeline({ from, to, identity });
    expect(isResumed).toBe(false);
    expect(rows).toMatchObject({
      links: customers,
      users: customers,
      claims: customers,
      results: 2,
      runs: 2,
      batches: 1,
    });
    expect(await readBack(target)).toEqual(await readBack(source));
    const id = await target.openPipeline(identity);
    await target.beginRun(id, { id: 'r3', kind: 'sync', startedAt: 5 });
    expect((await target.runs(id, { limit: 9 })).map((run) => run.id)).toEqual(['r3', 'r2', 'r1']);
    await close();
  });

  test('that was killed anywhere is continued, copies nothing twice, and pauses the pipeline until it is done', async () => {
    const { source, target, from, to, close } = await places();
    await fill(source);
    let copiedRows = 0;
    const onRows = (_: string, count: number): void => {
      copiedRows += count;
    };
    for (const changes of [1, 3, 4, 6])
      await expect(copyPipeline({ from, to: dyingAfter(to, changes), identity, onRows })).rejects.toThrow('killed');
    const id = await target.openPipeline(identity);
    expect(await target.pauseReason(id)).toMatch(/not finished/);
    expect(await target.checkpoint(id)).toBeUndefined();
    const { rows, isResumed } = await copyPipeline({ from, to, identity, onRows });
    expect(isResumed).toBe(true);
    expect(copiedRows).toBe(Object.values(rows).reduce((sum, count) => sum + count, 0));
    expect(await readBack(target)).toEqual(await readBack(source));
    await close();
  });

  test('begins again when the pipeline has run since it was interrupted', async () => {
    const { source, target, from, to, close } = await places();
    const id = await fill(source);
    await expect(copyPipeline({ from, to: dyingAfter(to, 6), identity })).rejects.toThrow('killed');
    await source.apply(id, {
      unlink: ['1', '2'],
      removeUsers: ['91'],
      checkpoint: { cursor: { watermark: 'there' }, fingerprint: 'f', savedAt: 8 },
    });
    expect(await copyPipeline({ from, to, identity })).toMatchObject({ isResumed: false });
    expect(await readBack(target)).toEqual(await readBack(source));
    await close();
  });

  test('is refused where the pipeline has a state already, and from where only a part is', async () => {
    const { source, target, from, to, close } = await places();
    await fill(source);
    const id = await target.openPipeline(identity);
    await target.apply(id, { links: [link('7')] });
    await expect(copyPipeline({ from, to, identity })).rejects.toMatchObject({ exitCode: 6, code: 'state-copy' });
    expect(await target.counts(id)).toMatchObject({ links: 1 });
    await target.apply(id, { unlink: ['7'] });
    await expect(copyPipeline({ from, to: dyingAfter(to, 6), identity })).rejects.toThrow('killed');
    await expect(copyPipeline({ from: to, to: from, identity })).rejects.toMatchObject({ code: 'state-copy' });
    await close();
  });

  test('leaves a directory alone that other pipelines use there', async () => {
    const { source, target, from, to, close } = await places();
    await fill(source);
    const other = await target.openPipeline({ ...identity, name: 'another' });
    await target.apply(other, { users: [user('1')], directory: { cursor: 'newer', fields: [], filledAt: 9 } });
    const { rows } = await copyPipeline({ from, to, identity });
    expect(rows).not.toHaveProperty('users');
    expect(await target.directory(other)).toMatchObject({ cursor: 'newer' });
    await close();
  });

  test('says so when something wrote meanwhile, and the next attempt is whole', async () => {
    const { source, target, from, to, close } = await places();
    const id = await fill(source);
    const onRows = async (table: string): Promise<void> => {
      if (table === 'inbox') await source.addChanges(id, [{ id: 'e0', key: '0', kind: 'changed' }], 6);
    };
    const writing: PipelineTables = {
      ...to,
      async change(pipeline, changes) {
        await to.change(pipeline, changes);
        for (const { table } of changes.put ?? []) await onRows(table.name);
      },
    };
    await expect(copyPipeline({ from, to: writing, identity })).rejects.toMatchObject({
      code: 'state-copy',
      message: expect.stringContaining('inbox (2 and 1 rows)'),
    });
    expect(await copyPipeline({ from, to, identity })).toMatchObject({ isResumed: false });
    expect(await readBack(target)).toEqual(await readBack(source));
    await close();
  });
});

test('credentials are encrypted with the key of the place that they are copied to', async () => {
  const [one, two] = [await kinds.SQLite(), await kinds.PostgreSQL()];
  const from = await one.openCredentials({ clock, key: () => Buffer.alloc(32, 1) });
  const to = await two.openCredentials({ clock, key: () => Buffer.alloc(32, 2) });
  await from.save('quickbooks 1', { refreshToken: 'first' });
  await from.save('zendesk', { accessToken: 'second' });
  expect(await copyCredentials(from, to)).toEqual(['quickbooks 1', 'zendesk']);
  expect(await to.load('quickbooks 1')).toEqual({ refreshToken: 'first' });
  expect(await to.load('zendesk')).toEqual({ accessToken: 'second' });
  for (const part of [from, to, one, two]) await part.close();
});
