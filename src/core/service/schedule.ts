import { createHash } from 'node:crypto';
import { Cron } from 'croner';
import type { Problem } from '../config/config-file.ts';

/** When runs are due. */
export interface ScheduleConfig {
  /** Five fields: minute, hour, day of month, month, day of week. */
  readonly cron: string;
  /** IANA name. Default: UTC, so that a schedule means the same on every machine. */
  readonly timeZone: string;
  /** Seconds by which a run may begin later than it is due, so that not all begin at once. */
  readonly jitter: number;
}

export interface Schedule {
  /** The same for the same schedule. */
  readonly text: string;
  /** The first due time after this one. Undefined when there is none. */
  next(after: number): number | undefined;
  /** When the run that is due then begins: the same each time it is asked, spread by `jitter`. */
  beginsAt(due: number): number;
}

const secondMs = 1000;

/** `schedule:` as it may be written: the expression alone, or with what goes with it. */
export function scheduleOf(
  given:
    | string
    | { readonly cron: string; readonly timeZone?: string | undefined; readonly jitter?: number | undefined },
): ScheduleConfig {
  const { cron, timeZone = 'UTC', jitter = 0 } = typeof given === 'string' ? { cron: given } : given;
  return { cron, timeZone, jitter };
}

/** Finds the due time that comes next. Thousands of pipelines may follow one. */
type NextDue = Schedule['next'];

/** Pure: knows no present time. Of the hour that a change of clocks skips or repeats, a due time comes once. */
export function createSchedule(config: ScheduleConfig, pipeline: string): Schedule {
  return scheduleFor(config, pipeline, nextDueOf(config));
}

/** Makes schedules that share what is the same in all: thousands of pipelines are due at a handful of times. */
export function createSchedules(): typeof createSchedule {
  const shared = new Map<string, NextDue>();
  return (config, pipeline) => {
    const key = `${config.cron} ${config.timeZone}`;
    const next = shared.get(key) ?? nextDueOf(config);
    shared.set(key, next);
    return scheduleFor(config, pipeline, next);
  };
}

function nextDueOf({ cron, timeZone }: ScheduleConfig): NextDue {
  const pattern = patternOf(cron, timeZone);
  let known: { readonly after: number; readonly next: number | undefined } | undefined;
  return (after) => {
    if (known?.after !== after) known = { after, next: pattern.nextRun(new Date(after))?.getTime() };
    return known.next;
  };
}

function scheduleFor({ cron, timeZone, jitter }: ScheduleConfig, pipeline: string, nextDue: NextDue): Schedule {
  // Asked again and again until it has come, and looked for at some cost.
  let known: { readonly after: number; readonly next: number | undefined } | undefined;
  let begins: { readonly due: number; readonly at: number } | undefined;
  return {
    text: `${cron} ${timeZone} ${jitter}`,
    next(after) {
      if (known?.after !== after) known = { after, next: nextDue(after) };
      return known.next;
    },
    beginsAt(due) {
      if (begins?.due !== due)
        begins = { due, at: due + Math.floor(jitter * secondMs * shareOf(`${pipeline} ${due}`)) };
      return begins.at;
    },
  };
}

/** What is wrong with a schedule, as the problem of its key. */
export function problemOfSchedule(given: Parameters<typeof scheduleOf>[0]): Problem | undefined {
  const { cron, timeZone, jitter } = scheduleOf(given);
  const path = typeof given === 'string' ? ['schedule'] : ['schedule', 'cron'];
  if (!isTimeZone(timeZone))
    return {
      path: ['schedule', 'timeZone'],
      message: 'no such time zone: expected an IANA name such as Europe/Berlin',
    };
  if (cron.trim().split(/\s+/).length !== 5)
    return { path, message: 'expected five fields (minute, hour, day, month, weekday), such as */15 * * * *' };
  try {
    const pattern = patternOf(cron, timeZone);
    const [first, second] = pattern.nextRuns(2, new Date(0));
    if (!first) return { path, message: 'this never comes: expected a day that its months have' };
    if (second && jitter * secondMs >= second.getTime() - first.getTime())
      return { path: ['schedule', 'jitter'], message: 'longer than from one run to the next: expected less' };
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error);
    return { path, message: `not a cron expression: ${reason}` };
  }
}

function patternOf(cron: string, timeZone: string): Cron {
  // The same, and ten times as quick.
  const zone = timeZone === 'UTC' ? { utcOffset: 0 } : { timezone: timeZone };
  return new Cron(cron, { ...zone, mode: '5-part', paused: true });
}

/** Between 0 and 1, the same for the same text. */
function shareOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}

/** Asking takes a fifth of the time of reading a configuration. */
const knownZones = new Set<string>(['UTC']);

function isTimeZone(name: string): boolean {
  if (knownZones.has(name)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    knownZones.add(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
