import { defined } from '../defined.ts';
import type { Result } from '../domain/result.ts';
import type { RevertPlan } from '../domain/revert.ts';
import type { SimulatedWrite } from '../domain/write.ts';

/** What is recorded of a write that an undo has nothing to write for. */
export function resultOfAnswer(
  key: string,
  answer: Exclude<RevertPlan<never>, { readonly kind: 'write' }>,
  at: number,
): Result {
  if (answer.kind !== 'nothing') {
    const { kind, message } = answer;
    if (kind === 'conflict') return { key, outcome: 'skipped', code: 'changed-since', message, at };
    return { key, outcome: 'rejected', code: 'refused', message, at };
  }
  if (answer.note) return { key, outcome: 'skipped', ...answer.note, at };
  return { key, outcome: 'unchanged', at };
}

/** The expected result of an undo's write, with what it leaves undone. Undefined if the row would not be written. */
export function simulatedResult(
  key: string,
  { conflicts, note }: Pick<Extract<RevertPlan<never>, { readonly kind: 'write' }>, 'conflicts' | 'note'>,
  { outcome }: SimulatedWrite,
  at: number,
): Result | undefined {
  if (outcome.kind !== 'written') return undefined;
  const { changes, code, link } = outcome;
  const left = conflicts.length > 0 ? `changed since and left: ${conflicts.join(', ')}` : undefined;
  const message = [note?.message, left].filter((part) => part !== undefined).join('; ');
  return {
    key,
    outcome: 'updated',
    at,
    destinationId: link.destinationId,
    ...defined({ code, changes }),
    ...(message !== '' && { message }),
  };
}
