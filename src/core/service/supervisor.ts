import type { Clock } from '../clock.ts';
import { RolodeskError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { ScheduleMark } from '../state/schedule-mark.ts';
import type { Marks, Supervisor } from './contracts.ts';
import { markFor, nextBegin, whatIsDue } from './due.ts';
import type { Listener, ServiceEvent, Trigger } from './events.ts';
import {
  type Asked,
  againAfter,
  isBusy,
  joined,
  type Lane,
  mayGoWellLater,
  type RunRequest,
  type Supervised,
  type Wanted,
} from './lane.ts';

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
  let lanes = new Map<string, Lane>();
  const goingOn = new Map<Lane, Promise<void>>();
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
  async function keep(lane: Lane, mark: ScheduleMark): Promise<void> {
    lane.mark = mark;
    try {
      await marks.save(lane.unit.name, mark);
    } catch (error) {
      refuse(lane, error);
    }
  }

  function refuse({ unit: { name } }: Lane, error: unknown): Asked {
    // A bug met by one pipeline is told as one, and the others' customers go on being synced.
    const known = error instanceof RolodeskError;
    const { code, exitCode } = known ? error : { code: 'bug', exitCode: 70 };
    const message = known ? error.message : `An internal error: ${error instanceof Error ? error.name : typeof error}.`;
    if (!known)
      log.error({ pipeline: name, stack: error instanceof Error ? error.stack : String(error) }, 'internal error');
    const hint = known && error.hint !== undefined ? { hint: error.hint } : {};
    tell({ kind: 'run-refused', pipeline: name, at: clock.now(), code, exitCode, message, ...hint });
    return { kind: 'refused', code, exitCode, message };
  }

  function want(
    lane: Lane,
    trigger: Trigger,
    { keys, full = false }: RunRequest = {},
    tells: Wanted['tell'] = [],
  ): void {
    asked += 1;
    const one: Wanted = { trigger, keys: keys && new Set(keys), full, since: asked, tell: tells };
    if (keys) lane.keyed = joined(lane.keyed, one);
    else lane.whole = joined(lane.whole, one);
  }

  async function findDue(lane: Lane): Promise<void> {
    const now = clock.now();
    const { again, unit } = lane;
    const mark = markFor(unit.schedule, lane.mark, now);
    lane.mark = mark;
    const due = unit.schedule && whatIsDue({ schedule: unit.schedule, mark, busy: isBusy(lane) }, now);
    if (!due && again && again.at <= now && !isBusy(lane)) {
      want(lane, again.trigger);
    }
    if (!due) return;
    if (!lane.whole) want(lane, due.trigger);
    if (due.missed.length > 0) tell({ kind: 'runs-missed', pipeline: unit.name, at: now, due: due.missed });
    await keep(lane, due.mark);
  }

  function beginWhatCan(): void {
    const waiting = [...lanes.values()].filter((lane) => !lane.running && (lane.whole ?? lane.keyed));
    const since = ({ whole, keyed }: Lane): number => (whole ?? keyed)?.since ?? 0;
    for (const lane of waiting.sort((a, b) => since(a) - since(b))) {
      if (goingOn.size >= concurrency) return;
      if (![...goingOn.keys()].some(({ unit }) => unit.state === lane.unit.state)) begin(lane);
    }
  }

  function begin(lane: Lane): void {
    const wanted = lane.whole ?? lane.keyed;
    if (!wanted) return;
    if (wanted === lane.whole) {
      lane.whole = undefined;
      lane.again &&= { ...lane.again, at: Number.POSITIVE_INFINITY };
    } else lane.keyed = undefined;
    lane.running = wanted;
    lane.runningSince = clock.now();
    const work = execute(lane, wanted)
      .catch((error: unknown) => {
        failure ??= error instanceof Error ? error : new Error(String(error));
      })
      .finally(() => {
        goingOn.delete(lane);
        nudge.abort();
      });
    goingOn.set(lane, work);
  }

  async function execute(lane: Lane, wanted: Wanted): Promise<void> {
    const { trigger, keys, full } = wanted;
    const { unit } = lane;
    // Of its own, so that nothing of a run hangs on a signal that lives as long as the service.
    const own = new AbortController();
    const onStop = (): void => own.abort(stop.signal.reason);
    stop.signal.addEventListener('abort', onStop, { once: true });
    const ended = await attempt();
    stop.signal.removeEventListener('abort', onStop);
    lane.running = undefined;
    lane.runningSince = undefined;
    if (keys === undefined) await settle(lane, trigger, ended);
    for (const tellOne of wanted.tell) tellOne(ended);

    async function attempt(): Promise<Asked> {
      try {
        const report = await unit.run({
          ...(keys && { keys: [...keys] }),
          ...(full && { full }),
          signal: own.signal,
          begun: () => tell({ kind: 'run-begun', pipeline: unit.name, at: clock.now(), trigger }),
        });
        tell({ kind: 'run-ended', pipeline: unit.name, at: clock.now(), trigger, report });
        return { kind: 'ended', report };
      } catch (error) {
        return stop.signal.aborted ? { kind: 'dropped' } : refuse(lane, error);
      }
    }
  }

  /** What the end of a run of everything means for its schedule. A run that was stopped is still owed. */
  async function settle(lane: Lane, trigger: Trigger, ended: Asked): Promise<void> {
    const outcome = ended.kind === 'ended' ? ended.report.outcome : undefined;
    if (outcome === 'completed' || outcome === 'held') lane.goodAt = clock.now();
    if (ended.kind === 'dropped' || outcome === 'paused') return;
    const times = lane.again?.times ?? 0;
    lane.again = mayGoWellLater(ended) ? { at: clock.now() + againAfter(times), times: times + 1, trigger } : undefined;
    if (lane.mark.owed && !lane.whole && !lane.again) await keep(lane, { ...lane.mark, owed: false });
  }

  function untilNext(): number {
    const now = clock.now();
    const times = [...lanes.values()].flatMap(({ unit: { schedule }, mark, again }) => [
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

  async function newLane(unit: Supervised, now: number): Promise<Lane> {
    const found = await marks.load(unit.name);
    const mark = markFor(unit.schedule, found, now);
    if (mark !== found) await marks.save(unit.name, mark);
    const lane: Lane = {
      unit,
      mark,
      whole: undefined,
      keyed: undefined,
      running: undefined,
      runningSince: undefined,
      again: undefined,
      goodAt: now,
    };
    if (mark.owed) want(lane, 'catch-up');
    return lane;
  }

  function drop(lane: Lane): void {
    for (const { tell: tells } of [lane.whole, lane.keyed].filter((wanted) => wanted !== undefined))
      for (const tellOne of tells) tellOne({ kind: 'dropped' });
    lane.whole = undefined;
    lane.keyed = undefined;
  }

  return {
    async take(pipelines) {
      const now = clock.now();
      const taken = new Map<string, Lane>();
      for (const unit of pipelines) taken.set(unit.name, lanes.get(unit.name) ?? (await newLane(unit, now)));
      // From here to where they are all taken, nothing else has its turn.
      const changed: Lane[] = [];
      for (const unit of pipelines) {
        const lane = taken.get(unit.name);
        if (!lane) continue;
        const mark = markFor(unit.schedule, lane.mark, now);
        if (mark !== lane.mark) changed.push(lane);
        lane.unit = unit;
        lane.mark = mark;
      }
      for (const [name, lane] of lanes) if (!taken.has(name)) drop(lane);
      lanes = taken;
      for (const lane of changed) await keep(lane, lane.mark);
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
        for (const lane of lanes.values()) await findDue(lane);
        if (stop.signal.aborted) break;
        beginWhatCan();
        await pause(untilNext());
      }
      signal.removeEventListener('abort', onStop);
      for (const lane of lanes.values()) drop(lane);
      if (failure) stop.abort(failure);
      await Promise.all(goingOn.values());
      if (failure) throw failure;
    },

    async ask(pipeline, trigger, request) {
      const lane = lanes.get(pipeline);
      if (!lane || stop.signal.aborted) return { kind: 'dropped' };
      return await new Promise<Asked>((resolve) => {
        want(lane, trigger, request, [resolve]);
        nudge.abort();
      });
    },

    look: () =>
      [...lanes.values()].map(({ unit, mark, whole, keyed, runningSince, goodAt }) => ({
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
