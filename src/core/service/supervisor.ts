import type { Clock } from '../clock.ts';
import type { Logger } from '../domain/log.ts';
import { nextStart } from './due.ts';
import type { Listener, ServiceEvent } from './events.ts';
import { createRunExecutor } from './execute-run.ts';
import { createScheduleFollower, isDue, nextDueAt, type SupervisedPipeline } from './follow-schedule.ts';
import type { RunRequestResult } from './managed-pipeline.ts';
import { createPipelineSet } from './pipeline-set.ts';
import { inFlightOf, nextRun, plannedRetry } from './pipeline-state.ts';
import type { QueuedRun } from './queued-run.ts';
import { createRunStarter } from './start-ready.ts';
import { createProcessTurns } from './turns/process-turns.ts';
import type { PipelineView, ScheduleStore, Supervisor } from './types.ts';

export interface SupervisorOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly schedules: ScheduleStore;
  readonly listeners: readonly Listener[];
  /** Runs that may be in flight at once. */
  readonly concurrency: number;
  /** It ends by itself once nothing is due, waits or is in flight. */
  readonly endsWhenIdle?: boolean;
}

const minuteMs = 60_000;

/**
 * Decides which runs are due and starts each in its turn: an endless loop of queueing what is due, starting what is ready,
 * and sleeping until the next due time or until it is woken. What a single pipeline does is a state machine
 * (pipeline-state.ts). The supervisor knows neither sources nor destinations.
 */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { clock, log, schedules, listeners, concurrency, endsWhenIdle = false } = options;
  const stopping = new AbortController();
  let waking = new AbortController();
  let failure: Error | undefined;
  const { emit, tick, lastTickAt } = createTicks(clock, listeners);
  const executor = createRunExecutor({ clock, log, emit, stopping: stopping.signal });
  const follower = createScheduleFollower({ clock, schedules, emit, reject: executor.reject });
  const pipelines = createPipelineSet(clock, follower);
  const starter = createRunStarter({
    clock,
    turns: createProcessTurns({ clock, worker: { id: '', host: '', version: '' } }),
    concurrency,
    work,
    ended(error) {
      failure ??= error;
      wake();
    },
  });

  function wake(): void {
    waking.abort();
  }

  async function work(supervised: SupervisedPipeline, run: QueuedRun): Promise<void> {
    const result = await executor.execute(supervised.pipeline, run);
    await follower.finishRun(supervised, run, result);
    for (const answer of run.requesters) answer(result);
  }

  async function sleepUntilNext(): Promise<void> {
    const untilNext = Math.min(...[...pipelines.all()].map(nextDueAt)) - clock.now();
    // At least once a minute: clocks are set, and machines sleep.
    await sleepUntilWoken(clock, Math.max(1, Math.min(minuteMs, untilNext)), waking.signal);
  }

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted && !failure) {
      waking = new AbortController();
      tick();
      for (const supervised of pipelines.all()) if (isDue(supervised, clock.now())) await follower.queueDue(supervised);
      if (stopping.signal.aborted) return;
      await starter.startReady(pipelines.all);
      if (endsWhenIdle && starter.inFlight() === 0 && !pipelines.all().some(waitsAt(clock.now()))) return;
      await sleepUntilNext();
    }
  }

  return {
    async setPipelines(given) {
      await pipelines.replace(given);
      wake();
    },
    async run(signal) {
      const onStop = (): void => {
        stopping.abort(signal.reason);
        wake();
      };
      if (signal.aborted) onStop();
      else signal.addEventListener('abort', onStop, { once: true });
      await loop();
      signal.removeEventListener('abort', onStop);
      // One that ended by itself has nothing to drop, and its retries are still to be asked for.
      if (stopping.signal.aborted || failure) pipelines.stopAll();
      if (failure) stopping.abort(failure);
      await starter.allEnded();
      if (failure) throw failure;
    },
    async requestRun(pipeline, trigger, request = {}) {
      const supervised = pipelines.get(pipeline);
      if (!supervised || stopping.signal.aborted) return { kind: 'dropped' };
      return await new Promise<RunRequestResult>((requester) => {
        follower.queueRun(supervised, { trigger, request, requester });
        wake();
      });
    },
    status: () => [...pipelines.all()].map(viewOf),
    lastTickAt,
  };
}

async function sleepUntilWoken(clock: Clock, ms: number, waking: AbortSignal): Promise<void> {
  await clock.sleep(ms, waking).catch((error: unknown) => {
    if (!waking.aborted) throw error;
  });
}

/** Whether a run of the pipeline waits, or is due. */
function waitsAt(now: number): (supervised: SupervisedPipeline) => boolean {
  return (supervised) => nextRun(supervised.state) !== undefined || nextDueAt(supervised) <= now;
}

/** Each turn of the loop is a tick; once a minute it is an event, too. */
function createTicks(clock: Clock, listeners: readonly Listener[]) {
  let lastTickAt = clock.elapsed();
  let lastEventAt = Number.NEGATIVE_INFINITY;
  const emit = (event: ServiceEvent): void => {
    for (const listener of listeners) listener(event);
  };
  return {
    emit,
    tick(): void {
      lastTickAt = clock.elapsed();
      if (lastTickAt - lastEventAt < minuteMs) return;
      lastEventAt = lastTickAt;
      emit({ kind: 'tick', at: clock.now() });
    },
    lastTickAt: () => lastTickAt,
  };
}

function viewOf({ pipeline, schedule, state, lastSuccessOrStartAt }: SupervisedPipeline): PipelineView {
  return {
    name: pipeline.name,
    state: state.kind,
    schedule: pipeline.schedule,
    nextAt: pipeline.schedule && nextStart(pipeline.schedule, schedule),
    missed: schedule.missed,
    lastMissedAt: schedule.lastMissedAt,
    runningSince: inFlightOf(state)?.since,
    lastSuccessOrStartAt,
    retry: plannedRetry(state),
  };
}
