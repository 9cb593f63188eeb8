import { expect, test } from 'vitest';
import { callsInDocs, monthInDocs, monthOf, sizes } from '../../kit/money/cost-tables.ts';
import { countCalls } from '../../kit/money/count-calls.ts';

/** `npm run faults` counts the calls of 10,000 customers. */
test('docs/money.md says how many calls each kind of sync of 1,000 customers makes', async () => {
  const { company, ...counted } = await countCalls(1_000);
  expect(counted).toEqual(callsInDocs(1_000));
  // By the first sync, and once a day.
  expect(company).toEqual([1, 0, 0, 1, 1]);
});

test.each(sizes)('a month of %d customers is what its syncs add up to', (size) => {
  expect(monthInDocs(size)).toEqual(monthOf(callsInDocs(size)));
});
