import { z } from 'zod';
import { get } from './endpoint.ts';
import { count, failure, json, pageOf, pageQuery, tallies, time } from './schemas.ts';

const verdict = z.enum(['failing', 'attention', 'ok', 'new']).describe('As `status` has it. `new`: it has no run yet');

/** Something that waits for a person, with the act that settles it. */
const need = z.strictObject({
  kind: z.enum(['failed', 'refused', 'overdue', 'paused', 'held', 'rejects', 'connection', 'configuration']),
  /** One sentence. */
  message: z.string(),
  count: count.exactOptional(),
  /** Where it is settled. */
  act: z.enum(['open-run', 'resume', 'allow-deactivations', 'open-rejects', 'reconnect', 'edit-configuration', 'sync']),
});

const account = z.strictObject({ label: z.string(), origin: z.string() });

/** A past run without its report. */
export const runSummary = z.strictObject({
  id: z.string(),
  kind: z.string().describe('sync, retry or undo'),
  outcome: z.enum(['running', 'completed', 'held', 'paused', 'failed']),
  startedAt: time,
  finishedAt: time.exactOptional(),
  undoneBy: z.string().exactOptional(),
  /** Absent while it runs, or where its process died. */
  tallies: tallies.exactOptional(),
  requests: z.strictObject({ source: count, destination: count, throttled: count }).exactOptional(),
  failure: failure.exactOptional(),
});

const pipelineSummary = z.strictObject({
  name: z.string(),
  source: z.strictObject({ connector: z.string(), title: z.string(), account: z.string() }),
  destination: account,
  state: z.enum(['idle', 'queued', 'running', 'retrying', 'stopped']),
  verdict,
  needs: z.array(need),
  lastRun: runSummary.nullable(),
  lastSuccessAt: time.nullable(),
  runningSince: time.nullable(),
  nextAt: time.nullable().describe('When the next run begins'),
  missed: count,
  rejects: count,
  waiting: count.describe('Skips that are decided again'),
  held: count.describe('Deactivations that wait for approval'),
  pauseReason: z.string().nullable(),
});

/** A point of the small plot: oldest first. */
const healthPoint = runSummary
  .pick({ id: true, outcome: true, startedAt: true })
  .extend({ writes: count.describe('Customers that it created, updated or rejected') });

const overview = z.strictObject({
  pipelines: count,
  failing: count,
  attention: count,
  ok: count,
  new: count,
  running: count,
  rejects: count,
  waiting: count,
  held: count,
  /** Why the service is not ready. Empty: it is. */
  reasons: z.array(z.string()),
  configurations: z.strictObject({
    unread: count,
    rejected: z.array(z.strictObject({ label: z.string(), message: z.string(), isPreviousInUse: z.boolean() })),
  }),
  timeZone: z.string().describe('Of the machine, for a person to compare with'),
  now: time,
});

const schedule = z.strictObject({
  cron: z.string(),
  timeZone: z.string(),
  next: time.nullable(),
  missed: count,
  lastMissed: time.nullable(),
});

/** One way in which Rolodesk gets in, as `connections --json` has it. */
export const connection = z.looseObject({
  side: z.enum(['source', 'destination']),
  system: z.string(),
  title: z.string(),
  account: z.string().exactOptional(),
  auth: z.string(),
  state: z.enum(['connected', 'configured', 'missing', 'unreadable']),
  scopes: z.array(z.string()),
  connectedAt: time.exactOptional(),
  issuedAt: time.exactOptional(),
  renewals: z.array(
    z.strictObject({ what: z.string(), state: z.enum(['ok', 'soon', 'over']), remedy: z.string(), by: time }),
  ),
  advice: z.string().exactOptional(),
  refused: z
    .looseObject({ code: z.string(), message: z.string(), hint: z.string().exactOptional(), at: time })
    .exactOptional(),
});

/** The same document as `status --json` prints. */
const status = z.strictObject({
  pipeline: z.string(),
  last: json.describe('A run with its report, as `runs --json` has it'),
  lastSuccess: json,
  overdue: z.boolean(),
  held: z.boolean(),
  hold: z.string().nullable(),
  schedule: schedule.nullable(),
  links: count,
  activeLinks: count,
  deadLetters: count,
  pending: z.record(z.string(), count),
  deferred: count,
  openBatches: count,
  directoryUsers: count,
  connections: z.array(connection),
});

const pipeline = z.strictObject({
  summary: pipelineSummary,
  status,
  accounts: z.strictObject({ source: account, destination: account }),
  /** Name of the file, or `connection NAME`. */
  configuration: z.string(),
  stateLocation: z.string(),
});

/** Requests to both sides, run by run, and what the account allows. */
const budget = z.strictObject({
  account: z.string(),
  /** Share of the account's budget that is left to others. */
  reserve: z.number(),
  maxJobs: z.number(),
  /** Oldest first. */
  runs: z.array(
    z.strictObject({
      run: z.string(),
      at: time,
      minutes: z.number(),
      source: count,
      destination: count,
      throttled: count,
    }),
  ),
  /** Who else writes to this account. */
  sharedWith: z.array(z.string()),
});

const configuration = z.strictObject({
  label: z.string(),
  /** Secrets, names and addresses are `[removed]`, as in a support bundle. */
  masked: json,
  /** Newest first: which keys had another value from then on, as far as the console has seen it. */
  changes: z.array(z.strictObject({ at: time, keys: z.array(z.string()) })),
});

const one = '/api/v1/pipelines/{pipeline}';

export const pipelineEndpoints = {
  getOverview: get({
    path: '/api/v1/overview',
    summary: 'Totals over all pipelines, and whether the service is ready.',
    role: 'viewer',
    answer: overview,
  }),
  listPipelines: get({
    path: '/api/v1/pipelines',
    summary: 'Pipelines; what needs a person comes first.',
    role: 'viewer',
    query: pageQuery.extend({
      search: z.string().max(200).optional().describe('Part of a name or an account'),
      verdict: verdict.optional(),
      sort: z.enum(['needs', 'name']).default('needs'),
    }),
    answer: pageOf(pipelineSummary.extend({ health: z.array(healthPoint) })).extend({ total: count }),
  }),
  getPipeline: get({ path: one, summary: 'One pipeline.', role: 'viewer', answer: pipeline }),
  getBudget: get({
    path: `${one}/budget`,
    summary: 'The request budget of its Zendesk account, over the last runs.',
    role: 'viewer',
    answer: budget,
  }),
  getConfiguration: get({
    path: `${one}/configuration`,
    summary: 'Its configuration as it was read, without anything private, and when it changed.',
    role: 'viewer',
    answer: configuration,
  }),
} as const;
