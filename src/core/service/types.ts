import type { ScheduleState } from '../state/schedule-state.ts';
import type { Trigger } from './events.ts';
import type { ManagedPipeline, RunRequest, RunRequestResult } from './managed-pipeline.ts';
import type { PipelineState } from './pipeline-state.ts';
import type { Retry } from './retry.ts';

/** How far schedules have been followed, by pipeline. Kept where the pipeline keeps its state. */
export interface ScheduleStore {
  load(pipeline: string): Promise<ScheduleState | undefined>;
  save(pipeline: string, state: ScheduleState): Promise<void>;
  /** A run that somebody else has planned to try again, and when. Default: there is none. */
  retryOf?(pipeline: string): Retry | undefined;
  /** The same for many at once. */
  saveAll(states: ReadonlyMap<string, ScheduleState>): Promise<void>;
}

export interface Supervisor {
  /** Manages these pipelines from now on. A run in flight ends as it was started, also that of a pipeline that is removed. */
  setPipelines(pipelines: readonly ManagedPipeline[]): Promise<void>;
  /** Starts what is due until the signal aborts, then lets the runs in flight end. */
  run(signal: AbortSignal): Promise<void>;
  /** Queues a run, which merges with one that waits already. Resolves with what became of it. */
  requestRun(pipeline: string, trigger: Trigger, request?: RunRequest): Promise<RunRequestResult>;
  status(): readonly PipelineView[];
  /** When the supervisor last looked whether something is due, by `clock.elapsed()`. */
  lastTickAt(): number;
}

export interface PipelineView {
  readonly name: string;
  readonly state: PipelineState['kind'];
  readonly schedule: ManagedPipeline['schedule'];
  readonly nextAt: number | undefined;
  readonly missed: number;
  readonly lastMissedAt: number | undefined;
  /** When the run in flight was started. */
  readonly runningSince: number | undefined;
  /** When a run last succeeded here, or else when the supervisor was given the pipeline. */
  readonly lastSuccessOrStartAt: number;
  /** When the run that failed last is tried again. */
  readonly retry?: Retry | undefined;
}
