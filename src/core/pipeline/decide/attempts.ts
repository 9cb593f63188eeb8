import { TransientError } from '../../domain/errors.ts';
import type { RowOutcome } from '../../domain/write.ts';
import type { Run } from '../run-state.ts';

/** After this many decisions on outdated data, another one will not help. */
const maxRedecisions = 6;
/** Attempts at a write that certainly was not carried out: the destination is unavailable. */
const maxAttempts = 9;

const keptChanging =
  'The user kept changing in the destination while it was being written. Run again when nothing else writes it.';
const withoutOutcome = `The destination accepted the write ${maxAttempts} times, did not carry it out, and gave no reason.`;

/** `open`: the record gets no result; the next run reads it again. */
export type NextAttempt =
  | { readonly kind: 'again'; readonly redecisions: number }
  | { readonly kind: 'unsettled'; readonly message: string }
  | { readonly kind: 'open' };

/**
 * Counts an attempt that gave a record no result. If its user keeps changing while it is being written, or the
 * destination gives no outcome for it, the record is rejected. If the destination accepts no writes at all, the run
 * fails.
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
