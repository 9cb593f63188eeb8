import type { Fields, Json } from './json.ts';

export type Outcome = 'created' | 'updated' | 'unchanged' | 'skipped' | 'rejected';

export type Tallies = Readonly<Record<Outcome, number>>;

/** What became of one record in one run. */
export interface Result {
  readonly key: string;
  readonly outcome: Outcome;
  /** Reason of a skip or reject, or how an update came about (`adopt`, `deactivate`). */
  readonly code?: string;
  /** No personal data. */
  readonly message?: string;
  /** What was found, with customer data. Printed only by the commands that may. */
  readonly detail?: string;
  readonly destinationId?: string;
  /** Field → [before, after]; before is null where it is not known. The before-images of undo. */
  readonly changes?: Readonly<Record<string, readonly [Json, Json]>>;
  /** Of the changed fields: what we had last sent, so that undo can set that back too. One that we had never sent is not in it. */
  readonly previousLastSent?: Fields;
  /** Destination's time: undo holds later changes in the destination against it. */
  readonly at: number;
}

export type RunOutcome = 'running' | 'completed' | 'held' | 'paused' | 'failed';
