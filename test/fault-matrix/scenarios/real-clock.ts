import { systemClock } from '../../../src/core/clock.ts';
import type { ScenarioClock } from '../../kit/test-clock.ts';

/** More than a poll of a job: a wait for an export to know what was done. */
const longMs = 10_000;

/** The machine's time, which a child process has as well. What passes besides, and long waits, pass for the servers alone. */
export function createRealClock(): ScenarioClock {
  let aheadMs = 0;
  return {
    ...systemClock,
    serverNow: () => Date.now() + aheadMs,
    async sleep(ms, signal) {
      if (ms < longMs) return await systemClock.sleep(ms, signal);
      aheadMs += ms;
    },
    pass: (ms) => {
      aheadMs += ms;
    },
    setBack: () => {
      throw new Error('The time of the machine is not ours to set.');
    },
  };
}
