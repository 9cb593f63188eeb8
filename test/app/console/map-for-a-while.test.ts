import { expect, test } from 'vitest';
import { mapForAWhile } from '../../../src/app/operations/review/map-for-a-while.ts';

test('records are mapped until the time is up: the one in progress is the last one', async () => {
  let elapsedMs = 0;
  const map = (record: number): number => {
    elapsedMs += 900;
    return record * 2;
  };
  const clock = { elapsed: () => elapsedMs };
  expect(await mapForAWhile([1, 2, 3, 4, 5], map, { clock, maxMs: 2_000 })).toEqual([
    { record: 1, result: 2 },
    { record: 2, result: 4 },
    { record: 3, result: 6 },
  ]);
});
