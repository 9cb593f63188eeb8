import type { Clock } from '../clock.ts';
import { defined } from '../defined.ts';
import { TransientError } from '../domain/errors.ts';
import type { Logger } from '../domain/log.ts';
import { maxWaitMs } from './retry-after.ts';

export interface RetryPolicy {
  readonly attempts: number;
  readonly initialDelayMs: number;
  readonly maxDelayMs: number;
  /** How long to wait after a 429 that names no time. `refusals` counts from 1. */
  readonly throttledMs: (refusals: number) => number;
}

/** Delays before full jitter: 0.5, 1, 2, 4, 8, 16, 30, 30 s. */
export const defaultRetry: RetryPolicy = {
  attempts: 9,
  initialDelayMs: 500,
  maxDelayMs: 30_000,
  throttledMs: (refusals) => Math.min(60_000, 10_000 * 2 ** (refusals - 1)),
};

/** For a call made on behalf of another one, such as for its token: the retry of that one repeats it. */
export const noRetry: RetryPolicy = { ...defaultRetry, attempts: 1 };

export interface Retrying {
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  /** True: a repeat has no further effect. False: repeated only when the server certainly did not act. */
  readonly idempotent: boolean;
  readonly signal: AbortSignal;
  /** Called for every 429, so that the whole account pauses. */
  readonly onThrottled?: (waitMs: number) => void;
}

/**
 * Repeats `send` after a TransientError. This is where a request waits for a 429: as long as the server asks, else with
 * exponential backoff and full jitter. `onThrottled` pauses the rest of the account meanwhile (rate-limiter.ts).
 *
 * Refusals for throttling have a limit of their own (three times `attempts`), because they only ask for patience. If the
 * server asks for more than an hour, the error is thrown. Any other error is thrown at once.
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

/** Throws the error, with the time that the server asks for, if no run waits that long. */
export function assertBearable(error: TransientError, waitMs: number): void {
  if (waitMs <= maxWaitMs) return;
  const { message, code, status, throttled, effect } = error;
  throw new TransientError(message, {
    code,
    throttled,
    effect,
    cause: error,
    hint: `The server asks to be left alone for ${Math.ceil(waitMs / 60_000)} minutes. Run again after that.`,
    ...defined({ status }),
  });
}
