import { setTimeout as delay } from 'node:timers/promises';

/** Time as a dependency, so that tests decide what time it is and nothing really waits. */
export interface Clock {
  /** Milliseconds since the epoch. It may jump, by hours and either way, when the machine's clock is set. */
  now(): number;
  /** Milliseconds since a moment that stays the same. Never jumps: durations are measured by it. */
  elapsed(): number;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A timer that is set for longer (24.8 days) fires at once. */
const maxTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: async (ms, signal) => {
    for (let left = ms; left >= 0; left -= maxTimerMs)
      await delay(Math.min(left, maxTimerMs), undefined, signal ? { signal } : {}).catch((error: unknown) => {
        throw signal?.aborted ? signal.reason : error;
      });
  },
};
