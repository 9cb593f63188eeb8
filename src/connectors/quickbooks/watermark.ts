import { z } from 'zod';
import { defined } from '../../core/defined.ts';
import { ContractError } from '../../core/domain/errors.ts';
import type { Cursor } from '../../core/domain/record.ts';
import { lookBackMs } from './limits.ts';

const overlapMs = 5 * 60_000;

/** What the company said of itself, and when. */
const company = z.object({
  country: z.string().optional(),
  timeZone: z.string().optional(),
  askedAt: z.iso.datetime(),
});
export type CompanyFacts = z.infer<typeof company>;

const cursorShape = z.object({
  watermark: z.string(),
  /** On which figures of money were computed last. */
  day: z.string().optional().catch(undefined),
  company: company.optional().catch(undefined),
});
export type Position = z.infer<typeof cursorShape>;

/** Where the last read ended. `watermark`: from then on customers may have changed. Undefined: everything is to be read. */
export function positionOf(from: Cursor | undefined): Position | undefined {
  return cursorShape.safeParse(from).data;
}

/** Where the read after this one begins: at the server's time of the scan's first response, with an overlap. */
export function nextCursor(startedAt: string, more: Omit<Position, 'watermark'> = {}): Cursor {
  const watermark = `${new Date(timeOf(startedAt) - overlapMs).toISOString().slice(0, 19)}Z`;
  return cursorOf({ ...more, watermark });
}

export function cursorOf({ watermark, day, company }: Position): Cursor {
  return { watermark, ...(day !== undefined && { day }), ...(company && { company: defined(company) }) };
}

/** The server's time of a response. */
export function timeOf(response: string): number {
  const time = Date.parse(response);
  if (Number.isNaN(time))
    throw new ContractError('QuickBooks: the response has an invalid time.', { code: 'quickbooks-shape' });
  return time;
}

/** Further back than change data capture looks. */
export function isTooLongAgo(watermark: string, now: string): boolean {
  return Date.parse(now) - Date.parse(watermark) > lookBackMs;
}
