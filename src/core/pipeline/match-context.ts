import type { Known } from '../state/store.ts';

/**
 * What is known about the records that are being looked at, with what has just been decided for those before them: the
 * claims of this very look are in it although they are not in the state yet.
 */
export interface MatchContext extends Known {
  holderOf(address: string): string | undefined;
  addressOf(key: string): string | undefined;
  claim(address: string, key: string): void;
  release(address: string): void;
}

export function createMatchContext(known: Known): MatchContext {
  const claims = new Map(known.claims);
  const claimed = new Map(known.claimed);
  return {
    ...known,
    claims,
    claimed,
    holderOf: (address) => claims.get(address),
    addressOf: (key) => claimed.get(key),
    claim: (address, key) => {
      claims.set(address, key);
      claimed.set(key, address);
    },
    release: (address) => {
      const key = claims.get(address);
      claims.delete(address);
      if (key !== undefined && claimed.get(key) === address) claimed.delete(key);
    },
  };
}
