import { z } from 'zod';

/** What is asked for next, after an id: all contacts, those that have changed, or those in the recycle bin. */
const step = z.object({ kind: z.enum(['list', 'search', 'archived']), after: z.string() });
export type Failpoint = z.output<typeof step>;

/** `since`: what the scan reads from; null is everything. `scan`: one in progress. */
export const place = z.object({
  since: z.number().nullable(),
  scan: z.object({ startedAt: z.number(), step }).nullable(),
});

export interface Answer {
  /** As they came: one odd contact must not keep the others from being read. */
  readonly rows: readonly unknown[];
  /** Whether all of the page are among the rows. */
  readonly isWhole: boolean;
  readonly next: Failpoint | undefined;
  /** The server's time, in milliseconds. */
  readonly at: number;
}
