import type { Clock } from '../../src/core/clock.ts';

/**
 * A clock for what waits for nothing but this clock: it leaps to the next sleeper whenever a turn of the loop has passed. A
 * simulated week takes a second.
 */
export function createLeapingClock(startedAt = Date.UTC(2026, 10, 23, 12)): Clock {
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  let elapsed = 0;
  let leaping = false;

  function leap(): void {
    let next = Number.POSITIVE_INFINITY;
    for (const { at } of sleepers) next = Math.min(next, at);
    leaping = sleepers.size > 0;
    if (!leaping) return;
    elapsed = next;
    for (const sleeper of sleepers) if (sleeper.at <= elapsed) sleeper.wake();
    setImmediate(leap);
  }

  return {
    now: () => startedAt + elapsed,
    elapsed: () => elapsed,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const end = (act: () => void) => (): void => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', stop);
          act();
        };
        const stop = end(() => reject(signal?.reason));
        const sleeper = { at: elapsed + ms, wake: end(resolve) };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', stop, { once: true });
        if (leaping) return;
        leaping = true;
        setImmediate(leap);
      }),
  };
}
