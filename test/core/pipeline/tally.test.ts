import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Outcome, Result } from '../../../src/core/domain/result.ts';
import { createTally, isLaterOutcome } from '../../../src/core/pipeline/tally.ts';
import { result } from '../../kit/state/store-builders.ts';

const outcomes: readonly Outcome[] = ['created', 'updated', 'unchanged', 'skipped', 'rejected'];

test('read is the sum of the five outcomes', () => {
  const tally = createTally();
  outcomes.forEach((outcome, index) => {
    tally.add(result(`k${index}`, { outcome }));
  });
  expect(tally.tallies()).toEqual({ read: 5, created: 1, updated: 1, unchanged: 1, skipped: 1, rejected: 1 });
});

test('skips are counted by reason, in order, and reasons that came to nothing are left out', () => {
  const tally = createTally();
  const shared = result('1', { outcome: 'skipped', code: 'shared-email' });
  tally.add(shared);
  tally.add(result('2', { outcome: 'skipped', code: 'filter' }));
  tally.add(result('3', { outcome: 'skipped', code: 'filter' }));
  expect(Object.entries(tally.skips())).toEqual([
    ['filter', 2],
    ['shared-email', 1],
  ]);
  tally.add(result('1', { outcome: 'created' }), shared);
  expect(tally.skips()).toEqual({ filter: 2 });
});

test('the first hundred rejects are reported, and one that was settled otherwise later is reverted', () => {
  const tally = createTally();
  const rejected = (key: string): Result =>
    result(key, { outcome: 'rejected', code: 'email-taken', message: 'Taken.' });
  for (let key = 1; key <= 120; key += 1) tally.add(rejected(String(key)));
  expect(tally.tallies().rejected).toBe(120);
  expect(tally.rejects()).toHaveLength(100);
  expect(tally.rejects()[0]).toEqual({ key: '1', code: 'email-taken', message: 'Taken.' });
  tally.add(result('1', { outcome: 'created' }), rejected('1'));
  expect(tally.rejects()).toHaveLength(99);
  expect(tally.tallies()).toMatchObject({ read: 120, created: 1, rejected: 119 });
});

test('each key counts once, whatever it was before', () => {
  const adds = fc.array(fc.tuple(fc.nat(5), fc.constantFrom(...outcomes)), { maxLength: 60 });
  fc.assert(
    fc.property(adds, (steps) => {
      const tally = createTally();
      const last = new Map<string, Result>();
      for (const [number, outcome] of steps) {
        const key = `k${number}`;
        const next = result(key, { outcome, ...(outcome === 'skipped' && { code: 'filter' }) });
        tally.add(next, last.get(key));
        last.set(key, next);
      }
      const count = (outcome: Outcome): number => [...last.values()].filter((row) => row.outcome === outcome).length;
      expect(tally.tallies()).toEqual({
        read: last.size,
        created: count('created'),
        updated: count('updated'),
        unchanged: count('unchanged'),
        skipped: count('skipped'),
        rejected: count('rejected'),
      });
      expect(tally.skips()).toEqual(count('skipped') > 0 ? { filter: count('skipped') } : {});
      expect(tally.rejects()).toHaveLength(count('rejected'));
    }),
  );
});

test.each<[Outcome | undefined, Outcome, Outcome]>([
  [undefined, 'unchanged', 'unchanged'],
  ['created', 'updated', 'created'],
  ['created', 'unchanged', 'created'],
  ['created', 'rejected', 'rejected'],
  ['updated', 'unchanged', 'updated'],
  ['updated', 'skipped', 'skipped'],
  ['unchanged', 'updated', 'updated'],
  ['rejected', 'created', 'created'],
])('%s and then %s is %s: a write is not forgotten', (earlier, later, settled) => {
  expect(isLaterOutcome(earlier, later)).toBe(settled);
});
