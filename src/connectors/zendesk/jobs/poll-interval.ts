import type { Clock } from '../../../core/clock.ts';

/**
 * When to look at a job before any job has ended: after 0.1 s, 0.16 s, 0.26 s …, then every second for as long as jobs
 * usually take. The duration of the first one says when to look at the next ones.
 */
const initialPollIntervalMs = 100;
const initialPollGrowth = 1.6;
const initialMaxPollIntervalMs = 1_000;
const usualJobsMs = 15_000;
/** A job that has ended may have ended some time before we looked: look at the next one a little earlier. */
const soonerEachTime = 0.97;
const minPollIntervalMs = 20;
const maxPollIntervalMs = 5_000;

/** When the jobs that are followed are looked at next: when the oldest is expected to end, going by those that ended. */
export function createPollInterval(clock: Pick<Clock, 'elapsed'>) {
  let expectedMs: number | undefined;
  /** Looks in a row at which no job had ended. */
  let repolls = 0;
  let lookedAt = clock.elapsed();
  return {
    /** `oldest`: since when the job is followed that began first. */
    nextMs(oldest: number): number {
      if (expectedMs === undefined) {
        const latest = clock.elapsed() - oldest < usualJobsMs ? initialMaxPollIntervalMs : maxPollIntervalMs;
        return Math.min(latest, initialPollIntervalMs * initialPollGrowth ** repolls);
      }
      const left = oldest + expectedMs - clock.elapsed();
      if (left > minPollIntervalMs && repolls === 0) return Math.min(left + expectedMs * 0.02, maxPollIntervalMs);
      return Math.max(minPollIntervalMs, Math.min(maxPollIntervalMs, expectedMs * 0.05 * 1.5 ** repolls));
    },
    /** A job that was followed since then had ended when it was looked at. */
    jobEnded(since: number): void {
      const took = clock.elapsed() - since;
      // The first one ended somewhere between the look before and this one.
      if (expectedMs === undefined) expectedMs = took - Math.max(0, clock.elapsed() - lookedAt) / 2;
      else expectedMs = expectedMs * 0.7 + took * (repolls === 0 ? soonerEachTime : 1) * 0.3;
    },
    looked({ hasEnded }: { readonly hasEnded: boolean }): void {
      repolls = hasEnded ? 0 : repolls + 1;
      lookedAt = clock.elapsed();
    },
  };
}
