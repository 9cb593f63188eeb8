import { z } from 'zod';
import { get, post, text } from './endpoint.ts';
import { count, pageOf, pageQuery, privateText, privateValue, recordUrls, time } from './schemas.ts';

/** What `rejects --json` has, and what helps to settle it. */
const reject = z.strictObject({
  key: z.string(),
  code: z.string(),
  message: z.string(),
  detail: privateText.exactOptional(),
  at: time,
  record: privateValue,
  name: privateText,
  blockedByUserId: z.string().exactOptional(),
  blockedByEmail: privateText.exactOptional(),
  /** The next sync tries it again. */
  due: z.boolean(),
  urls: recordUrls,
});

const waiting = z.strictObject({
  key: z.string(),
  reason: z.string(),
  email: privateText.exactOptional(),
  name: privateText,
  due: z.boolean(),
  record: privateValue,
  urls: recordUrls,
});

const group = z.strictObject({
  kind: z.enum(['reject', 'waiting']),
  code: z.string(),
  count,
  meaning: z.string().exactOptional(),
  /** What settles it, apart from a change in one of both systems. */
  acts: z.array(z.enum(['retry', 'link', 'accept'])),
});

const one = '/api/v1/pipelines/{pipeline}';

export const rejectEndpoints = {
  listReasons: get({
    path: `${one}/reasons`,
    summary: 'What was rejected and what waits, by reason.',
    role: 'viewer',
    answer: z.strictObject({ groups: z.array(group) }),
  }),
  listRejects: get({
    path: `${one}/rejects`,
    summary: 'What could not be written, by key.',
    role: 'viewer',
    query: pageQuery.extend({ code: z.string().max(100).optional() }),
    answer: pageOf(reject),
  }),
  listWaiting: get({
    path: `${one}/waiting`,
    summary: 'Skips that are decided again when their cause may have changed, by key.',
    role: 'viewer',
    query: pageQuery.extend({ reason: z.string().max(100).optional() }),
    answer: pageOf(waiting),
  }),
  exportRejects: get({
    path: `${one}/rejects.csv`,
    summary: 'The rejects for a spreadsheet, as `rejects --csv` writes them.',
    role: 'operator',
    content: 'csv',
    query: z.strictObject({ code: z.string().max(100).optional() }),
    answer: text,
  }),
  linkCustomer: post({
    path: `${one}/links`,
    summary: 'This customer is that Zendesk user. Takes effect with the next sync or retry.',
    role: 'operator',
    status: 201,
    body: z.strictObject({ key: z.string().min(1).max(500), zendeskId: z.string().regex(/^\d{1,20}$/) }),
    answer: z.strictObject({ key: z.string(), zendeskId: z.string(), linked: z.literal(true) }),
  }),
} as const;
