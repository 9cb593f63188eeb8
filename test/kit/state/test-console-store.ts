import { describe, expect, test } from 'vitest';
import type { Clock } from '../../../src/core/clock.ts';
import type { PipelineIdentity } from '../../../src/core/domain/pipeline.ts';
import type { ConsoleStore } from '../../../src/core/state/console/console-store.ts';
import type { Glance } from '../../../src/core/state/service/glance.ts';
import type { StateStore } from '../../../src/core/state/store.ts';

interface Opened {
  readonly console: ConsoleStore;
  readonly store: StateStore;
  glances(identities: readonly PipelineIdentity[], runs: number): Promise<ReadonlyMap<string, Glance>>;
}

const identity = (name: string): PipelineIdentity => ({
  name,
  sourceConnector: 'quickbooks',
  sourceOrigin: 'https://quickbooks.example',
  sourceAccount: '1',
  destinationOrigin: 'https://acme.zendesk.com',
});

/** What a console needs of a state, on every database. */
export function testConsoleStore(title: string, open: (clock: Clock) => Promise<Opened>): void {
  let now = 1_000;
  const clock: Clock = { now: () => now, elapsed: () => now, sleep: async () => undefined };

  describe(`the console's part of a state in ${title}`, () => {
    test('of several who use one ticket at once, one gets it; one that has expired is nobody’s', async () => {
      const { console } = await open(clock);
      const ticket = { hash: 'h', kind: 'link', value: { a: 'ü\u0000' }, seenAt: now, expiresAt: now + 100 } as const;
      await console.saveTicket(ticket);
      expect(await console.ticket('session', 'h')).toBeUndefined();
      const used = await Promise.all(Array.from({ length: 5 }, () => console.useTicket('link', 'h')));
      expect(used.filter((one) => one !== undefined)).toEqual([ticket]);
      await console.saveTicket({ ...ticket, hash: 'late' });
      now += 100;
      expect(await console.ticket('link', 'late')).toBeUndefined();
      expect(await console.useTicket('link', 'late')).toBeUndefined();
    });

    test('a document is replaced only by who has read its latest value', async () => {
      const { console } = await open(clock);
      const document = { kind: 'plan', id: '1', pipeline: 'customers', value: { state: 'ready' } } as const;
      await console.saveDocument(document);
      const taken = { ...document, value: { state: 'applying' } };
      const won = await Promise.all([1, 2, 3].map(() => console.replaceDocument(taken, document.value)));
      expect(won.filter(Boolean)).toEqual([true]);
      expect((await console.document('plan', '1'))?.value).toEqual({ state: 'applying' });
      for (const id of ['2', '3']) await console.saveDocument({ ...document, id, pipeline: 'others' });
      const ids = async (query: Partial<Parameters<ConsoleStore['documents']>[1]>): Promise<readonly string[]> =>
        (await console.documents('plan', { limit: 10, ...query })).map(({ id }) => id);
      expect(await ids({})).toEqual(['3', '2', '1']);
      expect(await ids({ before: '3', limit: 1 })).toEqual(['2']);
      expect(await ids({ pipeline: 'customers' })).toEqual(['1']);
    });

    test('events come in the order of their ids, and ids grow on when old ones are gone', async () => {
      const { console } = await open(clock);
      expect(await console.eventRange()).toEqual({ oldest: 0, newest: 0 });
      await Promise.all(Array.from({ length: 20 }, (_, n) => console.addEvents([{ n }, { n: n + 100 }])));
      const first = await console.events({ after: 0, limit: 15 });
      const rest = await console.events({ after: first.at(-1)?.id ?? 0, limit: 100 });
      const ids = [...first, ...rest].map(({ id }) => id);
      expect(ids).toHaveLength(40);
      expect(ids).toEqual(ids.toSorted((a, b) => a - b));
      now += 10_000;
      await console.prune({ events: now, documents: 0, log: 0 });
      const { newest, oldest } = await console.eventRange();
      expect([oldest, newest]).toEqual([ids.at(-1), ids.at(-1)]);
      await console.addEvents(['more']);
      expect(await console.events({ after: newest, limit: 5 })).toEqual([{ id: newest + 1, value: 'more' }]);
    });

    test('the audit log is read backwards, by pipeline and by who did it', async () => {
      const { console } = await open(clock);
      const entry = { role: 'operator', act: 'startTask', subject: null, outcome: 'done', detail: null } as const;
      for (const [actor, pipeline] of [
        ['olga', 'a'],
        ['vera', 'a'],
        ['olga', 'b'],
      ] as const)
        await console.record({ ...entry, actor, pipeline });
      const of = async (query: Partial<Parameters<ConsoleStore['log']>[0]>): Promise<readonly string[]> =>
        (await console.log({ limit: 10, ...query })).map(({ actor, pipeline }) => `${actor} ${pipeline}`);
      expect(await of({})).toEqual(['olga b', 'vera a', 'olga a']);
      expect(await of({ actor: 'olga', limit: 1 })).toEqual(['olga b']);
      expect(await of({ pipeline: 'a' })).toEqual(['vera a', 'olga a']);
      const [newest] = await console.log({ limit: 1 });
      expect(await of({ before: newest?.number })).toEqual(['vera a', 'olga a']);
    });

    test('reasons of a run are counted, and its records are found by outcome and reason', async () => {
      const { store } = await open(clock);
      const id = await store.openPipeline(identity('customers'));
      await store.beginRun(id, { id: 'r1', kind: 'sync', startedAt: now });
      const rows = [
        { key: '1', outcome: 'skipped', code: 'filter', at: now },
        { key: '2', outcome: 'skipped', code: 'project', at: now },
        { key: '3', outcome: 'skipped', code: 'filter', at: now },
        { key: '4', outcome: 'updated', changes: { active: [true, false] }, at: now },
        { key: '5', outcome: 'updated', changes: { notes: ['', '"active":[true,false]'] }, at: now },
      ] as const;
      await store.apply(id, { results: { run: 'r1', rows } });
      expect(await store.reasons('r1')).toEqual([
        { outcome: 'skipped', code: 'filter', count: 2, deleted: 0 },
        { outcome: 'updated', code: undefined, count: 2, deleted: 1 },
        { outcome: 'skipped', code: 'project', count: 1, deleted: 0 },
      ]);
      const keys = async (query: { readonly outcome?: 'skipped'; readonly code?: string; readonly after?: string }) =>
        (await store.results('r1', { limit: 10, ...query })).map(({ key }) => key);
      expect(await keys({ outcome: 'skipped', code: 'filter' })).toEqual(['1', '3']);
      expect(await keys({ outcome: 'skipped', code: 'filter', after: '1' })).toEqual(['3']);
      expect(await keys({ code: '' })).toEqual(['4', '5']);
    });

    test('changes of a plan are read in order and by action, and erased with their customer', async () => {
      const { store } = await open(clock);
      const id = await store.openPipeline(identity('customers'));
      const changes = ['create', 'update', 'create'].map((action, at) => ({
        position: at + 1,
        key: String(at + 1),
        action,
        value: { name: `Zoë \u0000 ${at}` },
      }));
      await store.addPlanChanges(id, 'p', changes);
      expect(await store.planChanges(id, 'p', { after: 0, limit: 10 })).toEqual(changes);
      expect(await store.planChanges(id, 'p', { action: 'create', after: 1, limit: 10 })).toEqual([changes[2]]);
      await store.eraseCustomer(id, '3');
      expect((await store.planChanges(id, 'p', { after: 0, limit: 10 })).map(({ key }) => key)).toEqual(['1', '2']);
      await store.dropPlan(id, 'p');
      expect(await store.planChanges(id, 'p', { after: 0, limit: 10 })).toEqual([]);
    });

    test('customers are found by key, user and what was sent; signs of a pattern stand for themselves', async () => {
      const { store } = await open(clock);
      const id = await store.openPipeline(identity('customers'));
      const link = { externalId: 'x', origin: 'created', writtenAt: 1 } as const;
      await store.apply(id, {
        links: [
          { ...link, key: '1', destinationId: '901', sent: { name: 'Zoë 100%', email: 'zoe@example.com' } },
          { ...link, key: '2', destinationId: '902', sent: { name: 'Bob "B" 1000' } },
        ],
        pending: [
          { key: '3', reason: 'filter', due: false, record: { key: '3', state: 'active', data: { Name: 'Carla' } } },
        ],
      });
      const found = async (text: string, kind: 'text' | 'ids' = 'text'): Promise<readonly string[]> =>
        await store.customerKeys(id, { search: { kind, text }, after: '', limit: 10 });
      expect(await found('zoë')).toEqual(['1']);
      expect(await found('100%')).toEqual(['1']);
      expect(await found('"b"')).toEqual(['2']);
      expect(await found('902')).toEqual(['2']);
      expect(await found('carla')).toEqual(['3']);
      expect(await found('carla', 'ids')).toEqual([]);
      expect(await found("' OR 1=1 --")).toEqual([]);
      expect(await store.customerKeys(id, { search: { kind: 'all' }, after: '1', limit: 1 })).toEqual(['2']);
    });

    test('many pipelines are looked at at once: their last runs, rejects, reasons and pauses', async () => {
      const { store, glances } = await open(clock);
      const one = await store.openPipeline(identity('one'));
      await store.openPipeline(identity('two'));
      for (const run of ['a', 'b', 'c']) {
        await store.beginRun(one, { id: run, kind: 'sync', startedAt: now });
        const report = { tallies: { read: 1 }, requests: { source: 2 }, error: null, timings: { much: 'more' } };
        await store.finishRun(one, { id: run, outcome: 'completed', finishedAt: now + 5, report });
      }
      await store.setPause(one, 'undone');
      await store.apply(one, {
        pending: [{ key: '3', reason: 'filter', due: false, record: { key: '3', state: 'active', data: {} } }],
      });
      const found = await glances([identity('one'), identity('two'), identity('unknown')], 2);
      expect(found.get('one')).toEqual({
        runs: ['c', 'b'].map((id) => ({
          id,
          kind: 'sync',
          outcome: 'completed',
          startedAt: now,
          finishedAt: now + 5,
          report: { tallies: { read: 1 }, requests: { source: 2 } },
        })),
        lastSuccessAt: now + 5,
        deadLetters: 0,
        pending: { filter: 1 },
        pauseReason: 'undone',
      });
      expect(found.get('two')).toMatchObject({ runs: [], pending: {} });
      expect(found.has('unknown')).toBe(false);
    });
  });
}
