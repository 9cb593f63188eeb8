import type { Clock } from '../../../core/clock.ts';

/** Sign-ins that were tried lately: so many an address, and so many in all, within a minute. */
export interface Attempts {
  /** False: there were too many. */
  allow(address: string): boolean;
}

const windowMs = 60_000;
const perAddress = 10;
const inAll = 100;

export function createAttempts(clock: Clock): Attempts {
  let began = clock.elapsed();
  let all = 0;
  let byAddress = new Map<string, number>();
  return {
    allow(address) {
      if (clock.elapsed() - began >= windowMs) {
        began = clock.elapsed();
        all = 0;
        byAddress = new Map();
      }
      const own = (byAddress.get(address) ?? 0) + 1;
      // No more addresses are remembered than attempts are allowed.
      if (all >= inAll || own > perAddress) return false;
      all += 1;
      byAddress.set(address, own);
      return true;
    },
  };
}
