import type { TwinResponse } from '../../server/twin.ts';
import { refuseAttributes } from '../api/attributes.ts';
import { idsOf, objectOf, type Row, rowsOf } from '../api/requests.ts';
import { forbidden, tooManyJobs, warned } from '../api/responses.ts';
import { adminOnly, type Routes } from '../api/router.ts';
import { unknownKeys } from '../people/assign-user.ts';
import type { ApplyRow } from './job.ts';
import { maxRows, type QueueJob } from './queue-rows.ts';
import { type UserJob, userJobTitles } from './user-rows.ts';

/** Calls about many users at once, which jobs do. */
export function bulkRoutes({
  isEnabled,
  queueJob,
  applyTo,
}: {
  /** Accounts of some plans may not make them. */
  readonly isEnabled: () => boolean;
  readonly queueJob: QueueJob;
  readonly applyTo: (kind: UserJob) => ApplyRow;
}): Routes {
  function queue(kind: UserJob, rows: readonly Row[]): TwinResponse {
    if (!isEnabled()) return forbidden;
    const refused = refuseAttributes(rows, 'users', `users/${kind}_many`) ?? refuseCount(rows.length);
    if (refused) return refused;
    const job = queueJob({ kind, rows, apply: applyTo(kind), title: userJobTitles[kind] });
    if (!job) return tooManyJobs;
    const unknown = new Set(rows.flatMap(unknownKeys));
    return { status: 200, body: { job_status: job }, headers: warned([...unknown]) };
  }

  return {
    'POST /users/create_many': ({ request }) => queue('create', rowsOf(request)),
    'PUT /users/update_many': ({ request }) => {
      const named = namedBy(request.query);
      if (!named) return queue('update', rowsOf(request));
      // One change for all that the address names.
      const change = objectOf(request, 'user');
      return queue(
        'update',
        named.map((name) => ({ ...change, ...name })),
      );
    },
    'DELETE /users/destroy_many': adminOnly(({ request }) => queue('delete', namedBy(request.query) ?? [])),
  };
}

function refuseCount(count: number): TwinResponse | undefined {
  if (count > maxRows)
    return { status: 400, body: { error: 'TooManyValues', description: 'Maximum 100 users may be created per call' } };
  if (count === 0) return { status: 400, body: { error: 'BadRequest', description: 'Parameter users is required' } };
  return undefined;
}

function namedBy(query: URLSearchParams): readonly Row[] | undefined {
  const ids = idsOf(query, 'ids')?.map((id): Row => ({ id: Number(id) }));
  return ids ?? idsOf(query, 'external_ids')?.map((externalId): Row => ({ external_id: externalId }));
}
