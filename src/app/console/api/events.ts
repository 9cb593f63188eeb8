import { z } from 'zod';
import { get, text } from './endpoint.ts';
import { progress, task } from './tasks.ts';

/**
 * What the event stream sends: the name of the event, its id, and one of these as `data`. A page that sees one asks again for
 * what it shows. After a long gap comes `reset`: ask for everything again.
 */
export const consoleEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('run-started'), pipeline: z.string() }),
  z.strictObject({ kind: z.literal('run-ended'), pipeline: z.string(), run: z.string(), outcome: z.string() }),
  z.strictObject({ kind: z.literal('run-rejected'), pipeline: z.string(), code: z.string(), message: z.string() }),
  z.strictObject({ kind: z.literal('runs-missed'), pipeline: z.string(), count: z.int() }),
  /** Of a run of the service, which no task of the console made. */
  z.strictObject({ kind: z.literal('progress'), pipeline: z.string(), progress }),
  z.strictObject({ kind: z.literal('task'), task }),
  z.strictObject({ kind: z.literal('configurations') }),
  z.strictObject({ kind: z.literal('changed'), pipeline: z.string() }),
  z.strictObject({ kind: z.literal('reset') }),
]);

export const eventEndpoints = {
  streamEvents: get({
    path: '/api/v1/events',
    summary: 'Server-sent events. `last-event-id` is honoured, on whichever worker.',
    role: 'viewer',
    content: 'events',
    answer: text,
  }),
} as const;
