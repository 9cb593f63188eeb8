import type { Row } from '../api/requests.ts';

/** What a job does with one row; it says what became of it. */
export type ApplyRow = (row: Row, index: number) => unknown;

export interface Job {
  readonly id: string;
  readonly kind: 'create' | 'update' | 'delete' | 'other';
  readonly title: string;
  readonly rows: readonly Row[];
  readonly startsAt: number;
  readonly readyAt: number;
  readonly queuedAt: number;
  state: 'queued' | 'completed' | 'failed' | 'killed';
  results: unknown;
  readonly fault: JobFault | undefined;
  stuck: boolean;
  vanished: boolean;
  readonly apply: ApplyRow;
}

/**
 * `rows-wordless`: failed rows that give no `error` (seen with `"id": 1`). `rows-missing`: rows that are not done and not in the
 * results. `rows-reversed`: all is done, and the results are in reverse order, each with the `index` that the specification
 * requires of creates. `rows-reversed-unmarked`: the same without it.
 */
export const jobFaultKinds = [
  'rows-fail',
  'rows-wordless',
  'rows-missing',
  'rows-reversed',
  'rows-reversed-unmarked',
  'failed',
  'killed',
  'stuck',
  'vanished',
  'no-results',
  'results-object',
] as const;

/** What goes wrong with jobs, until it is set to something else. */
export interface JobFault {
  readonly kind: (typeof jobFaultKinds)[number];
  /** For faults of rows: the first so many rows of each job, or those whose name matches. */
  readonly rows?: number;
  readonly name?: string;
  readonly details?: string;
  /** Only jobs of this kind. */
  readonly job?: Job['kind'];
  /** Only jobs of this title: `other` jobs differ by it. */
  readonly title?: string;
  /** At most so many jobs. */
  readonly times?: number;
}

/** A job as its status call shows it. */
export function showJob(job: Job, now: number, origin: string): object {
  const isQueued = job.state === 'queued';
  const total = job.rows.length;
  const isWorking = isQueued && now > job.startsAt;
  const part = Math.min(1, (now - job.startsAt) / Math.max(1, job.readyAt - job.startsAt));
  // Rows are done one after another, at an even pace (recorded: 10 of 30 a second after it was queued, 30 a second later).
  const done = Math.floor(total * part);
  const stamp = `${new Date(now).toISOString().slice(0, 19).replace('T', ' ')} +0000`;
  return {
    id: job.id,
    job_type: job.title,
    url: `${origin}/api/v2/job_statuses/${job.id}.json`,
    total,
    progress: isQueued ? (isWorking ? done : null) : total,
    status: isQueued ? (isWorking ? 'working' : 'queued') : job.state,
    message: isQueued
      ? isWorking
        ? `Working on #${done}`
        : null
      : `${job.state === 'completed' ? 'Completed' : 'Failed'} at ${stamp}`,
    results: isQueued ? null : job.results,
  };
}
