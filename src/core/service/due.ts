import { defined } from '../defined.ts';
import type { ScheduleState } from '../state/schedule-state.ts';
import type { Schedule } from './schedule.ts';

/** A run that would start so much later than it is due counts as missed: the service was down, or the machine asleep. */
const lateMs = 60_000;
/** After an outage of a year, a schedule of every minute has missed more than anybody needs listed. */
const maxListed = 10_000;

export interface Due {
  /** The schedule's state once a run is queued for what is due. */
  readonly state: ScheduleState;
  /** Due times without a run of their own. */
  readonly missed: readonly number[];
  readonly trigger: 'schedule' | 'catch-up';
}

/**
 * What has become due since the last time that was handled. Undefined: nothing. `busy` says that a run of everything is in
 * flight or queued: due times that come meanwhile are missed, and one run catches up on all of them.
 */
export function findDueRuns(
  { schedule, state, busy }: { readonly schedule: Schedule; readonly state: ScheduleState; readonly busy: boolean },
  now: number,
): Due | undefined {
  const dues: number[] = [];
  let due = schedule.next(state.lastHandledAt);
  while (due !== undefined && schedule.beginsAt(due) <= now && dues.length < maxListed) {
    dues.push(due);
    due = schedule.next(due);
  }
  const last = dues.at(-1);
  if (last === undefined) return undefined;
  const onTime = !busy && now - schedule.beginsAt(last) < lateMs;
  const missed = onTime ? dues.slice(0, -1) : dues;
  const lastMissedAt = missed.at(-1) ?? state.lastMissedAt;
  return {
    missed,
    trigger: missed.length > 0 ? 'catch-up' : 'schedule',
    state: {
      schedule: schedule.text,
      lastHandledAt: dues.length < maxListed ? last : now,
      runPending: true,
      missed: state.missed + missed.length,
      ...defined({ lastMissedAt }),
    },
  };
}

/** When the next run starts. */
export function nextStart(schedule: Schedule, { lastHandledAt }: ScheduleState): number | undefined {
  const due = schedule.next(lastHandledAt);
  return due === undefined ? undefined : schedule.beginsAt(due);
}

/** So many due times may pass in a row without a run that ended well. */
export const maxMissedSuccesses = 3;

/** The last run that ended well is older than the schedule allows. */
export function isOverdue(schedule: Schedule, lastSuccessAt: number, now: number): boolean {
  return overdueAfter(schedule, lastSuccessAt) < now;
}

/** Until when a run must end well again. Infinity: it need not. */
export function overdueAfter(schedule: Schedule, lastSuccessAt: number): number {
  let due: number | undefined = lastSuccessAt;
  for (let times = 0; due !== undefined && times < maxMissedSuccesses; times += 1) due = schedule.next(due);
  return due === undefined ? Number.POSITIVE_INFINITY : schedule.beginsAt(due);
}

/** A clock that was set back by less than this would only repeat a run. */
const setBackMs = 60_000;

/**
 * The state from which to follow this schedule. Missed runs of another schedule are not runs of this one, and a due time
 * that a wrong clock had already passed is still to come.
 */
export function resumeSchedule(
  schedule: Schedule | undefined,
  stored: ScheduleState | undefined,
  now: number,
): ScheduleState {
  const text = schedule?.text ?? '';
  const { runPending = false, missed = 0, ...rest } = stored ?? {};
  if (stored?.schedule === text && stored.lastHandledAt - now < setBackMs) return stored;
  return { ...rest, schedule: text, lastHandledAt: now, runPending, missed };
}
