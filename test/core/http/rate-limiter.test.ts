import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRateLimiter } from '../../../src/core/http/rate-limiter.ts';
import { noon } from '../../kit/ports.ts';
import { createTestClock } from '../../kit/test-clock.ts';

const { signal } = new AbortController();
const minuteMs = 60_000;

/** Runs so many tasks, and tells at which millisecond each began. */
function starter(rateLimiter: ReturnType<typeof createRateLimiter>, now: () => number) {
  const starts: number[] = [];
  const task = async (): Promise<void> => {
    starts.push(now() - noon);
  };
  return {
    starts,
    start: (count: number) => Promise.all(Array.from({ length: count }, () => rateLimiter.run(task, { signal }))),
  };
}

test('the pace is that of the limits until the server says more: so many in any second', async () => {
  const { clock, until } = createTestClock({ moves: 'by-hand' });
  const rateLimiter = createRateLimiter({ limits: { perSecond: 3, concurrent: 10 }, clock });
  const { starts, start } = starter(rateLimiter, clock.now);
  await until(start(8));
  expect(starts).toEqual([0, 0, 0, 1000, 1000, 1000, 2000, 2000]);
});

test('a minute’s limit is spread over any minute, less the reserve', async () => {
  const { clock, until } = createTestClock({ moves: 'by-hand' });
  const rateLimiter = createRateLimiter({ limits: { perMinute: 5, concurrent: 10 }, reserve: 0.2, clock });
  const { starts, start } = starter(rateLimiter, clock.now);
  await until(start(9));
  expect(starts).toEqual([0, 0, 0, 0, 60_000, 60_000, 60_000, 60_000, 120_000]);
});

test('no stretch of time holds more starts than its limit, whenever requests come', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(700), { maxLength: 30 }),
      fc.integer({ min: 1, max: 5 }),
      async (gaps, perSecond) => {
        const { clock, until } = createTestClock({ moves: 'by-hand' });
        const rateLimiter = createRateLimiter({ limits: { perSecond, concurrent: 4 }, clock });
        const { starts, start } = starter(rateLimiter, clock.now);
        await until(
          (async () => {
            const all: Promise<unknown>[] = [];
            for (const gap of gaps) {
              await clock.sleep(gap);
              all.push(start(1));
            }
            await Promise.all(all);
          })(),
        );
        expect(starts).toHaveLength(gaps.length);
        for (const [index, at] of starts.entries())
          expect(starts.filter((other, position) => position >= index && other < at + 1000).length).toBeLessThanOrEqual(
            perSecond,
          );
      },
    ),
    { numRuns: 50 },
  );
});

test('the reserve is left to other apps until the window is new', async () => {
  const { clock, until } = createTestClock({ moves: 'by-hand' });
  const rateLimiter = createRateLimiter({ limits: { concurrent: 1 }, reserve: 0.2, clock });
  rateLimiter.observe({ 'ratelimit-limit': '100', 'ratelimit-remaining': '22', 'ratelimit-reset': '17' });
  const { starts, start } = starter(rateLimiter, clock.now);
  await until(start(4));
  expect(starts).toEqual([0, 0, 17_000, 17_000]);
});

test('remaining without a reset means a minute, and more than before means that the window is new', async () => {
  const { clock, until, play } = createTestClock({ moves: 'by-hand' });
  const rateLimiter = createRateLimiter({ limits: { concurrent: 1 }, reserve: 0.5, clock });
  rateLimiter.observe({ 'x-rate-limit': '100', 'x-rate-limit-remaining': '50' });
  const { starts, start } = starter(rateLimiter, clock.now);
  const first = start(1);
  await play(20_000);
  rateLimiter.observe({ 'x-rate-limit': '100', 'x-rate-limit-remaining': '99' });
  await until(first);
  await until(start(1));
  expect(starts).toEqual([60_000, 60_000]);
});

test('what others have spent counts: the lower number is believed', () => {
  const { clock } = createTestClock({ moves: 'by-hand' });
  const rateLimiter = createRateLimiter({ limits: { concurrent: 1 }, clock });
  rateLimiter.observe({ 'x-rate-limit': '700', 'x-rate-limit-remaining': '600' });
  rateLimiter.observe({ 'x-rate-limit': '700', 'x-rate-limit-remaining': '12' });
  expect(rateLimiter.describe()).toEqual({ limit: 700, remaining: 12 });
});

test('replies without rate headers teach nothing', () => {
  const { clock } = createTestClock({ moves: 'by-hand' });
  const rateLimiter = createRateLimiter({ limits: { concurrent: 1 }, clock });
  rateLimiter.observe({ 'content-type': 'application/json' });
  expect(rateLimiter.describe()).toEqual({});
});

test('replies that overtake each other do not pass for a new window', async () => {
  const { clock, until } = createTestClock({ moves: 'by-hand' });
  const limit = 700;
  const rateLimiter = createRateLimiter({ limits: { concurrent: 10 }, reserve: 0.2, clock });
  let used = 0;
  let window = 0;
  const perWindow: number[] = [];
  const request = async (index: number): Promise<void> => {
    const current = Math.floor((clock.now() - noon) / minuteMs);
    if (current !== window) used = 0;
    window = current;
    used += 1;
    perWindow[window] = (perWindow[window] ?? 0) + 1;
    const remaining = String(limit - used);
    // Every third reply takes longer, so later ones come first.
    await clock.sleep(index % 3 === 0 ? 900 : 300);
    rateLimiter.observe({ 'x-rate-limit': String(limit), 'x-rate-limit-remaining': remaining });
  };
  await until(
    Promise.all(Array.from({ length: 1680 }, (_, index) => rateLimiter.run(() => request(index), { signal }))),
  );
  // 560 of each window's 700 are ours; a few more may be in flight when the last of them is answered.
  expect(Math.max(...perWindow)).toBeLessThanOrEqual(570);
  // Three windows: two minutes and the half minute that the last 560 take.
  expect(clock.now() - noon).toBeLessThanOrEqual(165_000);
});

test('a pause holds everybody, and a shorter one does not end a longer one', async () => {
  const { clock, until } = createTestClock({ moves: 'by-hand' });
  const rateLimiter = createRateLimiter({ limits: { concurrent: 5 }, clock });
  rateLimiter.pause(27_000);
  rateLimiter.pause(1_000);
  expect(rateLimiter.describe()).toEqual({ pausedMs: 27_000 });
  const { starts, start } = starter(rateLimiter, clock.now);
  await until(start(3));
  expect(starts).toEqual([27_000, 27_000, 27_000]);
});

test('a budget of one endpoint that is spent pauses until it is new', async () => {
  const { clock, until } = createTestClock({ moves: 'by-hand' });
  const rateLimiter = createRateLimiter({ limits: { concurrent: 5 }, clock });
  rateLimiter.observe({ 'zendesk-ratelimit-users-index': 'total=100; remaining=0; resets=41' });
  const { starts, start } = starter(rateLimiter, clock.now);
  await until(start(1));
  expect(starts).toEqual([41_000]);
});

test('one that is aborted while it waits for its turn, its place or a pause learns of it at once, and takes no place', async () => {
  const { clock, settle, sleepers } = createTestClock({ moves: 'by-hand' });
  const rateLimiter = createRateLimiter({ limits: { concurrent: 1 }, clock });
  const stop = new AbortController();
  const reason = new Error('stopped');
  let begun = 0;
  const task = async (): Promise<void> => {
    begun += 1;
  };
  rateLimiter.pause(60_000);
  const waiting = [1, 2].map(() => rateLimiter.run(task, { signal: stop.signal }).catch((error: unknown) => error));
  await settle();
  stop.abort(reason);
  expect(await Promise.all(waiting)).toEqual([reason, reason]);
  expect(await rateLimiter.run(task, { signal: stop.signal }).catch((error: unknown) => error)).toBe(reason);
  expect({ begun, sleepers: sleepers() }).toEqual({ begun: 0, sleepers: 0 });
});

test('no more than so many are in flight at once, and the more urgent goes first', async () => {
  const { clock, until } = createTestClock({ moves: 'by-hand' });
  const rateLimiter = createRateLimiter({ limits: { concurrent: 2 }, clock });
  const order: string[] = [];
  let inFlight = 0;
  let most = 0;
  const task = (name: string) => async (): Promise<void> => {
    order.push(name);
    inFlight += 1;
    most = Math.max(most, inFlight);
    await clock.sleep(100);
    inFlight -= 1;
  };
  await until(
    Promise.all([
      rateLimiter.run(task('first'), { signal }),
      rateLimiter.run(task('second'), { signal }),
      rateLimiter.run(task('usual'), { signal }),
      rateLimiter.run(task('urgent'), { signal, priority: 2 }),
    ]),
  );
  expect(order).toEqual(['first', 'second', 'urgent', 'usual']);
  expect(most).toBe(2);
});

test('a task that fails frees its place', async () => {
  const { clock, until } = createTestClock({ moves: 'by-hand' });
  const rateLimiter = createRateLimiter({ limits: { concurrent: 1 }, clock });
  const failure = new Error('no');
  await expect(until(rateLimiter.run(() => Promise.reject(failure), { signal }))).rejects.toBe(failure);
  expect(await until(rateLimiter.run(async () => 'yes', { signal }))).toBe('yes');
});
