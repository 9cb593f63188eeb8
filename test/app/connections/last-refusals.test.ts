import { expect, test } from 'vitest';
import { lastRefusals } from '../../../src/app/connections/last-refusals.ts';
import type { RunRow, StateStore } from '../../../src/core/state/store.ts';
import { noon } from '../../kit/ports.ts';

const refused: RunRow = {
  id: 'r1',
  kind: 'sync',
  outcome: 'failed',
  startedAt: noon,
  finishedAt: noon + 1_000,
  report: { error: { code: 'forbidden', message: 'Refused.', hint: 'Connect again.', exitCode: 3, side: 'source' } },
};

/** Of a store, only what past runs there were is asked. Newest first. */
const refusalsAfter = async (...runs: readonly RunRow[]) => {
  const store = { runs: async () => runs } as unknown as StateStore;
  return await lastRefusals(store, 1);
};

test('the last refusal of a side is known, with what to do', async () => {
  expect([...(await refusalsAfter(refused))]).toEqual([
    ['source', expect.objectContaining({ code: 'forbidden', hint: 'Connect again.', at: noon + 1_000 })],
  ]);
});

test.each(['completed', 'held'] as const)(
  'a sync that has ended as %s since shows that both sides let us in, whatever they get in with',
  async (outcome) => {
    const later: RunRow = { id: 'r2', kind: 'sync', outcome, startedAt: noon + 60_000 };
    expect((await refusalsAfter(later, refused)).size).toBe(0);
  },
);

test('an undo that has ended well since shows it of the destination alone: the refusal of the source stays', async () => {
  const later: RunRow = { id: 'r2', kind: 'undo', outcome: 'completed', startedAt: noon + 60_000 };
  expect((await refusalsAfter(later, refused)).has('source')).toBe(true);
});
