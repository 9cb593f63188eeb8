import type { ScheduleMark } from '../state/schedule-mark.ts';
import type { Schedule } from './schedule.ts';

/** A run that begins so much later than it is due is not the one that was due: the service was not there, or was asleep. */
const lateMs = 60_000;
/** What a year's outage leaves of a schedule that comes every minute need not all be named. */
const maxNamed = 10_000;

export interface Due {
  readonly mark: ScheduleMark;
  /** Due times that no run of their own was begun for. */
  readonly missed: readonly number[];
  readonly trigger: 'schedule' | 'catch-up';
}

/**
 * What has become due since the mark. Undefined: nothing. `busy` says that a run of everything goes on or waits: what is due
 * meanwhile is missed, and one run makes up for all of it.
 */
export function findDueRuns(
  { schedule, mark, busy }: { readonly schedule: Schedule; readonly mark: ScheduleMark; readonly busy: boolean },
  now: number,
): Due | undefined {
  const dues: number[] = [];
  let due = schedule.next(mark.handledAt);
  while (due !== undefined && schedule.beginsAt(due) <= now && dues.length < maxNamed) {
    dues.push(due);
    due = schedule.next(due);
  }
  const last = dues.at(-1);
  if (last === undefined) return undefined;
  const onTime = !busy && now - schedule.beginsAt(last) < lateMs;
  const missed = onTime ? dues.slice(0, -1) : dues;
  const lastMissedAt = missed.at(-1) ?? mark.lastMissedAt;
  return {
    missed,
    trigger: missed.length > 0 ? 'catch-up' : 'schedule',
    mark: {
      schedule: schedule.text,
      handledAt: dues.length < maxNamed ? last : now,
      owed: true,
      missed: mark.missed + missed.length,
      ...(lastMissedAt !== undefined && { lastMissedAt }),
    },
  };
}

/** When the next run begins. */
export function nextBegin(schedule: Schedule, { handledAt }: ScheduleMark): number | undefined {
  const due = schedule.next(handledAt);
  return due === undefined ? undefined : schedule.beginsAt(due);
}

/** So many due times may pass in a row without a run that ended well. */
export const maxMissedSuccesses = 3;

/** The last run that ended well is older than the schedule allows. */
export function isOverdue(schedule: Schedule, lastSuccessAt: number, now: number): boolean {
  let due: number | undefined = lastSuccessAt;
  for (let times = 0; due !== undefined && times < maxMissedSuccesses; times += 1) due = schedule.next(due);
  return due !== undefined && schedule.beginsAt(due) < now;
}

/** So far back the machine's clock was set, and not by a trifle that would make a run twice. */
const setBackMs = 60_000;

/**
 * The mark to go on from with this schedule: what another one had left undone is not this one's, and what a clock that was
 * wrong had already seen has not come yet.
 */
export function markFor(schedule: Schedule | undefined, found: ScheduleMark | undefined, now: number): ScheduleMark {
  const text = schedule?.text ?? '';
  const { owed = false, missed = 0, ...rest } = found ?? {};
  if (found?.schedule === text && found.handledAt - now < setBackMs) return found;
  return { ...rest, schedule: text, handledAt: now, owed, missed };
}
