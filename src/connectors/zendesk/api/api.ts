import type { Clock } from '../../../core/clock.ts';
import type { HttpClient } from '../../../core/http/types.ts';
import { createAccountApi } from './api-account.ts';
import { createIdentitiesApi } from './api-identities.ts';
import { createMembershipsApi, createOrganizationsApi } from './api-organizations.ts';
import type { JobStatus } from './api-schemas.ts';
import * as shape from './api-schemas.ts';
import { createTicketsApi } from './api-tickets.ts';
import { createUserReadsApi, createUserWritesApi } from './api-users.ts';
import { type Calls, createCalls } from './calls.ts';
import { idLists } from './id-lists.ts';

/** Zendesk's endpoints as we use them: typed, parsed, and saying whether a repeat is harmless. */
export function createZendeskApi(options: {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly onApiWarning?: (text: string) => void;
}) {
  const { serverNow, ...calls } = createCalls(options);
  return {
    serverNow,
    ...createAccountApi(calls),
    ...createIdentitiesApi(calls),
    ...createOrganizationsApi(calls),
    ...createMembershipsApi(calls),
    ...createTicketsApi(calls),
    ...createUserReadsApi(calls),
    ...createUserWritesApi(calls),
    ...createJobsApi(calls),
  };
}

function createJobsApi({ get }: Pick<Calls, 'get'>) {
  return {
    async jobStatuses(ids: readonly string[], signal: AbortSignal): Promise<readonly JobStatus[]> {
      const found: JobStatus[] = [];
      for (const list of idLists(ids).lists)
        found.push(
          ...(await get(shape.jobs, '/job_statuses/show_many', { ids: list.join(',') }, signal, 2)).job_statuses,
        );
      return found;
    },
    listJobs: async (signal: AbortSignal): Promise<readonly JobStatus[]> =>
      (await get(shape.jobs, '/job_statuses', { 'page[size]': 100 }, signal, 2)).job_statuses,
  };
}

export type ZendeskApi = ReturnType<typeof createZendeskApi>;
