import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defined } from '../../../src/core/defined.ts';
import { AuthError, ContractError, TransientError } from '../../../src/core/domain/errors.ts';
import { defaultRetry, type Retrying, withRetry } from '../../../src/core/http/with-retry.ts';
import { quiet } from '../../kit/ports.ts';
import { createTestClock } from '../../kit/test-clock.ts';

/** Fails with these errors, one after the other, then answers. */
function attempt(failures: readonly Error[], options: Partial<Retrying> = {}) {
  const { clock, slept } = createTestClock({ moves: 'at-once' });
  const pauses: number[] = [];
  let sent = 0;
  const left = [...failures];
  const result = withRetry(
    async () => {
      sent += 1;
      const failure = left.shift();
      if (failure) throw failure;
      return 'answer';
    },
    {
      policy: defaultRetry,
      clock,
      random: () => 1,
      log: quiet,
      idempotent: true,
      signal: new AbortController().signal,
      onThrottled: (waitMs) => pauses.push(waitMs),
      ...options,
    },
  );
  return { result, slept, pauses, sent: () => sent };
}

const unavailable = (options = {}) => new TransientError('unavailable', options);
const throttled = (retryAfterMs?: number) =>
  new TransientError('throttled', {
    throttled: true,
    effect: 'not-sent',
    ...defined({ retryAfterMs }),
  });
const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

test('waits double from half a second to thirty', async () => {
  const { result, slept } = attempt(times(8, unavailable));
  expect(await result).toBe('answer');
  expect(slept).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
});

test('the jitter is full: anything from nothing to the whole wait', async () => {
  await fc.assert(
    fc.asyncProperty(fc.double({ min: 0, max: 1, noNaN: true }), async (share) => {
      const { result, slept } = attempt(times(8, unavailable), { random: () => share });
      await result;
      const whole = [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000];
      for (const [index, ms] of slept.entries()) expect(ms).toBeCloseTo((whole[index] ?? 0) * share, 6);
    }),
    { numRuns: 20 },
  );
});

test('after nine failures the last one is thrown', async () => {
  const last = unavailable();
  const { result, sent } = attempt([...times(8, unavailable), last, unavailable()]);
  await expect(result).rejects.toBe(last);
  expect(sent()).toBe(9);
});

test('Retry-After is obeyed exactly, without jitter, throttled or not', async () => {
  const { result, slept } = attempt([throttled(27_000), unavailable({ retryAfterMs: 120_000, status: 503 })], {
    random: () => 0.1,
  });
  await result;
  expect(slept).toEqual([27_000, 120_000]);
});

test('a throttle that names no time is waited for ten seconds, doubling to sixty', async () => {
  const { result, slept } = attempt(times(5, () => throttled()));
  await result;
  expect(slept).toEqual([10_000, 20_000, 40_000, 60_000, 60_000]);
});

test('every refusal of the throttle pauses the whole account for as long; another failure does not', async () => {
  const { result, pauses } = attempt([throttled(27_000), unavailable(), throttled()]);
  await result;
  expect(pauses).toEqual([27_000, 20_000]);
});

test('refusals of the throttle are no failed attempts, up to a bound of their own', async () => {
  expect(await attempt(times(20, () => throttled(1))).result).toBe('answer');
  const { result, sent } = attempt(times(99, () => throttled(1)));
  await expect(result).rejects.toMatchObject({ throttled: true });
  expect(sent()).toBe(28);
});

test('what must not be repeated is repeated only when the server certainly did not act', async () => {
  const lost = unavailable({ effect: 'unknown' });
  const first = attempt([lost], { idempotent: false });
  await expect(first.result).rejects.toBe(lost);
  expect(first.sent()).toBe(1);
  expect(await attempt([unavailable({ effect: 'not-sent' }), throttled(1)], { idempotent: false }).result).toBe(
    'answer',
  );
});

test.each([
  ['an AuthError', new AuthError('x')],
  ['a ContractError', new ContractError('x')],
  ['a bug', new TypeError('x')],
])('%s flies at once', async (_, error) => {
  const { result, sent } = attempt([error]);
  await expect(result).rejects.toBe(error);
  expect(sent()).toBe(1);
});

test('nothing is repeated once the run is asked to stop', async () => {
  const stop = new AbortController();
  const error = unavailable();
  const { result, sent } = attempt([error, error], { signal: AbortSignal.abort() });
  await expect(result).rejects.toBe(error);
  expect(sent()).toBe(1);
  const { clock } = createTestClock({ moves: 'at-once' });
  const stopping = attempt([error, error], {
    signal: stop.signal,
    clock: {
      ...clock,
      sleep: async (_, signal) => {
        stop.abort(new Error('stopped'));
        signal?.throwIfAborted();
      },
    },
  });
  await expect(stopping.result).rejects.toThrow('stopped');
  expect(stopping.sent()).toBe(1);
});

test.each([throttled(3_600_001), unavailable({ retryAfterMs: 99_999_999_999_000, status: 503 })])(
  'a server that asks for more than an hour ends the run, and nobody else is paused for it',
  async (asked) => {
    const { result, slept, pauses, sent } = attempt([asked]);
    await expect(result).rejects.toMatchObject({
      exitCode: 4,
      code: asked.code,
      hint: expect.stringContaining('minutes'),
    });
    expect({ slept, pauses, sent: sent() }).toEqual({ slept: [], pauses: [], sent: 1 });
  },
);

test('an hour is waited for', async () => {
  const { result, slept } = attempt([throttled(3_600_000)]);
  expect(await result).toBe('answer');
  expect(slept).toEqual([3_600_000]);
});
