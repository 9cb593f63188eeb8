import { TransientError } from '../errors.ts';
import type { RowOutcome } from '../sink.ts';
import type { Run } from './run-state.ts';

/** A picture that is wrong this often for one record will not come right. */
const mostPictures = 6;
/** Tries of a write that certainly was not done: the destination is out. */
const mostTries = 9;

/** `open`: nothing is decided about the record; it is read again by the next run. */
export type NextRound = { readonly kind: 'again'; readonly rounds: number } | { readonly kind: 'unsettled' | 'open' };

/**
 * Counts a look that did not settle a record. A user who keeps changing under our hands is the record's trouble; a
 * destination that takes no write is the run's, which fails for it.
 */
export function nextRound<T, P>(run: Run<T, P>, key: string, { kind }: RowOutcome): NextRound {
  const rounds = (run.rounds.get(key) ?? 0) + 1;
  run.rounds.set(key, rounds);
  if (rounds <= (kind === 'unsent' ? mostTries : mostPictures)) return { kind: 'again', rounds };
  if (kind !== 'unsent') return { kind: 'unsettled' };
  run.fail(
    new TransientError(`The destination has not taken a write in ${mostTries} tries.`, {
      code: 'not-taken',
      hint: 'Run again later: what was not written is still to be done.',
    }),
  );
  return { kind: 'open' };
}
