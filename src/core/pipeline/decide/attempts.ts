import { TransientError } from '../../domain/errors.ts';
import type { RowOutcome } from '../../domain/write.ts';
import type { Run } from '../run-state.ts';

/** A picture that is wrong this often for one record will not come right. */
const maxRedecisions = 6;
/** Tries of a write that certainly was not done: the destination is out. */
const maxAttempts = 9;

const keptChanging =
  'The user kept changing in the destination while it was being written. Run again when nothing else writes it.';
const withoutOutcome = `The destination accepted the write ${maxAttempts} times, did not carry it out, and gave no reason.`;

/** `open`: nothing is decided about the record; it is read again by the next run. */
export type NextAttempt =
  | { readonly kind: 'again'; readonly redecisions: number }
  | { readonly kind: 'unsettled'; readonly message: string }
  | { readonly kind: 'open' };

/**
 * Counts a look that did not settle a record. A user who keeps changing under our hands is the record's trouble, and so is
 * one of whom the destination does not say what became of it; a destination that takes no write is the run's, which fails
 * for it.
 */
export function nextAttempt<T, P>(run: Run<T, P>, key: string, outcome: RowOutcome): NextAttempt {
  const redecisions = (run.redecisions.get(key) ?? 0) + 1;
  run.redecisions.set(key, redecisions);
  if (redecisions <= (outcome.kind === 'not-written' ? maxAttempts : maxRedecisions))
    return { kind: 'again', redecisions };
  if (outcome.kind !== 'not-written') return { kind: 'unsettled', message: keptChanging };
  if (outcome.isAnswered) return { kind: 'unsettled', message: withoutOutcome };
  run.fail(
    new TransientError(`The destination has not taken a write in ${maxAttempts} tries.`, {
      code: 'not-taken',
      hint: 'Run again later: what was not written is still to be done.',
    }),
  );
  return { kind: 'open' };
}
