import type { SourceRecord } from '../../domain/record.ts';

/**
 * What the destination refuses of a user that several customers share is one customer's value, and it does not say whose. So
 * the user is tried without each of them in turn: without whom it is accepted, that one is rejected, and the others are
 * written. This holds for the rest of the run; then the state knows it.
 */
export interface RefusedUsers {
  /** Whom the user of this key is to be made without, now. */
  leftOut(holder: string): string | undefined;
  /** Why this customer is no part of the user of its address. */
  refusalOf(key: string): Refusal | undefined;
  /** Another one to leave out. Undefined if there is none left: then the whole user is refused. */
  next(holder: string, customers: readonly SourceRecord[], refusal: Refusal): SourceRecord | undefined;
  /** The user was accepted. Returns whom it was made without, who is refused from now on: a member once, the holder each time. */
  accepted(holder: string): SourceRecord | undefined;
  /** What was refused first, of the whole user. */
  first(holder: string): Refusal | undefined;
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
  /** Of the user with all its customers. */
  readonly payloadHash: string;
}

interface Trial {
  readonly refusal: Refusal;
  readonly untried: SourceRecord[];
  without: SourceRecord | undefined;
}

export function createRefusedUsers(): RefusedUsers {
  const trials = new Map<string, Trial>();
  const refused = new Map<string, Refusal>();
  return {
    leftOut: (holder) => trials.get(holder)?.without?.key,
    refusalOf: (key) => refused.get(key),
    next(holder, customers, refusal) {
      // The holder's own value last: whoever came later is more often the cause.
      const trial = trials.get(holder) ?? { refusal, untried: customers.toReversed(), without: undefined };
      trials.set(holder, trial);
      trial.without = trial.untried.shift();
      return trial.without;
    },
    accepted(holder) {
      const trial = trials.get(holder);
      const record = trial?.without;
      if (!record || refused.has(record.key)) return undefined;
      if (record.key !== holder) refused.set(record.key, trial.refusal);
      return record;
    },
    first: (holder) => trials.get(holder)?.refusal,
  };
}
