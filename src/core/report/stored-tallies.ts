import { z } from 'zod';
import type { Tallies } from '../domain/result.ts';
import type { RunRow } from '../state/store.ts';

const count = z.number();
const stored = z.object({
  tallies: z.object({
    read: count,
    created: count,
    updated: count,
    unchanged: count,
    skipped: count,
    rejected: count,
  }),
});

/** The counts of a past run, which stay when its records are gone. Undefined where the run never came to a report. */
export function storedTallies({ report }: Pick<RunRow, 'report'>): (Tallies & { readonly read: number }) | undefined {
  return stored.safeParse(report).data?.tallies;
}
