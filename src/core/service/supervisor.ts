import type { Clock } from '../clock.ts';
import { RolodeskError } from '../domain/errors.ts';
import type { Logger } from '../domain/log.ts';
import type { ScheduleMark } from '../state/schedule-mark.ts';
import { findDueRuns, markFor, nextBegin } from './due.ts';
import type { Listener, ServiceEvent, Trigger } from './events.ts';
import {
  type Asked,
  againAfter,
  isBusy,
  joined,
  mayGoWellLater,
  type PipelineQueue,
  type RunRequest,
  type Supervised,
  type Wanted,
} from './pipeline-queue.ts';
import type { Marks, Supervisor } from './types.ts';

const minuteMs = 60_000;

/** Decides which runs are due, and sees that each has its turn. Knows neither where customers come from nor where they go. */
export function createSupervisor({
  clock,
  log,
  marks,
  listeners,
  concurrency,
}: {
  readonly clock: Clock;
  readonly log: Logger;
  readonly marks: Marks;
  readonly listeners: readonly Listener[];
  /** Runs that may go on at once. */
  readonly concurrency: number;
}): Supervisor {
  let queues = new Map<string, PipelineQueue>();
  const goingOn = new Map<PipelineQueue, Promise<void>>();
  const stop = new AbortController();
  let nudge = new AbortController();
  let asked = 0;
  let lookedAt = clock.elapsed();
  let tickedAt = Number.NEGATIVE_INFINITY;
  let failure: Error | undefined;

  function tell(event: ServiceEvent): void {
    for (const listener of listeners) listener(event);
  }

  /** A state file that can't be written now must not end the service: the run itself will say so too. */
  async function keep(queue: PipelineQueue, mark: ScheduleMark): Promise<void> {
    queue.mark = mark;
    try {
      await marks.save(queue.unit.name, mark);
    } catch (error) {
      refuse(queue, error);
    }
  }

  function refuse({ unit: { name } }: PipelineQueue, error: unknown): Asked {
    // A bug met by one pipeline is told as one, and the others' customers go on being synced.
    const known = error instanceof RolodeskError;
    const { code, exitCode } = known ? error : { code: 'bug', exitCode: 70 };
    const message = known ? error.message : `An internal error: ${error instanceof Error ? error.name : typeof error}.`;
    if (!known)
      log.error({ pipeline: name, stack: error instanceof Error ? error.stack : String(error) }, 'internal error');
    const hint = known && error.hint !== undefined ? { hint: error.hint } : {};
    tell({ kind: 'run-rejected', pipeline: name, at: clock.now(), code, exitCode, message, ...hint });
    return { kind: 'refused', code, exitCode, message };
  }

  function want(
    queue: PipelineQueue,
    trigger: Trigger,
    { keys, full = false }: RunRequest = {},
    tells: Wanted['tell'] = [],
  ): void {
    asked += 1;
    const one: Wanted = { trigger, keys: keys && new Set(keys), full, since: asked, tell: tells };
    if (keys) queue.keyed = joined(queue.keyed, one);
    else queue.whole = joined(queue.whole, one);
  }

  async function findDue(queue: PipelineQueue): Promise<void> {
    const now = clock.now();
    const { again, unit } = queue;
    const mark = markFor(unit.schedule, queue.mark, now);
    queue.mark = mark;
    const due = unit.schedule && findDueRuns({ schedule: unit.schedule, mark, busy: isBusy(queue) }, now);
    if (!due && again && again.at <= now && !isBusy(queue)) {
      want(queue, again.trigger);
    }
    if (!due) return;
    if (!queue.whole) want(queue, due.trigger);
    if (due.missed.length > 0) tell({ kind: 'runs-missed', pipeline: unit.name, at: now, due: due.missed });
    await keep(queue, due.mark);
  }

  function beginWhatCan(): void {
    const waiting = [...queues.values()].filter((queue) => !queue.running && (queue.whole ?? queue.keyed));
    const since = ({ whole, keyed }: PipelineQueue): number => (whole ?? keyed)?.since ?? 0;
    for (const queue of waiting.sort((a, b) => since(a) - since(b))) {
      if (goingOn.size >= concurrency) return;
      if (![...goingOn.keys()].some(({ unit }) => unit.state === queue.unit.state)) begin(queue);
    }
  }

  function begin(queue: PipelineQueue): void {
    const wanted = queue.whole ?? queue.keyed;
    if (!wanted) return;
    if (wanted === queue.whole) {
      queue.whole = undefined;
      queue.again &&= { ...queue.again, at: Number.POSITIVE_INFINITY };
    } else queue.keyed = undefined;
    queue.running = wanted;
    queue.runningSince = clock.now();
    const work = execute(queue, wanted)
      .catch((error: unknown) => {
        failure ??= error instanceof Error ? error : new Error(String(error));
      })
      .finally(() => {
        goingOn.delete(queue);
        nudge.abort();
      });
    goingOn.set(queue, work);
  }

  async function execute(queue: PipelineQueue, wanted: Wanted): Promise<void> {
    const { trigger, keys, full } = wanted;
    const { unit } = queue;
    // Of its own, so that nothing of a run hangs on a signal that lives as long as the service.
    const own = new AbortController();
    const onStop = (): void => own.abort(stop.signal.reason);
    stop.signal.addEventListener('abort', onStop, { once: true });
    const ended = await attempt();
    stop.signal.removeEventListener('abort', onStop);
    queue.running = undefined;
    queue.runningSince = undefined;
    if (keys === undefined) await settle(queue, trigger, ended);
    for (const tellOne of wanted.tell) tellOne(ended);

    async function attempt(): Promise<Asked> {
      try {
        const report = await unit.run({
          ...(keys && { keys: [...keys] }),
          ...(full && { full }),
          signal: own.signal,
          begun: () => tell({ kind: 'run-started', pipeline: unit.name, at: clock.now(), trigger }),
        });
        tell({ kind: 'run-ended', pipeline: unit.name, at: clock.now(), trigger, report });
        return { kind: 'ended', report };
      } catch (error) {
        return stop.signal.aborted ? { kind: 'dropped' } : refuse(queue, error);
      }
    }
  }

  /** What the end of a run of everything means for its schedule. A run that was stopped is still owed. */
  async function settle(queue: PipelineQueue, trigger: Trigger, ended: Asked): Promise<void> {
    const outcome = ended.kind === 'ended' ? ended.report.outcome : undefined;
    if (outcome === 'completed' || outcome === 'held') queue.goodAt = clock.now();
    if (ended.kind === 'dropped' || outcome === 'paused') return;
    const times = queue.again?.times ?? 0;
    queue.again = mayGoWellLater(ended)
      ? { at: clock.now() + againAfter(times), times: times + 1, trigger }
      : undefined;
    if (queue.mark.owed && !queue.whole && !queue.again) await keep(queue, { ...queue.mark, owed: false });
  }

  function untilNext(): number {
    const now = clock.now();
    const times = [...queues.values()].flatMap(({ unit: { schedule }, mark, again }) => [
      (schedule && nextBegin(schedule, mark)) ?? Number.POSITIVE_INFINITY,
      again?.at ?? Number.POSITIVE_INFINITY,
    ]);
    // Every minute at the least: clocks are set, machines sleep.
    return Math.max(1, Math.min(minuteMs, ...times.map((at) => at - now)));
  }

  async function pause(ms: number): Promise<void> {
    const { signal } = nudge;
    await clock.sleep(ms, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  async function newPipelineQueue(unit: Supervised, now: number): Promise<PipelineQueue> {
    const found = await marks.load(unit.name);
    const mark = markFor(unit.schedule, found, now);
    if (mark !== found) await marks.save(unit.name, mark);
    const queue: PipelineQueue = {
      unit,
      mark,
      whole: undefined,
      keyed: undefined,
      running: undefined,
      runningSince: undefined,
      again: undefined,
      goodAt: now,
    };
    if (mark.owed) want(queue, 'catch-up');
    return queue;
  }

  function drop(queue: PipelineQueue): void {
    for (const { tell: tells } of [queue.whole, queue.keyed].filter((wanted) => wanted !== undefined))
      for (const tellOne of tells) tellOne({ kind: 'dropped' });
    queue.whole = undefined;
    queue.keyed = undefined;
  }

  return {
    async take(pipelines) {
      const now = clock.now();
      const taken = new Map<string, PipelineQueue>();
      for (const unit of pipelines) taken.set(unit.name, queues.get(unit.name) ?? (await newPipelineQueue(unit, now)));
      // From here to where they are all taken, nothing else has its turn.
      const changed: PipelineQueue[] = [];
      for (const unit of pipelines) {
        const queue = taken.get(unit.name);
        if (!queue) continue;
        const mark = markFor(unit.schedule, queue.mark, now);
        if (mark !== queue.mark) changed.push(queue);
        queue.unit = unit;
        queue.mark = mark;
      }
      for (const [name, queue] of queues) if (!taken.has(name)) drop(queue);
      queues = taken;
      for (const queue of changed) await keep(queue, queue.mark);
      nudge.abort();
    },

    async run(signal) {
      const onStop = (): void => {
        stop.abort(signal.reason);
        nudge.abort();
      };
      if (signal.aborted) onStop();
      else signal.addEventListener('abort', onStop, { once: true });
      while (!stop.signal.aborted && !failure) {
        nudge = new AbortController();
        lookedAt = clock.elapsed();
        if (lookedAt - tickedAt >= minuteMs) {
          tickedAt = lookedAt;
          tell({ kind: 'tick', at: clock.now() });
        }
        for (const queue of queues.values()) await findDue(queue);
        if (stop.signal.aborted) break;
        beginWhatCan();
        await pause(untilNext());
      }
      signal.removeEventListener('abort', onStop);
      for (const queue of queues.values()) drop(queue);
      if (failure) stop.abort(failure);
      await Promise.all(goingOn.values());
      if (failure) throw failure;
    },

    async ask(pipeline, trigger, request) {
      const queue = queues.get(pipeline);
      if (!queue || stop.signal.aborted) return { kind: 'dropped' };
      return await new Promise<Asked>((resolve) => {
        want(queue, trigger, request, [resolve]);
        nudge.abort();
      });
    },

    look: () =>
      [...queues.values()].map(({ unit, mark, whole, keyed, runningSince, goodAt }) => ({
        name: unit.name,
        schedule: unit.schedule,
        nextAt: unit.schedule && nextBegin(unit.schedule, mark),
        missed: mark.missed,
        lastMissedAt: mark.lastMissedAt,
        runningSince,
        waits: (whole ?? keyed) !== undefined,
        goodAt,
      })),
    lookedAt: () => lookedAt,
  };
}
