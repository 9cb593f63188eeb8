import { z } from 'zod';
import type { Cursor } from '../../core/domain/record.ts';
import type { HttpSourceConfig } from './config.ts';
import type { Paginator, Position } from './pagination.ts';

/** `since`: where the last finished scan began. `scan`: the one in progress, with the position of its next page. */
const cursorShape = z.object({
  since: z.number().optional(),
  scan: z.object({ startedAt: z.number(), next: z.union([z.string(), z.number()]) }).optional(),
});

export function parseCursor(from: Cursor | undefined): z.output<typeof cursorShape> {
  return cursorShape.safeParse(from).data ?? {};
}

/** In the middle of a scan. One by page or offset can't go on where it was: what came or went since has moved every page. */
export function scanCursor(
  { isStable }: Pick<Paginator, 'isStable'>,
  {
    since,
    startedAt,
    next,
  }: { readonly since: number | undefined; readonly startedAt: number; readonly next: Position },
): Cursor {
  const base = since === undefined ? {} : { since };
  return isStable ? { ...base, scan: { startedAt, next } } : base;
}

/** At the end of a scan. */
export function endCursor({ incremental }: Pick<HttpSourceConfig, 'incremental'>, startedAt: number): Cursor {
  return incremental ? { since: startedAt - incremental.overlap * 1000 } : {};
}
