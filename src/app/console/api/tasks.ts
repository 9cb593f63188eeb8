import { z } from 'zod';
import { get, post } from './endpoint.ts';
import { plannedChange } from './plans.ts';
import { count, estimate, failure, json, nothing, pageOf, pageQuery, tallies, time } from './schemas.ts';

const keys = z.array(z.string().min(1).max(500)).min(1).max(1_000).exactOptional();

/** What can be begun. It takes the lease as the command does. */
export const taskRequest = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('sync'),
    full: z.boolean().exactOptional().describe('Read every customer'),
    resume: z.boolean().exactOptional().describe('Write again after an undo'),
    keys,
    limit: z.int().min(1).exactOptional(),
    allowDeactivations: count.exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('plan'),
    full: z.boolean().exactOptional(),
    keys,
    allowDeactivations: count.exactOptional(),
  }),
  z.strictObject({ kind: z.literal('apply'), plan: z.string().max(100).describe('Exactly this plan') }),
  z.strictObject({ kind: z.literal('retry'), keys }),
  z.strictObject({ kind: z.literal('undo-plan'), run: z.string().max(100) }),
  z.strictObject({ kind: z.literal('undo'), run: z.string().max(100) }),
  z.strictObject({ kind: z.literal('audit') }),
]);

export const progress = z.strictObject({
  phase: z.string().describe('directory, recover, read, waiting, deactivate or drain; of an audit: what it reads'),
  tallies: tallies.exactOptional(),
  inFlight: count.exactOptional(),
  directoryUsers: count.exactOptional(),
  total: count.exactOptional(),
  /** How much longer it takes at the present pace. */
  remainingMs: z.number().nullable(),
  /** What sets the pace: `source`, `rate limit`, `jobs` or `destination`. */
  limitedBy: z.string().nullable(),
});

const unreverted = z.looseObject({
  key: z.string(),
  outcome: z.string(),
  code: z.string().exactOptional(),
  message: z.string().exactOptional(),
});

const taskResult = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('run'),
    run: z.string(),
    outcome: z.enum(['completed', 'held', 'paused', 'failed']),
    tallies,
    skips: z.record(z.string(), count),
  }),
  z.strictObject({ kind: z.literal('plan'), plan: z.string() }),
  z.strictObject({
    kind: z.literal('undo-plan'),
    undoes: z.string(),
    deleted: count,
    restored: count,
    unchanged: count,
    conflicts: count,
    related: count,
    estimate,
    /** The first 100, by key. */
    steps: z.array(plannedChange),
  }),
  z.strictObject({
    kind: z.literal('undo'),
    run: z.string(),
    undoes: z.string(),
    outcome: z.enum(['completed', 'held', 'paused', 'failed']),
    tallies,
    deleted: count,
    exceptions: z.array(unreverted),
  }),
  z.strictObject({
    kind: z.literal('audit'),
    document: json.describe(
      'As `audit --json` prints it, without the differences and without the words for each cause',
    ),
  }),
  z.strictObject({
    kind: z.literal('connected'),
    side: z.enum(['source', 'destination']),
    account: z.string(),
    /** What was added to the configuration. */
    wrote: z.strictObject({ key: z.string(), value: z.string(), written: z.boolean() }).exactOptional(),
  }),
]);

export const task = z.strictObject({
  id: z.string(),
  pipeline: z.string(),
  kind: z.enum(['sync', 'plan', 'apply', 'retry', 'undo-plan', 'undo', 'audit', 'connect']),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  /** Who began it. */
  by: z.string(),
  startedAt: time,
  finishedAt: time.nullable(),
  progress: progress.nullable(),
  /** Of a sign-in that waits for a browser. */
  signIn: z
    .strictObject({ url: z.string(), redirectUri: z.string(), register: z.string() })
    .exactOptional()
    .describe('The page to open. redirectUri must be registered, exactly so'),
  result: taskResult.nullable(),
  error: failure.nullable(),
});

const one = '/api/v1/tasks/{task}';

export const taskEndpoints = {
  startTask: post({
    path: '/api/v1/pipelines/{pipeline}/tasks',
    summary: 'Begins a sync, plan, retry, undo or audit. 409 `locked`: another run has the state.',
    role: 'operator',
    status: 202,
    body: taskRequest,
    answer: task,
  }),
  listTasks: get({
    path: '/api/v1/tasks',
    summary: 'Tasks, newest first.',
    role: 'viewer',
    query: pageQuery.extend({ pipeline: z.string().max(200).optional() }),
    answer: pageOf(task),
  }),
  getTask: get({ path: one, summary: 'One task.', role: 'viewer', answer: task }),
  cancelTask: post({
    path: `${one}/cancel`,
    summary: 'Asks a task to stop: what is in flight comes to its end.',
    role: 'operator',
    answer: nothing,
  }),
} as const;
