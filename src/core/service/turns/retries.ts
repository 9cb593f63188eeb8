import { z } from 'zod';
import type { Retry } from '../retry.ts';

const retries = z.record(
  z.string(),
  z.object({ at: z.number(), attempts: z.number(), trigger: z.enum(['schedule', 'catch-up', 'change', 'manual']) }),
);

/** Runs to be tried again, as they are kept between turns. What another version wrote and this one cannot read is none. */
export function parseRetries(text: string | undefined): Readonly<Record<string, Retry>> {
  return text === undefined ? {} : (retries.safeParse(JSON.parse(text)).data ?? {});
}
