import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { completeSink } from '../../../src/core/complete-sink.ts';
import type { Sink } from '../../../src/core/domain/sink.ts';
import { recoverBatches } from '../../../src/core/pipeline/recovery/recover.ts';
import type { Run } from '../../../src/core/pipeline/run-state.ts';
import { openSqliteStore } from '../../../src/core/state/sqlite/open-store.ts';
import { ownFolder } from '../../kit/folder.ts';
import { createContext, quiet } from '../../kit/ports.ts';
import { identity } from '../../kit/state/store-builders.ts';
import { createTestClock } from '../../kit/test-clock.ts';

/** A run that finds a batch of one write, whose process is gone. */
async function startRun(settledAt: number | undefined) {
  const clock = createTestClock({ moves: 'by-hand' });
  const store = await openSqliteStore({ path: join(ownFolder(), 'state.db'), clock });
  onTestFinished(() => store.close());
  const id = await store.openPipeline(identity);
  await store.beginRun(id, { id: 'before', kind: 'sync', startedAt: 0 });
  const rows = [{ key: '1', delivery: {} }];
  await store.apply(id, { openBatches: [{ id: 'b', run: 'before', operation: 'create', rows, requestedAt: 0 }] });
  let looks = 0;
  const sink: Sink<unknown, null> = {
    check: async () => ({ identity: 'nobody', lines: [] }),
    externalId: () => 'x',
    decide: () => ({ kind: 'unchanged' }),
    write: async () => [],
    async recover() {
      looks += 1;
      return [{ kind: 'not-written' }];
    },
  };
  const stop = new AbortController();
  const run = {
    pipeline: {
      ...{ name: identity.name, id, identity, store, clock, log: quiet, fingerprint: '', settledAt },
      sink: completeSink(sink, { title: 'Nobody', clock }),
    },
    work: createContext(),
    reading: { ...createContext(), signal: stop.signal },
    progress: () => undefined,
    // The rest of a run is not looked at.
  } as unknown as Run<unknown, unknown>;
  return { run, clock, store, id, stop, looks: () => looks };
}

test('open batches of a process that lost the lease are looked at once no request of it can arrive any more', async () => {
  const { run, clock, store, id, looks } = await startRun(75_000);
  const recovered = recoverBatches(run);
  await clock.settle();
  await clock.play(74_999);
  expect(looks()).toBe(0);
  await clock.play(1);
  await recovered;
  expect(looks()).toBe(1);
  expect(await store.openBatches(id)).toEqual([]);
});

test('whoever is asked to stop meanwhile leaves them open', async () => {
  const { run, clock, store, id, stop, looks } = await startRun(75_000);
  const recovered = recoverBatches(run);
  await clock.settle();
  stop.abort(new Error('Stopped.'));
  await expect(recovered).rejects.toThrow('Stopped.');
  expect(looks()).toBe(0);
  expect(await store.openBatches(id)).toHaveLength(1);
});

test.each([{ settledAt: undefined }, { settledAt: 0 }])(
  'nothing is waited for where that time has passed ($settledAt)',
  async ({ settledAt }) => {
    const { run, clock, looks } = await startRun(settledAt);
    await recoverBatches(run);
    expect(clock.slept).toEqual([]);
    expect(looks()).toBe(1);
  },
);
