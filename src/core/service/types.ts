import type { ScheduleMark } from '../state/schedule-mark.ts';
import type { Trigger } from './events.ts';
import type { Asked, RunRequest, Supervised } from './pipeline-queue.ts';

/** How far schedules have been followed, by pipeline. Kept where the pipeline keeps its state. */
export interface Marks {
  load(pipeline: string): Promise<ScheduleMark | undefined>;
  save(pipeline: string, mark: ScheduleMark): Promise<void>;
}

export interface Supervisor {
  /** Looks after these pipelines from now on. A run that goes on comes to its end as it was begun. */
  take(pipelines: readonly Supervised[]): Promise<void>;
  /** Runs what is due until the signal aborts, then lets the runs that go on come to their end. */
  run(signal: AbortSignal): Promise<void>;
  /**
   * Asks for a run. It waits for its turn behind one that goes on, and becomes one with what waits already. Tells what
   * became of it.
   */
  ask(pipeline: string, trigger: Trigger, request?: RunRequest): Promise<Asked>;
  /** How things stand. */
  look(): readonly PipelineView[];
  /** When the supervisor last looked whether something is due, by `clock.elapsed()`. */
  lookedAt(): number;
}

export interface PipelineView {
  readonly name: string;
  readonly schedule: Supervised['schedule'];
  readonly nextAt: number | undefined;
  readonly missed: number;
  readonly lastMissedAt: number | undefined;
  /** Since when a run goes on. */
  readonly runningSince: number | undefined;
  readonly waits: boolean;
  readonly goodAt: number;
}
