import type { Known } from '../../domain/known.ts';

/**
 * What is known about the records of one call, including the decisions just made for earlier ones: their claims count
 * although they are not in the state yet.
 */
export interface MatchContext extends Known {
  holderOf(email: string): string | undefined;
  emailOf(key: string): string | undefined;
  claim(email: string, key: string): void;
  release(email: string): void;
}

export function createMatchContext(known: Known): MatchContext {
  const claims = new Map(known.claims);
  const claimed = new Map(known.claimed);
  return {
    ...known,
    claims,
    claimed,
    holderOf: (email) => claims.get(email),
    emailOf: (key) => claimed.get(key),
    claim: (email, key) => {
      claims.set(email, key);
      claimed.set(key, email);
    },
    release: (email) => {
      const key = claims.get(email);
      claims.delete(email);
      if (key !== undefined && claimed.get(key) === email) claimed.delete(key);
    },
  };
}
