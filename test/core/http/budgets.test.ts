import { expect, test } from 'vitest';
import { createRateLimiter } from '../../../src/core/http/rate-limiter.ts';
import { createSharedResources, sharedRateLimiter } from '../../../src/core/http/shared-resources.ts';
import { createTestClock } from '../../kit/test-clock.ts';

const { signal } = new AbortController();

test('pipelines that write to one account take turns, and hold its budget together', async () => {
  const clock = createTestClock();
  const budgets = createSharedResources();
  const limits = { perMinute: 20, concurrent: 2 };
  const rateLimiter = (pipeline: string, account = 'one') =>
    sharedRateLimiter(budgets(pipeline), createRateLimiter, { account, options: { limits, clock } });
  const sent: { readonly by: string; readonly at: number }[] = [];
  const ask = (by: string, count: number, account?: string) => {
    const mine = rateLimiter(by, account);
    return Array.from({ length: count }, () =>
      mine.run(async () => sent.push({ by, at: clock.elapsed() }), { signal }),
    );
  };
  // The greedy one comes first, with ten times as much.
  const all = [...ask('greedy', 100), ...ask('modest', 10), ...ask('elsewhere', 20, 'another')];
  await Promise.all(all);

  const toOne = sent.filter(({ by }) => by !== 'elsewhere');
  const [first = 0] = toOne.map(({ at }) => at);
  const lastOfModest = toOne.findLastIndex(({ by }) => by === 'modest');
  // Every other place was the modest one's, except for the two that the greedy one had already.
  expect(lastOfModest).toBeLessThanOrEqual(21);
  for (const { at } of toOne)
    expect(toOne.filter((other) => other.at >= at && other.at < at + 60_000).length).toBeLessThanOrEqual(20);
  expect(toOne.length).toBe(110);
  // Another account has a budget of its own.
  expect(sent.filter(({ by, at }) => by === 'elsewhere' && at === first).length).toBe(20);
});

test('what is urgent goes first, whoever asks; what is given up leaves the queue', async () => {
  const clock = createTestClock();
  const rateLimiter = createRateLimiter({ limits: { concurrent: 1 }, clock });
  const order: string[] = [];
  const gone = new AbortController();
  const run = (name: string, how: { tenant?: string; priority?: number; signal?: AbortSignal }) =>
    rateLimiter.run(async () => order.push(name), { signal, ...how });
  const all = [run('a1', { tenant: 'a' }), run('a2', { tenant: 'a' })];
  const given = run('given up', { tenant: 'b', signal: gone.signal });
  all.push(run('a3', { tenant: 'a' }), run('b1', { tenant: 'b' }), run('urgent', { tenant: 'a', priority: 1 }));
  gone.abort(new Error('given up'));
  await expect(given).rejects.toThrow('given up');
  await Promise.all(all);
  expect(order).toEqual(['a1', 'urgent', 'b1', 'a2', 'a3']);
});
