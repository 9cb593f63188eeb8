import { expect, test } from 'vitest';
import { runStorm } from '../../fault-matrix/scale/storm.ts';

/** The short form of `npm run faults -- --scale`, which goes on for ten minutes. */
test('workers that are killed and frozen at random: no user is doubled or missing, and none wrote in another’s turn', {
  timeout: 300_000,
}, async () => {
  const said: string[] = [];
  const result = await runStorm({
    seconds: 12,
    workers: 3,
    accounts: 3,
    customers: 20,
    say: (line) => said.push(line),
  });
  expect(result.problems, said.join('\n')).toEqual([]);
  expect(result.kills + result.freezes + result.crashes).toBeGreaterThan(0);
  expect(result.runs).toBeGreaterThan(3);
});
