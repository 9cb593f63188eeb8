import { pageable, paged } from '../api/paging.ts';
import { idsOf } from '../api/requests.ts';
import { notFound, tooManyValues } from '../api/responses.ts';
import type { Routes } from '../api/router.ts';
import { type Job, showJob } from './job.ts';
import type { Jobs } from './jobs.ts';
import { maxRows } from './queue-rows.ts';

/** How far jobs are, and their results. */
export function jobRoutes({
  jobs,
  now,
  origin,
}: {
  readonly jobs: Jobs;
  readonly now: () => number;
  readonly origin: () => string;
}): Routes {
  const show = (job: Job): object => showJob(job, now(), origin());
  return {
    'GET /job_statuses': ({ request }) =>
      paged(request, { name: 'job_statuses', list: pageable(jobs.list()), show, origin: origin() }),
    'GET /job_statuses/show_many': ({ request }) => {
      const ids = idsOf(request.query, 'ids') ?? [];
      if (ids.length > maxRows) return tooManyValues;
      return { status: 200, body: { job_statuses: ids.flatMap((id) => jobs.get(id) ?? []).map(show) } };
    },
    'GET /job_statuses/:job': ({ params }) => {
      const job = jobs.get(params.job ?? '');
      return job ? { status: 200, body: { job_status: show(job) } } : notFound;
    },
  };
}
