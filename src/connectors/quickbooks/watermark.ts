import { z } from 'zod';
import { ContractError } from '../../core/domain/errors.ts';
import type { Cursor } from '../../core/domain/record.ts';
import { lookBackMs } from './limits.ts';

const overlapMs = 5 * 60_000;
const cursorShape = z.object({ watermark: z.string() });

/** From when on customers may have changed since the last read. Undefined: everything is to be read. */
export function watermarkOf(from: Cursor | undefined): string | undefined {
  return cursorShape.safeParse(from).data?.watermark;
}

/** Where the read after this one begins: at the server's time of the scan's first response, with an overlap. */
export function nextCursor(startedAt: string): Cursor {
  const time = Date.parse(startedAt);
  if (Number.isNaN(time))
    throw new ContractError('QuickBooks: the response has an invalid time.', { code: 'quickbooks-shape' });
  return { watermark: `${new Date(time - overlapMs).toISOString().slice(0, 19)}Z` };
}

/** Further back than change data capture looks. */
export function isTooLongAgo(watermark: string, now: string): boolean {
  return Date.parse(now) - Date.parse(watermark) > lookBackMs;
}
