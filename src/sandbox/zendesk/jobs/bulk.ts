import type { TwinRequest, TwinResponse } from '../../server/twin.ts';
import type { Role } from '../account/auth.ts';
import { refuseAttributes } from '../api/attributes.ts';
import { pageable, paged } from '../api/paging.ts';
import { forbidden, idsOf, notFound, objectOf, rowsOf, tooManyJobs, tooManyValues, warned } from '../api/responses.ts';
import type { Users } from '../people/users.ts';
import { type createJobs, type Job, showJob } from './jobs.ts';

type Row = Readonly<Record<string, unknown>>;

const maxRows = 100;

/** Calls about many users at once, and the jobs that do their work. */
export function createBulk({
  users,
  jobs,
  now,
  origin,
  ...limits
}: {
  readonly users: Users;
  readonly jobs: ReturnType<typeof createJobs>;
  readonly now: () => number;
  readonly origin: () => string;
  enabled: boolean;
  jobLimit: number;
}) {
  let { enabled, jobLimit } = limits;

  /** Undefined when too many are open. */
  function queued(...given: Parameters<typeof jobs.enqueue>): object | undefined {
    if (jobs.open() >= jobLimit) return undefined;
    const job = jobs.enqueue(...given);
    return showJob({ ...job, state: 'queued' }, job.queuedAt, origin());
  }

  function enqueue(kind: 'create' | 'update' | 'delete', rows: readonly Row[]): TwinResponse {
    if (!enabled) return forbidden;
    const refused = refuseAttributes(rows, 'users', `users/${kind}_many`);
    if (refused) return refused;
    if (rows.length > maxRows)
      return {
        status: 400,
        body: { error: 'TooManyValues', description: 'Maximum 100 users may be created per call' },
      };
    if (rows.length === 0)
      return { status: 400, body: { error: 'BadRequest', description: 'Parameter users is required' } };
    const job = queued(kind, rows);
    if (!job) return tooManyJobs;
    const unknown = new Set(rows.flatMap((row) => users.unknownKeys(row)));
    return { status: 200, body: { job_status: job }, headers: warned([...unknown]) };
  }

  /** Each row its own change, or one change for all that the address names. */
  function update(request: TwinRequest): TwinResponse {
    const named = namedBy(request.query);
    if (!named) return enqueue('update', rowsOf(request));
    const change = objectOf(request, 'user');
    return enqueue(
      'update',
      named.map((name) => ({ ...change, ...name })),
    );
  }

  function shown(found: readonly Job[]): TwinResponse {
    return { status: 200, body: { job_statuses: found.map((job) => showJob(job, now(), origin())) } };
  }

  return {
    queued,
    setEnabled: (next: boolean): void => {
      enabled = next;
    },
    setJobLimit: (next: number): void => {
      jobLimit = next;
    },
    /** Undefined for a call that is about something else. */
    route(request: TwinRequest, path: string, role: Role): TwinResponse | undefined {
      const { method, query } = request;
      switch (`${method} ${path}`) {
        case 'POST /users/create_many':
          return enqueue('create', rowsOf(request));
        case 'PUT /users/update_many':
          return update(request);
        case 'DELETE /users/destroy_many':
          return role === 'admin' ? enqueue('delete', namedBy(query) ?? []) : forbidden;
        case 'GET /job_statuses/show_many': {
          const ids = idsOf(query, 'ids') ?? [];
          return ids.length > maxRows ? tooManyValues : shown(ids.flatMap((id) => jobs.get(id) ?? []));
        }
        case 'GET /job_statuses':
          return paged(request, {
            name: 'job_statuses',
            list: pageable(jobs.list()),
            show: (job) => showJob(job, now(), origin()),
            origin: origin(),
          });
        default:
      }
      const id = method === 'GET' ? /^\/job_statuses\/([^/]+)$/.exec(path)?.[1] : undefined;
      if (id === undefined) return undefined;
      const job = jobs.get(id);
      return job ? { status: 200, body: { job_status: showJob(job, now(), origin()) } } : notFound;
    },
  };
}

function namedBy(query: URLSearchParams): readonly Row[] | undefined {
  const ids = idsOf(query, 'ids')?.map((id): Row => ({ id: Number(id) }));
  return ids ?? idsOf(query, 'external_ids')?.map((externalId): Row => ({ external_id: externalId }));
}
