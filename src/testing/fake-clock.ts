import type { Clock } from '../core/clock.ts';

export interface FakeClock extends Clock {
  advance(ms: number): void;
  /** Every sleep so far, in milliseconds. */
  readonly slept: readonly number[];
}

/** A clock on which sleeping takes no time: it moves the clock instead. */
export function createFakeClock(startsAt = Date.UTC(2026, 0, 5, 9)): FakeClock {
  let passed = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => startsAt + passed,
    elapsed: () => passed,
    advance: (ms) => {
      passed += ms;
    },
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      slept.push(ms);
      passed += Math.max(0, ms);
      // One turn of the event loop, so that a sleep without end does not starve timers and sockets.
      await new Promise<void>((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    },
  };
}
