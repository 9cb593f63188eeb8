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
  const claimantsByEmail = new Map(known.claimantsByEmail);
  const emailsByClaimant = new Map(known.emailsByClaimant);
  return {
    ...known,
    claimantsByEmail,
    emailsByClaimant,
    holderOf: (email) => claimantsByEmail.get(email),
    emailOf: (key) => emailsByClaimant.get(key),
    claim: (email, key) => {
      claimantsByEmail.set(email, key);
      emailsByClaimant.set(key, email);
    },
    release: (email) => {
      const key = claimantsByEmail.get(email);
      claimantsByEmail.delete(email);
      if (key !== undefined && emailsByClaimant.get(key) === email) emailsByClaimant.delete(key);
    },
  };
}
