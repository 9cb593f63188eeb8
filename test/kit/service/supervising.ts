import type { Clock } from '../../../src/core/clock.ts';
import type { RunReport } from '../../../src/core/domain/run/run-report.ts';
import type { ServiceEvent } from '../../../src/core/service/events.ts';
import type { ManagedPipeline } from '../../../src/core/service/managed-pipeline.ts';
import { createSchedule, scheduleOf } from '../../../src/core/service/schedule.ts';
import { createSupervisor } from '../../../src/core/service/supervisor.ts';
import type { ScheduleStore } from '../../../src/core/service/types.ts';
import type { ScheduleState } from '../../../src/core/state/schedule-state.ts';
import { quiet } from '../ports.ts';

/** A report of a run that wrote nothing. */
export function reportOf(pipeline: string, given: Partial<RunReport> = {}): RunReport {
  return {
    run: 'r',
    pipeline,
    outcome: 'completed',
    tallies: { read: 0, created: 0, updated: 0, unchanged: 0, skipped: 0, rejected: 0 },
    skips: {},
    rejects: [],
    requests: { source: 0, destination: 0, throttled: 0 },
    timings: { source: {}, destination: {} },
    cursor: null,
    warnings: [],
    startedAt: '2026-11-23T12:00:00.000Z',
    finishedAt: '2026-11-23T12:00:00.000Z',
    ...given,
  };
}

/** What outlives a process. */
export function createScheduleStore(): ScheduleStore & { readonly kept: Map<string, ScheduleState> } {
  const kept = new Map<string, ScheduleState>();
  return {
    kept,
    load: async (pipeline) => kept.get(pipeline),
    save: async (pipeline, state) => {
      kept.set(pipeline, state);
    },
    saveAll: async (states) => {
      for (const [pipeline, state] of states) kept.set(pipeline, state);
    },
  };
}

export interface Played {
  readonly name: string;
  readonly schedule?: Parameters<typeof scheduleOf>[0];
  readonly turn?: string;
  readonly run?: ManagedPipeline['run'];
  readonly tookMs?: number;
}

/** A supervisor over pipelines whose runs only take their time. */
export function supervise(
  pipelines: readonly Played[],
  {
    clock,
    schedules = createScheduleStore(),
    concurrency = 4,
  }: { readonly clock: Clock; readonly schedules?: ScheduleStore; readonly concurrency?: number },
) {
  const events: ServiceEvent[] = [];
  const stop = new AbortController();
  const supervisor = createSupervisor({
    clock,
    log: quiet,
    schedules,
    concurrency,
    listeners: [(event) => events.push(event)],
  });
  const managed = ({ name, schedule, turn = name, tookMs = 1000, run }: Played): ManagedPipeline => ({
    name,
    turn,
    schedule: schedule === undefined ? undefined : createSchedule(scheduleOf(schedule), name),
    run:
      run ??
      (async ({ started }) => {
        started();
        await clock.sleep(tookMs);
        return reportOf(name);
      }),
  });
  return {
    events,
    supervisor,
    of: <K extends ServiceEvent['kind']>(kind: K) =>
      events.filter((event): event is Extract<ServiceEvent, { kind: K }> => event.kind === kind),
    setPipelines: (given: readonly Played[]) => supervisor.setPipelines(given.map(managed)),
    stop: () => stop.abort(new Error('asked to stop')),
    /** Looks after them for so long, or until it is stopped. */
    async forSome(ms: number): Promise<void> {
      await supervisor.setPipelines(pipelines.map(managed));
      const over = new AbortController();
      const done = supervisor.run(stop.signal).finally(() => over.abort(new Error('over')));
      await clock.sleep(ms, over.signal).catch(() => undefined);
      stop.abort(new Error('asked to stop'));
      await done;
    },
  };
}
