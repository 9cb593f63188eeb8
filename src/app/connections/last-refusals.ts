import type { Side } from '../../core/domain/errors.ts';
import type { PipelineId } from '../../core/domain/pipeline.ts';
import { failureOf, type StoredFailure } from '../../core/report/stored-failure.ts';
import type { StateStore } from '../../core/state/store.ts';

/** A run that failed because one side refused the credentials. */
export interface Refusal extends Pick<StoredFailure, 'code' | 'message' | 'hint' | 'remedy'> {
  readonly at: number;
}
export type Refusals = ReadonlyMap<Side, Refusal>;

/** As an AuthError has it. */
const refusedExitCode = 3;
const runsLookedAt = 100;

/** The last refusal by each side since the last successful sync. */
export async function lastRefusals(store: StateStore, id: PipelineId): Promise<Refusals> {
  const refusals = new Map<Side, Refusal>();
  for (const run of await store.runs(id, { limit: runsLookedAt })) {
    if (run.kind === 'sync' && (run.outcome === 'completed' || run.outcome === 'held')) break;
    const failure = failureOf(run);
    if (failure?.exitCode !== refusedExitCode || failure.side === undefined || refusals.has(failure.side)) continue;
    refusals.set(failure.side, { ...failure, at: run.finishedAt ?? run.startedAt });
  }
  return refusals;
}
