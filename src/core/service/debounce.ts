import type { Clock } from '../clock.ts';

/** Calls `act` when nothing has come for `quietMs`, and at the latest `maxQuietMs` after the first that came. */
export function createDebounce({
  clock,
  signal,
  quietMs,
  maxQuietMs,
  act,
}: {
  readonly clock: Clock;
  /** Rejects what still waits. */
  readonly signal: AbortSignal;
  readonly quietMs: number;
  readonly maxQuietMs: number;
  readonly act: () => Promise<void>;
}) {
  let firstAt: number | undefined;
  let lastAt = 0;
  return {
    /** Resolves when `act` has been done, or at once when an earlier call already waits for it. */
    async came(): Promise<void> {
      lastAt = clock.elapsed();
      if (firstAt !== undefined) return;
      firstAt = lastAt;
      for (;;) {
        const left = Math.min(lastAt + quietMs, firstAt + maxQuietMs) - clock.elapsed();
        if (left <= 0) break;
        await clock.sleep(left, signal);
      }
      firstAt = undefined;
      await act();
    },
  };
}
