import type { Result } from '../domain/result.ts';
import { isLaterOutcome } from './tally.ts';

/**
 * Merges two results of one key in one run, so that an undo leads back to before the first write: the old values are
 * those of the first, the new values those of the last. A user that was created and then rejected still counts as
 * created by this run.
 */
export function mergeResults(earlier: Result | undefined, later: Result): Result {
  if (!earlier) return later;
  if (isLaterOutcome(earlier.outcome, later.outcome) !== later.outcome) {
    const isMore = earlier.outcome === 'created' && later.changes && later.destinationId === earlier.destinationId;
    return { ...earlier, at: later.at, ...(isMore && { changes: changesOfCreated(earlier, later) }) };
  }
  if (earlier.destinationId === undefined) return later;
  if (later.destinationId !== undefined && later.destinationId !== earlier.destinationId) return later;
  const { destinationId } = earlier;
  if (earlier.outcome === 'created')
    return { ...later, destinationId, changes: { ...changesOfCreated(earlier, later), active: [false, true] } };
  const changes: Record<string, NonNullable<Result['changes']>[string]> = { ...earlier.changes };
  const previousLastSent: Record<string, NonNullable<Result['previousLastSent']>[string]> = {
    ...earlier.previousLastSent,
  };
  for (const [name, [before, after]] of Object.entries(later.changes ?? {})) {
    const sent = later.previousLastSent?.[name];
    if (!(name in changes) && sent !== undefined) previousLastSent[name] = sent;
    changes[name] = [changes[name] ? changes[name][0] : before, after];
  }
  const isKnown = earlier.previousLastSent !== undefined || later.previousLastSent !== undefined;
  return { ...later, destinationId, changes, ...(isKnown && { previousLastSent }) };
}

/** The user was not there before, whatever the second write found. */
function changesOfCreated(earlier: Result, later: Result): NonNullable<Result['changes']> {
  const second = Object.entries(later.changes ?? {}).map(([name, [, after]]) => {
    return [name, [earlier.changes?.[name]?.[0] ?? null, after] as const] as const;
  });
  return { ...earlier.changes, ...Object.fromEntries(second) };
}
