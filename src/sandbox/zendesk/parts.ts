import { createRandom } from '../server/random.ts';
import { createZendeskAuth } from './account/auth.ts';
import { createRates } from './account/rates.ts';
import { createSettings } from './account/settings.ts';
import { createCustomFields } from './fields/custom-fields.ts';
import { createJobs } from './jobs/jobs.ts';
import { createQueueJob, createQueueRows } from './jobs/queue-rows.ts';
import type { ZendeskTwinOptions } from './options.ts';
import { createOrganizations } from './organizations/organizations.ts';
import { createIdentities } from './people/identity-routes.ts';
import { createMerging } from './people/merge.ts';
import { createOfUser } from './people/of-user.ts';
import { createSearch } from './people/search.ts';
import { createShowUser } from './people/serializers.ts';
import { createUsers } from './people/users.ts';

/**
 * What the account is made of. `origin` is that of the request that is being answered: addresses in responses begin with it.
 */
export function createParts(options: ZendeskTwinOptions, origin: () => string) {
  const { now } = options;
  const settings = createSettings();
  const customFields = createCustomFields('user', origin);
  const organizationFields = createCustomFields('organization', origin);
  const users = createUsers(now, { customFields, settings });
  const ofUser = createOfUser(users.byId);
  const show = createShowUser({ users, customFields, settings, origin });

  const limits = { bulkEnabled: options.bulkEnabled, jobLimit: options.jobLimit };
  const jobs = createJobs({
    now,
    latencyMs: options.jobLatencyMs,
    spreadMs: options.jobLatencySpreadMs,
    atOnce: options.jobsAtOnce,
    random: createRandom(options.seed),
  });
  const queueJob = createQueueJob({ jobs, jobLimit: () => limits.jobLimit, origin });
  const queueRows = createQueueRows(queueJob);

  const organizations = createOrganizations({
    users,
    fields: organizationFields,
    settings,
    now,
    queueRows,
    ofUser,
    origin,
  });
  users.setOnWrite(organizations.follow);

  return {
    now,
    origin,
    settings,
    limits,
    auth: createZendeskAuth(now, options.tokenTtlSeconds),
    rates: createRates(now, options.plan, options.rateFamily),
    customFields,
    organizationFields,
    users,
    ofUser,
    show,
    identities: createIdentities({ users, ofUser, origin }),
    merging: createMerging({ users, show, ofUser, now }),
    search: createSearch({ users, show, origin }),
    organizations,
    jobs,
    queueJob,
  };
}

export type Parts = ReturnType<typeof createParts>;
