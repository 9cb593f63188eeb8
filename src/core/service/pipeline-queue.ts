import type { RunReport } from '../domain/run-report.ts';
import type { ScheduleMark } from '../state/schedule-mark.ts';
import type { Trigger } from './events.ts';
import type { Schedule } from './schedule.ts';

/** What the supervisor is handed for each pipeline. */
export interface Supervised {
  readonly name: string;
  /** Path of its state file: pipelines that share one take turns. */
  readonly state: string;
  /** Absent: it runs only when it is asked for. */
  readonly schedule: Schedule | undefined;
  /**
   * Makes one run. `begun` is called when it has been put together and reading begins. Rejects when it could not be begun.
   * Aborting `signal` asks it to come to its end.
   */
  run(how: RunRequest & { readonly signal: AbortSignal; begun(): void }): Promise<RunReport>;
}

export interface RunRequest {
  /** Only these customers. Absent: whatever has changed. */
  readonly keys?: readonly string[];
  /** Read everything. */
  readonly full?: boolean;
}

/** What became of a run that was asked for. */
export type Asked =
  | { readonly kind: 'ended'; readonly report: RunReport }
  | { readonly kind: 'refused'; readonly code: string; readonly exitCode: number; readonly message: string }
  /** The service stops, or there is no such pipeline (any more). */
  | { readonly kind: 'dropped' };

/** A run that waits for its turn: several requests may have become one. */
export interface Wanted {
  readonly trigger: Trigger;
  readonly keys: ReadonlySet<string> | undefined;
  readonly full: boolean;
  /** Who waited longest goes first. */
  readonly since: number;
  readonly tell: readonly ((asked: Asked) => void)[];
}

/** A pipeline as the supervisor has it in hand. */
export interface PipelineQueue {
  unit: Supervised;
  mark: ScheduleMark;
  /** A run of everything, and one of some keys: neither stands for the other. */
  whole: Wanted | undefined;
  keyed: Wanted | undefined;
  running: Wanted | undefined;
  runningSince: number | undefined;
  /** The other side was away, or the state in use: when to try again, and how often that was tried. */
  again: { readonly at: number; readonly times: number; readonly trigger: Trigger } | undefined;
  /** When a run last ended well, or the service began to look after it. */
  goodAt: number;
}

/** Puts a request to what waits already. The run that results has the trigger of the first. */
export function joined(waiting: Wanted | undefined, more: Wanted): Wanted {
  if (!waiting) return more;
  return {
    ...waiting,
    keys: waiting.keys && more.keys && new Set([...waiting.keys, ...more.keys]),
    full: waiting.full || more.full,
    tell: [...waiting.tell, ...more.tell],
  };
}

export function isBusy({ whole, running }: PipelineQueue): boolean {
  return whole !== undefined || (running !== undefined && running.keys === undefined);
}

const initialRetryDelayMs = 60_000;
const maxRetryDelayMs = 3_600_000;

/** Whether what ended like this may go well in a while, without anybody doing anything. */
export function mayGoWellLater(asked: Asked): boolean {
  switch (asked.kind) {
    case 'ended':
      return asked.report.outcome === 'failed' && asked.report.error?.exitCode === 4;
    case 'refused':
      return asked.exitCode === 4 || asked.code === 'locked';
    case 'dropped':
      return false;
    default:
      return asked satisfies never;
  }
}

/** After a minute, then twice as long each time, up to an hour. */
export function againAfter(times: number): number {
  return Math.min(maxRetryDelayMs, initialRetryDelayMs * 2 ** times);
}
