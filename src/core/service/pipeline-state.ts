import type { RunRequestResult } from './managed-pipeline.ts';
import {
  addToQueue,
  emptyQueue,
  firstInQueue,
  type QueuedRun,
  type RunQueue,
  runsInQueue,
  withoutFirst,
} from './queued-run.ts';
import { isRetryable, type Retry, retryDelayMs } from './retry.ts';

/*
 * What a pipeline of a service is doing. At any time it is in one of five states:
 *
 *   idle      Nothing to do until a due time or a request.
 *             Left by `enqueue` (queued) and `stop` (stopped).
 *   queued    At least one run waits: for one of the service's places, or for another pipeline that uses the same state
 *             file. Further requests merge with what waits.
 *             Left by `start` (running) and `stop` (stopped).
 *   running   One run is in flight. Runs that are queued meanwhile start after it.
 *             Left by `finish` (queued if runs wait, else retrying if a retry is planned, else idle) and `stop` (stopped).
 *   retrying  The last run of everything failed for a reason that may pass by itself, and `retry.at` says when the next
 *             attempt is queued.
 *             Left by `enqueue` (queued): the supervisor queues the retry when its time has come; a due time or a request
 *             may come first. Also by `stop` (stopped).
 *   stopped   The pipeline was removed, or the service stops. No run starts any more; `run` is the one that was in flight
 *             and comes to its end. Nothing leaves this state.
 *
 * A planned retry survives a run of some keys, which says nothing about a run of everything; only the end of a run of
 * everything plans the next retry or cancels it. That is why queued and running have a `retry`, too.
 *
 * The functions below are all transitions. They are pure; the supervisor does what follows from them.
 */
export type PipelineState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'queued'; readonly queue: RunQueue; readonly retry: Retry | undefined }
  | ({ readonly kind: 'running'; readonly queue: RunQueue; readonly retry: Retry | undefined } & InFlight)
  | { readonly kind: 'retrying'; readonly retry: Retry }
  | { readonly kind: 'stopped'; readonly inFlight: InFlight | undefined };

export interface InFlight {
  readonly run: QueuedRun;
  readonly since: number;
}

export const idle: PipelineState = { kind: 'idle' };

/** A stopped pipeline takes no run: look at `kind` first, and answer the requesters yourself. */
export function enqueue(state: PipelineState, run: QueuedRun): PipelineState {
  switch (state.kind) {
    case 'idle':
    case 'retrying':
      return { kind: 'queued', queue: addToQueue(emptyQueue, run), retry: retryOf(state) };
    case 'queued':
    case 'running':
      return { ...state, queue: addToQueue(state.queue, run) };
    case 'stopped':
      return state;
    default:
      return state satisfies never;
  }
}

/** Starts the first run that waits. A state in which none can start stays as it is. */
export function start(state: PipelineState, now: number): PipelineState {
  const run = nextRun(state);
  if (state.kind !== 'queued' || !run) return state;
  return { kind: 'running', run, since: now, queue: withoutFirst(state.queue), retry: state.retry };
}

/** The run in flight has ended with this result. */
export function finish(state: PipelineState, result: RunRequestResult, now: number): PipelineState {
  if (state.kind === 'stopped') return { kind: 'stopped', inFlight: undefined };
  if (state.kind !== 'running') return state;
  const retry = state.run.keys ? state.retry : nextRetry(state, result, now);
  if (firstInQueue(state.queue)) return { kind: 'queued', queue: state.queue, retry };
  return retry ? { kind: 'retrying', retry } : idle;
}

/** Drops what waits; the requesters of `queuedRuns(state)` are still to be answered. */
export function stop(state: PipelineState): PipelineState {
  if (state.kind === 'stopped') return state;
  const inFlight = state.kind === 'running' ? { run: state.run, since: state.since } : undefined;
  return { kind: 'stopped', inFlight };
}

/** The run that `start` would start. */
export function nextRun(state: PipelineState): QueuedRun | undefined {
  return state.kind === 'queued' ? firstInQueue(state.queue) : undefined;
}

/** Runs that wait. */
export function queuedRuns(state: PipelineState): readonly QueuedRun[] {
  return state.kind === 'queued' || state.kind === 'running' ? runsInQueue(state.queue) : [];
}

/** Whether a run of everything waits or is in flight: a due time that comes now is missed, and a retry is not needed. */
export function isBusy(state: PipelineState): boolean {
  if (queuedRuns(state).some(({ keys }) => keys === undefined)) return true;
  const run = inFlightOf(state)?.run;
  return run !== undefined && run.keys === undefined;
}

/** The retry that is queued at `at`, unless a run of everything comes first. */
export function plannedRetry(state: PipelineState): Retry | undefined {
  return isBusy(state) ? undefined : retryOf(state);
}

export function inFlightOf(state: PipelineState): InFlight | undefined {
  if (state.kind === 'stopped') return state.inFlight;
  return state.kind === 'running' ? state : undefined;
}

function retryOf(state: PipelineState): Retry | undefined {
  switch (state.kind) {
    case 'retrying':
    case 'queued':
    case 'running':
      return state.retry;
    case 'idle':
    case 'stopped':
      return undefined;
    default:
      return state satisfies never;
  }
}

function nextRetry(
  { run, retry }: InFlight & { readonly retry: Retry | undefined },
  result: RunRequestResult,
  now: number,
): Retry | undefined {
  if (!isRetryable(result)) return undefined;
  const failedBefore = retry?.attempts ?? 0;
  return { at: now + retryDelayMs(failedBefore), attempts: failedBefore + 1, trigger: run.trigger };
}
