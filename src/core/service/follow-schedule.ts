import type { Clock } from '../clock.ts';
import type { ScheduleState } from '../state/schedule-state.ts';
import { findDueRuns, nextStart, resumeSchedule } from './due.ts';
import type { Listener, Trigger } from './events.ts';
import type { RunExecutor } from './execute-run.ts';
import type { ManagedPipeline, RunRequest, RunRequestResult } from './managed-pipeline.ts';
import { enqueue, finish, idle, isBusy, type PipelineState, plannedRetry, queuedRuns } from './pipeline-state.ts';
import type { QueuedRun } from './queued-run.ts';
import { isRetryable, type Retry } from './retry.ts';
import type { ScheduleStore } from './types.ts';

/** A pipeline with what the supervisor knows of it. The one thing here that changes. */
export interface SupervisedPipeline {
  pipeline: ManagedPipeline;
  schedule: ScheduleState;
  state: PipelineState;
  lastSuccessOrStartAt: number;
}

export interface ScheduleFollower {
  load(pipeline: ManagedPipeline, now: number): Promise<LoadedPipeline>;
  /** Stores where these begin to follow their schedules. */
  saveAll(loaded: readonly SupervisedPipeline[]): Promise<void>;
  /** A state file that cannot be written is reported and does not end the service: the run will meet it, too. */
  save(supervised: SupervisedPipeline, schedule: ScheduleState): Promise<void>;
  queueRun(supervised: SupervisedPipeline, run: RunToQueue): void;
  /** Queues what is due: by the schedule, or as a retry. */
  queueDue(supervised: SupervisedPipeline): Promise<void>;
  /** Takes in the end of the run in flight. */
  finishRun(supervised: SupervisedPipeline, run: QueuedRun, result: RunRequestResult): Promise<void>;
}

interface LoadedPipeline {
  readonly supervised: SupervisedPipeline;
  /** Otherwise it follows its schedule from now on, and that is to be stored. */
  readonly isStored: boolean;
}

interface RunToQueue {
  readonly trigger: Trigger;
  readonly request?: RunRequest;
  readonly requester?: (result: RunRequestResult) => void;
}

export function createScheduleFollower({
  clock,
  schedules,
  emit,
  reject,
}: {
  readonly clock: Clock;
  readonly schedules: ScheduleStore;
  readonly emit: Listener;
  readonly reject: RunExecutor['reject'];
}): ScheduleFollower {
  let order = 0;

  async function load(pipeline: ManagedPipeline, now: number): Promise<LoadedPipeline> {
    const stored = await schedules.load(pipeline.name);
    const schedule = resumeSchedule(pipeline.schedule, stored, now);
    const state = waitingFor(schedules.retryOf?.(pipeline.name));
    const supervised: SupervisedPipeline = { pipeline, schedule, state, lastSuccessOrStartAt: now };
    if (schedule.runPending && state === idle) queueRun(supervised, { trigger: 'catch-up' });
    return { supervised, isStored: schedule === stored };
  }

  async function save(supervised: SupervisedPipeline, schedule: ScheduleState): Promise<void> {
    supervised.schedule = schedule;
    try {
      await schedules.save(supervised.pipeline.name, schedule);
    } catch (error) {
      reject(supervised.pipeline.name, error);
    }
  }

  function queueRun(supervised: SupervisedPipeline, { trigger, request = {}, requester }: RunToQueue): void {
    const { keys, full = false } = request;
    order += 1;
    supervised.state = enqueue(supervised.state, {
      trigger,
      keys: keys && new Set(keys),
      full,
      order,
      requesters: requester ? [requester] : [],
    });
  }

  async function queueDue(supervised: SupervisedPipeline): Promise<void> {
    const now = clock.now();
    const { pipeline, state } = supervised;
    supervised.schedule = resumeSchedule(pipeline.schedule, supervised.schedule, now);
    const due =
      pipeline.schedule &&
      findDueRuns({ schedule: pipeline.schedule, state: supervised.schedule, busy: isBusy(state) }, now);
    if (!due) {
      const retry = plannedRetry(state);
      if (retry && retry.at <= now) queueRun(supervised, { trigger: retry.trigger });
      return;
    }
    queueRun(supervised, { trigger: due.trigger });
    if (due.missed.length > 0) emit({ kind: 'runs-missed', pipeline: pipeline.name, at: now, due: due.missed });
    await save(supervised, due.state);
  }

  async function finishRun(
    supervised: SupervisedPipeline,
    { keys }: QueuedRun,
    result: RunRequestResult,
  ): Promise<void> {
    const now = clock.now();
    supervised.state = finish(supervised.state, result, now);
    if (keys) return; // A run of some keys says nothing about the schedule.
    const outcome = result.kind === 'ended' ? result.report.outcome : undefined;
    if (outcome === 'completed' || outcome === 'held') supervised.lastSuccessOrStartAt = now;
    // Interrupted, or about to be retried: also a service that starts again must still make this run.
    const isStillDue = result.kind === 'dropped' || outcome === 'paused' || isRetryable(result);
    const { schedule, state } = supervised;
    if (schedule.runPending && !isStillDue && !isBusy(state))
      await save(supervised, { ...schedule, runPending: false });
  }

  return { load, saveAll: (loaded) => saveAll(schedules, loaded), save, queueRun, queueDue, finishRun };
}

async function saveAll(schedules: ScheduleStore, loaded: readonly SupervisedPipeline[]): Promise<void> {
  if (loaded.length === 0) return;
  await schedules.saveAll(new Map(loaded.map(({ pipeline, schedule }) => [pipeline.name, schedule])));
}

function waitingFor(retry: Retry | undefined): PipelineState {
  return retry ? { kind: 'retrying', retry } : idle;
}

/** Whether `queueDue` has something to do. Thousands are looked at whenever one run ends, and next to none of them is due. */
export function isDue(supervised: SupervisedPipeline, now: number): boolean {
  const { pipeline, schedule } = supervised;
  return resumeSchedule(pipeline.schedule, schedule, now) !== schedule || nextDueAt(supervised) <= now;
}

/** The next moment at which `queueDue` has something to do. Infinity: none is known. */
export function nextDueAt({ pipeline, schedule, state }: SupervisedPipeline): number {
  const dueAt = (pipeline.schedule && nextStart(pipeline.schedule, schedule)) ?? Number.POSITIVE_INFINITY;
  return Math.min(dueAt, plannedRetry(state)?.at ?? Number.POSITIVE_INFINITY);
}

export function answerQueued({ state }: SupervisedPipeline, result: RunRequestResult): void {
  for (const { requesters } of queuedRuns(state)) for (const answer of requesters) answer(result);
}
