import type { EndpointId, Endpoints } from '../../app/console/api/index.ts';

/**
 * Where each endpoint is. The schemas of the API list the same, but with them zod would be a part of every page: the type
 * says that each line is the path that the API has.
 */
export const addresses = {
  getSession: 'GET /api/v1/session',
  signInByLink: 'POST /api/v1/session/link',
  signInByToken: 'POST /api/v1/session/token',
  startOidc: 'GET /api/v1/session/oidc',
  signOut: 'POST /api/v1/session/sign-out',
  getOverview: 'GET /api/v1/overview',
  listPipelines: 'GET /api/v1/pipelines',
  getPipeline: 'GET /api/v1/pipelines/{pipeline}',
  getBudget: 'GET /api/v1/pipelines/{pipeline}/budget',
  getConfiguration: 'GET /api/v1/pipelines/{pipeline}/configuration',
  listRuns: 'GET /api/v1/pipelines/{pipeline}/runs',
  getRun: 'GET /api/v1/pipelines/{pipeline}/runs/{run}',
  listRunRecords: 'GET /api/v1/pipelines/{pipeline}/runs/{run}/records',
  searchCustomers: 'GET /api/v1/pipelines/{pipeline}/customers',
  getCustomer: 'GET /api/v1/pipelines/{pipeline}/customers/{key}',
  compareCustomer: 'GET /api/v1/pipelines/{pipeline}/customers/{key}/comparison',
  listReasons: 'GET /api/v1/pipelines/{pipeline}/reasons',
  listRejects: 'GET /api/v1/pipelines/{pipeline}/rejects',
  listWaiting: 'GET /api/v1/pipelines/{pipeline}/waiting',
  exportRejects: 'GET /api/v1/pipelines/{pipeline}/rejects.csv',
  linkCustomer: 'POST /api/v1/pipelines/{pipeline}/links',
  listPlans: 'GET /api/v1/plans',
  getPlan: 'GET /api/v1/plans/{plan}',
  listPlanChanges: 'GET /api/v1/plans/{plan}/changes',
  discardPlan: 'DELETE /api/v1/plans/{plan}',
  startTask: 'POST /api/v1/pipelines/{pipeline}/tasks',
  listTasks: 'GET /api/v1/tasks',
  getTask: 'GET /api/v1/tasks/{task}',
  cancelTask: 'POST /api/v1/tasks/{task}/cancel',
  getMapping: 'GET /api/v1/pipelines/{pipeline}/mapping',
  previewMapping: 'POST /api/v1/pipelines/{pipeline}/mapping/preview',
  getConnections: 'GET /api/v1/pipelines/{pipeline}/connections',
  startConnect: 'POST /api/v1/pipelines/{pipeline}/connections/{side}/connect',
  finishConnect: 'POST /api/v1/tasks/{task}/callback',
  disconnect: 'POST /api/v1/pipelines/{pipeline}/connections/{side}/disconnect',
  listAlerts: 'GET /api/v1/alerts',
  listAuditLog: 'GET /api/v1/audit-log',
  streamEvents: 'GET /api/v1/events',
} as const satisfies { readonly [Id in EndpointId]?: `${Endpoints[Id]['method']} ${Endpoints[Id]['path']}` };

export type Addresses = typeof addresses;
export type CalledId = keyof Addresses;
