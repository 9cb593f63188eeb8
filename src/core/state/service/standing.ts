import type { ScheduleState } from '../schedule-state.ts';

/** What a service must know of a pipeline's state before the pipeline runs. */
export interface Standing {
  readonly schedule: ScheduleState | undefined;
  readonly lastSuccessAt: number | undefined;
  readonly deadLetters: number;
  readonly pending: number;
  /** Changes that were received and that no run has read yet. */
  readonly changesWait: boolean;
}
