import { z } from 'zod';
import type { Contact } from './contact.ts';

/** What is asked for next, after an id: all contacts, those that have changed, or those in the recycle bin. */
const step = z.object({ kind: z.enum(['list', 'search', 'archived']), after: z.string() });
export type Step = z.output<typeof step>;

/** `since`: what the scan reads from; null is everything. `scan`: one that is under way. */
export const place = z.object({
  since: z.number().nullable(),
  scan: z.object({ startedAt: z.number(), step }).nullable(),
});

export interface Answer {
  readonly results: readonly Contact[];
  readonly next: Step | undefined;
  /** The server's time, in milliseconds. */
  readonly at: number;
}
