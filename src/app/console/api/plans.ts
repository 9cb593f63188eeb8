import { z } from 'zod';
import { get, remove } from './endpoint.ts';
import {
  count,
  estimate,
  failure,
  fieldChanges,
  nothing,
  pageOf,
  pageQuery,
  privateText,
  recordUrls,
  time,
  warning,
} from './schemas.ts';

export const actions = ['create', 'update', 'adopt', 'deactivate', 'skip', 'conflict', 'reject', 'note'] as const;

/** As in `plan --json`. */
export const plannedChange = z.strictObject({
  key: z.string(),
  action: z.enum(actions),
  code: z.string().exactOptional(),
  message: z.string().exactOptional(),
  detail: privateText.exactOptional(),
  destinationId: z.string().exactOptional(),
  fields: fieldChanges,
});

const counts = z.strictObject({
  create: count,
  update: count,
  adopt: count,
  unchanged: count,
  deactivate: count,
  skip: count,
  conflict: count,
  reject: count,
});

export const planDocument = z.strictObject({
  id: z.string(),
  pipeline: z.string(),
  by: z.string(),
  createdAt: time,
  /** `applied`: by the run in `run`. One that is not whole (`error`) cannot be applied. */
  state: z.enum(['ready', 'applying', 'applied', 'not-whole']),
  run: z.string().nullable(),
  counts,
  estimate,
  outcome: z.enum(['completed', 'held', 'paused', 'failed']),
  warnings: z.array(warning),
  error: failure.exactOptional(),
  /** Reason → count. */
  skips: z.record(z.string(), count),
  accounts: z.strictObject({ source: z.string(), destination: z.string() }),
});

const change = plannedChange.extend({
  name: privateText.exactOptional(),
  /** The user that stands in the way. */
  blockedByUserId: z.string().exactOptional(),
  urls: recordUrls,
});

const one = '/api/v1/plans/{plan}';

export const planEndpoints = {
  listPlans: get({
    path: '/api/v1/plans',
    summary: 'Plans that were made here, newest first. Begin a task to make one, or to apply one.',
    role: 'viewer',
    query: pageQuery.extend({ pipeline: z.string().max(200).optional() }),
    answer: pageOf(planDocument),
  }),
  getPlan: get({ path: one, summary: 'One plan: counts, cost, warnings.', role: 'viewer', answer: planDocument }),
  listPlanChanges: get({
    path: `${one}/changes`,
    summary: 'What it would do, in reading order.',
    role: 'viewer',
    query: pageQuery.extend({ action: z.enum(actions).optional() }),
    answer: pageOf(change),
  }),
  discardPlan: remove({
    path: one,
    summary: 'Removes a plan with its customer data.',
    role: 'operator',
    answer: nothing,
  }),
} as const;
