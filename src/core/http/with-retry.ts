import type { Clock } from '../clock.ts';
import { TransientError } from '../domain/errors.ts';
import type { Logger } from '../domain/log.ts';
import { maxWaitMs } from './retry-after.ts';

export interface RetryPolicy {
  readonly attempts: number;
  readonly initialDelayMs: number;
  readonly maxDelayMs: number;
  /** What to wait after a throttle refusal that names no time. `refusals` counts from 1. */
  readonly throttledMs: (refusals: number) => number;
}

/** Delays before full jitter: 0.5, 1, 2, 4, 8, 16, 30, 30 s. */
export const defaultRetry: RetryPolicy = {
  attempts: 9,
  initialDelayMs: 500,
  maxDelayMs: 30_000,
  throttledMs: (refusals) => Math.min(60_000, 10_000 * 2 ** (refusals - 1)),
};

/** For calls that are made for another one, such as for its token: the other one's repeat repeats them. */
export const noRetry: RetryPolicy = { ...defaultRetry, attempts: 1 };

export interface Retrying {
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  /** True: a repeat has no further effect. False: repeated only when the server certainly did not act. */
  readonly idempotent: boolean;
  readonly signal: AbortSignal;
  /** Called for every throttle refusal, so that the whole account pauses. */
  readonly onThrottled?: (waitMs: number) => void;
}

/**
 * Repeats `send` after a TransientError, with exponential backoff and full jitter, or exactly as long as the server asked.
 * Throttle refusals do not count as attempts up to a bound of their own: waiting is what they ask for. A wait of more than an
 * hour is no part of a run: it ends with the error. Any other error flies.
 */
export async function withRetry<T>(
  send: () => Promise<T>,
  { policy, clock, random, log, idempotent, signal, onThrottled }: Retrying,
): Promise<T> {
  let failures = 0;
  let refusals = 0;
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof TransientError) || signal.aborted) throw error;
      if (!idempotent && error.effect === 'unknown') throw error;
      if (error.throttled) refusals += 1;
      else failures += 1;
      if (failures >= policy.attempts || refusals > policy.attempts * 3) throw error;
      const backoff = random() * Math.min(policy.maxDelayMs, policy.initialDelayMs * 2 ** (failures - 1));
      const waitMs = error.retryAfterMs ?? (error.throttled ? policy.throttledMs(refusals) : backoff);
      assertBearable(error, waitMs);
      if (error.throttled) onThrottled?.(waitMs);
      log.debug({ code: error.code, waitMs: Math.round(waitMs), failures, refusals }, 'waiting before another try');
      await clock.sleep(waitMs, signal);
    }
  }
}

/** Throws the error, with what the server asks for, when that is longer than any run waits. */
export function assertBearable(error: TransientError, waitMs: number): void {
  if (waitMs <= maxWaitMs) return;
  const { message, code, status, throttled, effect } = error;
  throw new TransientError(message, {
    code,
    throttled,
    effect,
    cause: error,
    hint: `The server asks to be left alone for ${Math.ceil(waitMs / 60_000)} minutes. Run again after that.`,
    ...(status !== undefined && { status }),
  });
}
