import { z } from 'zod';

/** What is asked for next, after an id: all contacts, those that have changed, or those in the recycle bin. */
const position = z.object({ kind: z.enum(['list', 'search', 'archived']), after: z.string() });
export type Position = z.output<typeof position>;

/** `since`: what the scan reads from; null is everything. `scan`: one in progress, whose next page is at `step`. */
export const cursorShape = z.object({
  since: z.number().nullable(),
  scan: z.object({ startedAt: z.number(), step: position }).nullable(),
});
