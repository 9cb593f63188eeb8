import { describe, expect, test } from 'vitest';
import type { Clock } from '../../../src/core/clock.ts';
import type { PipelineIdentity } from '../../../src/core/domain/pipeline.ts';
import type { ServiceStore } from '../../../src/core/state/service/service-store.ts';
import type { Standing } from '../../../src/core/state/service/standing.ts';
import type { StateStore } from '../../../src/core/state/store.ts';

interface Opened {
  readonly service: ServiceStore;
  readonly store: StateStore;
  standings(identities: readonly PipelineIdentity[]): Promise<ReadonlyMap<string, Standing>>;
}

const identity = (name: string): PipelineIdentity => ({
  name,
  sourceConnector: 'quickbooks',
  sourceOrigin: 'https://quickbooks.example',
  sourceAccount: '1',
  destinationOrigin: 'https://acme.zendesk.com',
});

/** What a service needs of a state, on every database. */
export function testServiceStore(title: string, open: (clock: Clock) => Promise<Opened>): void {
  let now = 1_000;
  const clock: Clock = { now: () => now, elapsed: () => now, sleep: async () => undefined };

  describe(`the service's part of a state in ${title}`, () => {
    test('entries are kept by kind and name, and removed by it', async () => {
      const { service } = await open(clock);
      await service.change([
        { kind: 'connection', name: 'acme', value: { price: 1.5, text: 'Zoë \u0000 🌻' } },
        { kind: 'template', name: 'acme', value: 'a template' },
        { kind: 'connection', name: 'globex', value: [] },
      ]);
      expect(await service.entries('connection')).toEqual(
        new Map<string, unknown>([
          ['acme', { price: 1.5, text: 'Zoë \u0000 🌻' }],
          ['globex', []],
        ]),
      );
      await service.change([
        { kind: 'connection', name: 'acme', value: undefined },
        { kind: 'connection', name: 'globex', value: 'changed' },
      ]);
      expect(await service.entries('connection')).toEqual(new Map([['globex', 'changed']]));
      expect(await service.entry('template', 'acme')).toBe('a template');
      expect(await service.entry('connection', 'acme')).toBeUndefined();
    });

    test('the version of a kind rises with each change, and only with changes of that kind', async () => {
      const { service } = await open(clock);
      expect(await service.version('connection')).toBe(0);
      await service.change([{ kind: 'connection', name: 'acme', value: 1 }]);
      const first = await service.version('connection');
      await service.change([{ kind: 'facts', name: 'hash', value: 1 }]);
      expect(await service.version('connection')).toBe(first);
      await service.change([{ kind: 'connection', name: 'acme', value: undefined }]);
      expect(await service.version('connection')).toBeGreaterThan(first);
      expect(await service.entries('connection')).toEqual(new Map());
    });

    test('what is old and not in use is pruned', async () => {
      const { service } = await open(clock);
      await service.change(['old', 'used'].map((name) => ({ kind: 'facts', name, value: 1 })));
      now += 1_000;
      await service.change([{ kind: 'facts', name: 'new', value: 1 }]);
      await service.prune('facts', { before: now, keep: new Set(['used']) });
      expect([...(await service.entries('facts')).keys()].sort()).toEqual(['new', 'used']);
    });

    test('how pipelines stand is asked for at once, and one without a state is left out', async () => {
      const { store, standings } = await open(clock);
      const id = await store.openPipeline(identity('acme'));
      await store.openPipeline(identity('globex'));
      const schedule = { schedule: '0 2 * * * UTC 0', lastHandledAt: 5, runPending: true, missed: 2, lastMissedAt: 4 };
      await store.saveSchedule(id, schedule);
      await store.beginRun(id, { id: 'r-1', kind: 'sync', startedAt: 10 });
      await store.finishRun(id, { id: 'r-1', outcome: 'completed', finishedAt: 20, report: {} });
      await store.addChanges(id, [{ id: 'e-1', key: '1', kind: 'changed' }], 30);
      const found = await standings(['acme', 'globex', 'initech'].map(identity));
      const nothing = { schedule: undefined, lastSuccessAt: undefined, deadLetters: 0, pending: 0, changesWait: false };
      expect(found).toEqual(
        new Map<string, Standing>([
          ['acme', { schedule, lastSuccessAt: 20, deadLetters: 0, pending: 0, changesWait: true }],
          ['globex', nothing],
        ]),
      );
      expect(await standings([{ ...identity('acme'), sourceAccount: '2' }])).toEqual(new Map());
    });
  });
}
