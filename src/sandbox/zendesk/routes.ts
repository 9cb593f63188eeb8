import { locales } from '../seed/account.ts';
import type { Routes } from './api/router.ts';
import { bulkRoutes } from './jobs/bulk-routes.ts';
import { jobRoutes } from './jobs/job-routes.ts';
import { createUserRows } from './jobs/user-rows.ts';
import type { Parts } from './parts.ts';
import { exportRoutes } from './people/export-routes.ts';
import { listRoutes } from './people/list-routes.ts';
import { ticketRoutes } from './people/ticket-routes.ts';
import { userRoutes } from './people/user-routes.ts';

/** Every call below /api/v2 that the twin answers. */
export function zendeskRoutes(parts: Parts): Routes {
  const { users, rates, now, show, ofUser, origin, jobs, queueJob, identities } = parts;
  const { sideload } = identities;
  return {
    'GET /account/settings': parts.settings.shown,
    'GET /locales': () => ({ status: 200, body: { locales } }),
    ...parts.auth.routes,
    ...userRoutes({ users, rates, show, ofUser }),
    ...listRoutes({ users, now, show, sideload, origin }),
    ...exportRoutes({ users, rates, now, show, sideload, origin }),
    ...parts.search.routes,
    ...identities.routes,
    ...parts.merging.routes,
    ...ticketRoutes({ tickets: users.tickets, rates, origin }),
    ...bulkRoutes({ isEnabled: () => parts.limits.bulkEnabled, queueJob, applyTo: createUserRows(users) }),
    ...jobRoutes({ jobs, now, origin }),
    ...parts.customFields.routes,
    ...parts.organizationFields.routes,
    ...parts.organizations.routes,
  };
}
