import { z } from 'zod';
import { get } from './endpoint.ts';
import { runSummary } from './pipelines.ts';
import { count, fieldChanges, json, pageOf, pageQuery, privateText, recordUrls, time, warning } from './schemas.ts';

export const outcomes = ['created', 'updated', 'unchanged', 'skipped', 'rejected'] as const;

/** What became of one record, as `show --json` has it. */
export const result = z.strictObject({
  key: z.string(),
  outcome: z.enum(outcomes),
  code: z.string().exactOptional(),
  message: z.string().exactOptional(),
  detail: privateText.exactOptional(),
  destinationId: z.string().exactOptional(),
  changes: fieldChanges.exactOptional(),
  at: time,
});

const runRecord = result.extend({
  name: privateText.exactOptional(),
  blockedByUserId: z.string().exactOptional(),
  urls: recordUrls,
});

/** How many records have this outcome for this reason. */
const reason = z.strictObject({
  outcome: z.enum(outcomes),
  code: z.string().nullable(),
  count,
  meaning: z.string().exactOptional().describe('What the code means, in a sentence'),
});

const run = z.strictObject({
  run: runSummary,
  /** As printed. Null while it runs, or where its process died. */
  report: json,
  /** Counted in the state: what was unchanged is in `run.tallies` only. */
  reasons: z.array(reason),
  warnings: z.array(warning),
  /** Of those that count as updated. */
  deleted: count,
  /** An undo would find its records. */
  undoable: z.boolean(),
});

const one = '/api/v1/pipelines/{pipeline}/runs';

export const runEndpoints = {
  listRuns: get({
    path: one,
    summary: 'Past runs, newest first.',
    role: 'viewer',
    query: pageQuery,
    answer: pageOf(runSummary),
  }),
  getRun: get({
    path: `${one}/{run}`,
    summary: 'One run: its id, the first characters of it, or `latest`.',
    role: 'viewer',
    answer: run,
  }),
  listRunRecords: get({
    path: `${one}/{run}/records`,
    summary: 'What became of its records, by key. Unchanged ones are counted only.',
    role: 'viewer',
    query: pageQuery.extend({
      outcome: z.enum(outcomes).optional(),
      code: z.string().max(100).optional().describe('Reason of a skip or reject; empty: without one'),
    }),
    answer: pageOf(runRecord),
  }),
} as const;
