import type { Clock } from '../../src/core/clock.ts';
import type { RunReport } from '../../src/core/domain/run-report.ts';
import type { ServiceEvent } from '../../src/core/service/events.ts';
import type { Supervised } from '../../src/core/service/pipeline-queue.ts';
import { createSchedule, scheduleOf } from '../../src/core/service/schedule.ts';
import { createSupervisor } from '../../src/core/service/supervisor.ts';
import type { Marks } from '../../src/core/service/types.ts';
import type { ScheduleMark } from '../../src/core/state/schedule-mark.ts';
import { quiet } from './ports.ts';

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
export function createMarks(): Marks & { readonly kept: Map<string, ScheduleMark> } {
  const kept = new Map<string, ScheduleMark>();
  return {
    kept,
    load: async (pipeline) => kept.get(pipeline),
    save: async (pipeline, mark) => {
      kept.set(pipeline, mark);
    },
  };
}

export interface Played {
  readonly name: string;
  readonly schedule?: Parameters<typeof scheduleOf>[0];
  readonly state?: string;
  readonly run?: Supervised['run'];
  readonly tookMs?: number;
}

/** A supervisor over pipelines whose runs only take their time. */
export function supervise(
  pipelines: readonly Played[],
  {
    clock,
    marks = createMarks(),
    concurrency = 4,
  }: { readonly clock: Clock; readonly marks?: Marks; readonly concurrency?: number },
) {
  const events: ServiceEvent[] = [];
  const stop = new AbortController();
  const supervisor = createSupervisor({
    clock,
    log: quiet,
    marks,
    concurrency,
    listeners: [(event) => events.push(event)],
  });
  const supervised = ({ name, schedule, state = name, tookMs = 1000, run }: Played): Supervised => ({
    name,
    state,
    schedule: schedule === undefined ? undefined : createSchedule(scheduleOf(schedule), name),
    run:
      run ??
      (async ({ begun }) => {
        begun();
        await clock.sleep(tookMs);
        return reportOf(name);
      }),
  });
  return {
    events,
    supervisor,
    of: <K extends ServiceEvent['kind']>(kind: K) =>
      events.filter((event): event is Extract<ServiceEvent, { kind: K }> => event.kind === kind),
    take: (given: readonly Played[]) => supervisor.take(given.map(supervised)),
    stop: () => stop.abort(new Error('asked to stop')),
    /** Looks after them for so long, or until it is stopped. */
    async forSome(ms: number): Promise<void> {
      await supervisor.take(pipelines.map(supervised));
      const over = new AbortController();
      const done = supervisor.run(stop.signal).finally(() => over.abort(new Error('over')));
      await clock.sleep(ms, over.signal).catch(() => undefined);
      stop.abort(new Error('asked to stop'));
      await done;
    },
  };
}
