import { defined } from '../../defined.ts';
import type { RowOutcome } from '../../domain/write.ts';
import type { ChangeSet } from '../change-set.ts';
import type { Run } from '../run-state.ts';
import type { Refusal } from './refused-users.ts';

/** The user is accepted now: whoever was left out of it is decided again, and rejected then. Returns the holder's refusal if that is the holder itself. */
export function rejectCulprit<T, P>(
  run: Pick<Run<T, P>, 'refusedUsers' | 'nextSequence' | 'progressCount'>,
  changes: Pick<ChangeSet, 'deferred'>,
  holder: string,
): Refusal | undefined {
  const record = run.refusedUsers.accepted(holder);
  if (!record) return undefined;
  if (record.key === holder) return run.refusedUsers.first(holder);
  run.nextSequence += 1;
  run.progressCount += 1;
  const { key, after } = record;
  changes.deferred.push({
    key,
    sequence: run.nextSequence,
    stage: 'deferred',
    record,
    attempts: 0,
    ...defined({ after }),
  });
  return undefined;
}

/** A written user, recorded as refused: of the holder itself a value was left out. */
export function refusedInPart(
  { code: _, kind: __, outcome, changes, ...written }: Extract<RowOutcome, { readonly kind: 'written' }>,
  { code, message }: Refusal,
): Extract<RowOutcome, { readonly kind: 'refused' }> {
  const all = outcome === 'created' ? { ...changes, active: [false, true] as const } : changes;
  return { kind: 'refused', code, message, ...written, ...(all && { changes: all }) };
}
