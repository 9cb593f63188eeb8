import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { PipelineId } from '../../../src/core/domain/pipeline.ts';
import { isInCycle } from '../../../src/core/pipeline/decide/cycles.ts';
import type { Run } from '../../../src/core/pipeline/run-state.ts';
import { openSqliteStore } from '../../../src/core/state/sqlite/open-store.ts';
import type { StateStore } from '../../../src/core/state/store.ts';
import { ownFolder } from '../../kit/folder.ts';
import { identity, link, record, user } from '../../kit/state/store-builders.ts';
import { createTestClock } from '../../kit/test-clock.ts';

let store: StateStore;
let id: PipelineId;

beforeEach(async () => {
  const folder = ownFolder();
  store = await openSqliteStore({ path: join(folder, 'state.db'), clock: createTestClock({ moves: 'at-once' }).clock });
  id = await store.openPipeline(identity);
  return async () => {
    await store.close();
  };
});

/** Customers by key: the address that each one's user has, and the one that it wants. */
async function customers(all: Readonly<Record<string, readonly [has: string, wants: string]>>): Promise<void> {
  await store.apply(id, {
    links: Object.keys(all).map((key) => link(key)),
    users: Object.entries(all).map(([key, [has]]) => user(`9${key}`, { email: `${has}@example.com` })),
    claims: Object.entries(all).map(([key, [, wants]]) => ({ email: `${wants}@example.com`, key })),
  });
}

/** Of a run, only the store and the pipeline's id are looked at. */
const inCycle = (key: string): Promise<boolean> =>
  isInCycle({ id: 'r1', pipeline: { store, id } } as unknown as Run<unknown, unknown>, record(key));

test('two customers that swap addresses stand in a circle', async () => {
  await customers({ 1: ['a', 'b'], 2: ['b', 'a'] });
  expect([await inCycle('1'), await inCycle('2')]).toEqual([true, true]);
});

test('three in a round stand in a circle', async () => {
  await customers({ 1: ['a', 'b'], 2: ['b', 'c'], 3: ['c', 'a'] });
  expect([await inCycle('1'), await inCycle('2'), await inCycle('3')]).toEqual([true, true, true]);
});

test('a chain with a free end is no circle', async () => {
  await customers({ 1: ['a', 'b'], 2: ['b', 'c'], 3: ['c', 'free'] });
  expect([await inCycle('1'), await inCycle('2'), await inCycle('3')]).toEqual([false, false, false]);
});

test('who waits for one of a circle without being part of it is in no circle', async () => {
  await customers({ 1: ['x', 'a'], 2: ['a', 'b'], 3: ['b', 'a'] });
  expect(await inCycle('1')).toBe(false);
});

test('who keeps its address, wants none, or waits for a user that is nobody’s is in no circle', async () => {
  await customers({ 1: ['a', 'a'], 2: ['b', 'stranger'] });
  await store.apply(id, { users: [user('77', { email: 'stranger@example.com' })], links: [link('3')] });
  expect([await inCycle('1'), await inCycle('2'), await inCycle('3')]).toEqual([false, false, false]);
});
