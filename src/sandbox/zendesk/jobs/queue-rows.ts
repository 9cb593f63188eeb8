import type { TwinResponse } from '../../server/twin.ts';
import { refuseAttributes } from '../api/attributes.ts';
import type { Row } from '../api/requests.ts';
import { tooManyJobs, tooManyValues } from '../api/responses.ts';
import { type ApplyRow, type Job, showJob } from './job.ts';
import type { Jobs } from './jobs.ts';

export const maxRows = 100;

/** Queues a job for at most so many at a time. Undefined when too many are pending. */
export type QueueJob = (work: Pick<Job, 'kind' | 'title' | 'rows' | 'apply'>) => object | undefined;

export function createQueueJob({
  jobs,
  jobLimit,
  origin,
}: {
  readonly jobs: Jobs;
  readonly jobLimit: () => number;
  readonly origin: () => string;
}): QueueJob {
  return (work) => {
    if (jobs.pending() >= jobLimit()) return undefined;
    const job = jobs.enqueue(work);
    return showJob({ ...job, state: 'queued' }, job.queuedAt, origin());
  };
}

/** Answers a call about many rows that are not users with the job that will do them. */
export type QueueRows = (
  rows: readonly Row[],
  work: { readonly path: string; readonly apply: ApplyRow; readonly title: string },
) => TwinResponse;

export function createQueueRows(queueJob: QueueJob): QueueRows {
  return (rows, { path, apply, title }) => {
    const [, root = ''] = path.split('/');
    const refused = refuseAttributes(rows, root, path.slice(1));
    if (refused) return refused;
    if (rows.length > maxRows) return tooManyValues;
    const job = queueJob({ kind: 'other', rows, apply, title });
    return job ? { status: 200, body: { job_status: job } } : tooManyJobs;
  };
}
