import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runAudit } from '../../../src/core/audit/run-audit.ts';
import { assertCan, completeSink } from '../../../src/core/complete-sink.ts';
import type { Json } from '../../../src/core/domain/json.ts';
import type { SourceRecord } from '../../../src/core/domain/record.ts';
import type { Sink } from '../../../src/core/domain/sink.ts';
import type { RowOutcome } from '../../../src/core/domain/write.ts';
import { runPipeline } from '../../../src/core/pipeline/run.ts';
import type { Pipeline } from '../../../src/core/pipeline/types.ts';
import { makePlan } from '../../../src/core/plan/make-plan.ts';
import { openSqliteStore } from '../../../src/core/state/sqlite/open-store.ts';
import { undoRun } from '../../../src/core/undo/undo-run.ts';
import { ownFolder } from '../../kit/folder.ts';
import { createContext, quiet } from '../../kit/ports.ts';
import { identity } from '../../kit/state/store-builders.ts';
import { createTestClock } from '../../kit/test-clock.ts';

type Payload = { readonly id: string; readonly name: string };
type Row = { readonly key: string; readonly id: string; readonly name: string };

/** A destination that is a map, and the least that a sync needs of it. */
function createMemorySink(users: Map<string, string>): Sink<Payload, Row> {
  const written = ({ key, id, name }: Row, outcome: 'created' | 'updated'): RowOutcome => ({
    kind: 'written',
    outcome,
    link: { key, externalId: id, destinationId: id, origin: 'created', sent: { name }, writtenAt: 0 },
  });
  return {
    check: async () => ({ identity: 'a map', lines: [] }),
    externalId: ({ id }) => id,
    decide({ key, payload }, { links }) {
      const link = links.get(key);
      if (link?.sent.name === payload.name) return { kind: 'unchanged' };
      const intent = { key, ...payload };
      return { kind: 'write', delivery: { key, operation: link ? 'update' : 'create', payload, intent } };
    },
    async write({ operation, deliveries }) {
      return deliveries.map(({ intent }) => {
        users.set(intent.id, intent.name);
        return written(intent, operation === 'create' ? 'created' : 'updated');
      });
    },
    async recover({ rows, operation }) {
      return rows.map(({ key, delivery }) => {
        const { id, name } = rowOf(delivery);
        if (users.get(id) !== name) return { kind: 'not-written' };
        return written({ key, id, name }, operation === 'create' ? 'created' : 'updated');
      });
    },
  };
}

function rowOf(stored: Json): Payload {
  const { id, name }: { id?: unknown; name?: unknown } = Object(stored);
  return { id: String(id), name: String(name) };
}

/** A pipeline from a list of names by key to a map of them. */
async function startPipeline(more: Partial<Sink<Payload, Row>> = {}) {
  const { clock } = createTestClock({ moves: 'at-once' });
  const store = await openSqliteStore({ path: join(ownFolder(), 'state.db'), clock });
  onTestFinished(() => store.close());
  const customers = new Map<string, string>();
  const users = new Map<string, string>();
  const pipeline: Pipeline<string, Payload> = {
    name: identity.name,
    id: await store.openPipeline(identity),
    identity,
    source: {
      counters: { requests: 0, throttled: 0 },
      check: async () => ({ identity: 'a map', lines: [] }),
      async *read() {
        const records = [...customers].map(([key, data]): SourceRecord<string> => ({ key, data, state: 'active' }));
        yield { records, cursor: null };
      },
    },
    mapper: {
      map: ({ key, data }) => ({ kind: 'payload', payload: { id: `map:${key}`, name: data } }),
      unmatchedRules: () => [],
    },
    fingerprint: '1',
    sink: completeSink({ ...createMemorySink(users), ...more }, { title: 'The map', clock }),
    store,
    policies: { sharedEmail: 'first', inactive: 'ignore', maxDeactivations: { share: 0.1 }, retentionMs: 86_400_000 },
    clock,
    log: quiet,
  };
  const { context } = createContext();
  const { signal } = context;
  return { customers, users, pipeline, context, sync: () => runPipeline(pipeline, { kind: 'sync', signal }) };
}

test('a destination with five methods is synced to: created, then unchanged, then updated', async () => {
  const { customers, users, sync } = await startPipeline();
  customers.set('1', 'Ann').set('2', 'Bob');
  expect(await sync()).toMatchObject({ outcome: 'completed', tallies: { created: 2, updated: 0, unchanged: 0 } });
  expect([...users]).toEqual([
    ['map:1', 'Ann'],
    ['map:2', 'Bob'],
  ]);
  expect(await sync()).toMatchObject({ tallies: { created: 0, updated: 0, unchanged: 2 } });
  customers.set('2', 'Robert');
  expect(await sync()).toMatchObject({ tallies: { created: 0, updated: 1, unchanged: 1 } });
  expect(users.get('map:2')).toBe('Robert');
});

test('what became of a batch whose process died is found out with the same five', async () => {
  const broken = await startPipeline();
  broken.customers.set('1', 'Ann');
  const { pipeline, users, context } = broken;
  const dying: typeof pipeline = {
    ...pipeline,
    sink: {
      ...pipeline.sink,
      async write(batch, context) {
        await pipeline.sink.write(batch, context);
        throw new Error('The process dies before it knows.');
      },
    },
  };
  await expect(runPipeline(dying, { kind: 'sync', signal: context.signal })).rejects.toThrow('The process dies');
  expect(users.size).toBe(1);
  expect(await broken.sync()).toMatchObject({ outcome: 'completed' });
  const { links } = await pipeline.store.load(pipeline.id, { run: '', keys: ['1'], externalIds: [], emails: [] });
  expect(links.get('1')).toMatchObject({ destinationId: 'map:1' });
  expect(await broken.sync()).toMatchObject({ tallies: { created: 0, updated: 0, unchanged: 1 } });
});

test('a command that needs more says what is missing before it writes anything', async () => {
  const { customers, users, pipeline, context, sync } = await startPipeline();
  customers.set('1', 'Ann');
  const { run } = await sync();
  const target = await pipeline.store.run(pipeline.id, run);
  if (!target) throw new Error('The run is not there.');
  const { signal } = context;
  await expect(makePlan(pipeline, { signal }, context)).rejects.toThrow(
    "The map can't plan a sync: its connector has no simulate and no estimate.",
  );
  await expect(undoRun(pipeline, { target, signal })).rejects.toThrow("The map can't undo a run");
  await expect(runAudit(pipeline, context)).rejects.toThrow("The map can't be audited: its connector has no audit.");
  const canary = { size: 1, show: () => undefined, approve: async (): Promise<'yes'> => 'yes' };
  customers.set('1', 'Anna');
  await expect(runPipeline(pipeline, { kind: 'sync', signal, canary })).rejects.toThrow(
    "The map can't show the first writes of a sync",
  );
  expect(() => assertCan(pipeline.sink, 'link')).toThrow("The map can't link a customer by hand");
  expect(() => assertCan(pipeline.sink, 'fields')).toThrow("The map can't change its fields");
  expect([...users]).toEqual([['map:1', 'Ann']]);
});

test('a policy that takes users away is refused where none can be taken away', async () => {
  const { pipeline, context } = await startPipeline();
  const policies = { ...pipeline.policies, inactive: 'tag' } as const;
  await expect(runPipeline({ ...pipeline, policies }, { kind: 'sync', signal: context.signal })).rejects.toMatchObject({
    code: 'destination-capability',
    hint: 'Set policies.inactive: ignore.',
  });
});

test('who has addresses must say how a user goes without one', () => {
  const sink = { ...createMemorySink(new Map()), email: ({ id }: Payload) => id };
  expect(() => completeSink(sink, { title: 'The map', clock: createTestClock({ moves: 'at-once' }).clock })).toThrow(
    'withoutEmail',
  );
});

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/**
 * One customer is read several times in a run: the second version of three while the first is being written, and the last
 * while the outcome of the first is being recorded.
 */
async function syncVersions(
  versions: readonly string[],
  first: (rows: readonly RowOutcome[]) => readonly RowOutcome[],
) {
  const { pipeline, users, context } = await startPipeline({ maxBatchSize: 1 });
  const [writing, recording] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let writes = 0;
  const report = await runPipeline(
    {
      ...pipeline,
      source: {
        ...pipeline.source,
        async *read() {
          for (const [position, data] of versions.entries()) {
            if (position > 0) await (position === versions.length - 1 ? recording : writing).promise;
            yield { records: [{ key: '1', data, state: 'active' }], cursor: position };
          }
        },
      },
      store: {
        ...pipeline.store,
        async load(id, query) {
          if (query.externalIds.length === 0) {
            recording.resolve();
            await turns();
          }
          return await pipeline.store.load(id, query);
        },
      },
      sink: {
        ...pipeline.sink,
        async write(batch, options) {
          writes += 1;
          if (writes > 1) return await pipeline.sink.write(batch, options);
          writing.resolve();
          await turns();
          return first(await pipeline.sink.write(batch, options));
        },
      },
    },
    { kind: 'sync', signal: context.signal },
  );
  return { report, name: users.get('map:1') };
}

test('a record that must be decided again gives way to a version that is read meanwhile', async () => {
  const { report, name } = await syncVersions(['Old', 'New'], (rows) =>
    rows.map(() => ({ kind: 'redecide', users: [] })),
  );
  expect(report).toMatchObject({ outcome: 'completed', cursor: 1, tallies: { read: 1, created: 1 } });
  expect(name).toBe('New');
});

test('a version that waited for a write gives way to one that is read meanwhile', async () => {
  const { report, name } = await syncVersions(['Old', 'New', 'Newest'], (rows) => rows);
  expect(report).toMatchObject({ outcome: 'completed', cursor: 2, tallies: { read: 1, created: 1 } });
  expect(name).toBe('Newest');
});
