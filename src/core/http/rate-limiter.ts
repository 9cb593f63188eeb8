import PQueue, { type QueueAddOptions } from 'p-queue';
import type { Clock } from '../clock.ts';
import { FairQueue } from './fair-queue.ts';
import { endpointResetMs, readRateHeaders } from './rate-headers.ts';
import type { RateLimits } from './rate-limits.ts';

export interface RateLimiter {
  /** Runs `task` when the budget, the pause and the concurrency allow. Rejects at once when `signal` aborts before that. */
  run<T>(
    task: () => Promise<T>,
    options: {
      readonly signal: AbortSignal;
      readonly priority?: number;
      /** Names the caller, if several share the budget: among tasks of equal priority, callers take turns. */
      readonly tenant?: string;
    },
  ): Promise<T>;
  /** Learns the account's budget from a response. */
  observe(headers: Readonly<Record<string, string>>): void;
  /** Stops all requests of the account for this long, because a 429 applies to all of them. */
  pause(forMs: number): void;
  /** For progress: the budget as far as it is known. */
  describe(): { readonly limit?: number; readonly remaining?: number; readonly pausedMs?: number };
}

const minuteMs = 60_000;

/**
 * One request budget per account, shared by everybody who uses the account. p-queue limits concurrency and keeps the order.
 * The pace comes from `limits` until the server's headers give its own. A share (`reserve`) is left to other apps.
 */
export function createRateLimiter({
  limits,
  reserve = 0,
  clock,
}: {
  readonly limits: RateLimits;
  readonly reserve?: number;
  readonly clock: Clock;
}): RateLimiter {
  const queue = new PQueue<FairQueue, QueueAddOptions & { tenant?: string }>({
    concurrency: limits.concurrent,
    queueClass: FairQueue,
  });
  const second = limits.perSecond === undefined ? undefined : createWindow(limits.perSecond, 1_000, clock);
  const minute =
    limits.perMinute === undefined
      ? undefined
      : createWindow(Math.max(1, Math.floor(limits.perMinute * (1 - reserve))), minuteMs, clock);
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let known: { readonly limit: number; remaining: number; readonly resetsAt: number } | undefined;

  function waitMs(): number {
    const now = clock.elapsed();
    if (pausedUntil > now) return pausedUntil - now;
    const windows = Math.max(second?.waitMs() ?? 0, known ? 0 : (minute?.waitMs() ?? 0));
    if (!known || now >= known.resetsAt || known.remaining > known.limit * reserve) return windows;
    return Math.max(windows, known.resetsAt - now);
  }

  async function admitted(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    for (let wait = waitMs(); wait > 0; wait = waitMs()) await clock.sleep(wait, signal);
    second?.take();
    minute?.take();
    if (known) known.remaining -= 1;
  }

  return {
    async run(task, { signal, priority = 0, tenant = '' }) {
      return await queue.add(
        async () => {
          await admitted(signal);
          return await task();
        },
        { priority, signal, tenant },
      );
    },
    observe(headers) {
      const { limit, remaining, resetMs } = readRateHeaders(headers);
      const now = clock.elapsed();
      if (remaining !== undefined) {
        const total = limit ?? known?.limit ?? Math.max(remaining, limits.perMinute ?? remaining);
        // Without a reset of its own, Zendesk's window is the minute. A fresh one shows as more remaining than before: nearer
        // to the limit than to what was known, because replies overtake each other and give a few more or less.
        const isFresh = !known || now >= known.resetsAt || remaining * 2 > known.remaining + known.limit;
        const resetsAt = resetMs !== undefined ? now + resetMs : isFresh || !known ? now + minuteMs : known.resetsAt;
        known = {
          limit: total,
          remaining: isFresh || !known ? remaining : Math.min(remaining, known.remaining),
          resetsAt,
        };
      }
      const endpoint = endpointResetMs(headers);
      if (endpoint !== undefined) pausedUntil = Math.max(pausedUntil, now + endpoint);
    },
    pause: (forMs) => {
      pausedUntil = Math.max(pausedUntil, clock.elapsed() + forMs);
    },
    describe: () => ({
      ...(known && { limit: known.limit, remaining: known.remaining }),
      ...(pausedUntil > clock.elapsed() && { pausedMs: pausedUntil - clock.elapsed() }),
    }),
  };
}

/** Allows at most `most` starts in any period of `lengthMs`. It keeps the times of the last `most` starts. */
function createWindow(most: number, lengthMs: number, clock: Clock) {
  const starts = new Float64Array(most).fill(Number.NEGATIVE_INFINITY);
  let next = 0;
  return {
    waitMs: () => Math.max(0, (starts[next] ?? 0) + lengthMs - clock.elapsed()),
    take: () => {
      starts[next] = clock.elapsed();
      next = (next + 1) % most;
    },
  };
}
