import { z } from 'zod';
import type { CallContext } from '../domain/context.ts';
import { ContractError } from '../domain/errors.ts';
import type { Cursor, Page, SourceRecord } from '../domain/record.ts';
import type { Source } from '../domain/source.ts';
import { createPageGuard } from './page-guard.ts';

/** What the next page is asked for with. */
export interface Asked {
  /** What has changed at or after it. Undefined: everything. */
  readonly since: Date | undefined;
  /** Of the page before. Undefined: the first page. */
  readonly cursor: string | undefined;
}

export interface Answered<T> {
  readonly records: readonly SourceRecord<T>[];
  /** Cursor of the next page; null or undefined where there is none. */
  readonly next: string | null | undefined;
  /** The server's time of the reply, in milliseconds, as `responseDate` gives it. */
  readonly at: number;
}

export interface ScanOptions {
  /** How far before its beginning the next read begins: for clocks that differ, and changes that show late. */
  readonly overlapMs?: number;
  /** Whether the API can be asked for what has changed. False: every read is one of everything. */
  readonly isIncremental?: boolean;
}

const place = z.object({
  since: z.number().nullable(),
  scan: z.object({ startedAt: z.number(), next: z.string() }).nullable(),
});
type Place = z.infer<typeof place>;
const beginning: Place = { since: null, scan: null };

/** Refusals of a cursor that the server has forgotten. */
const staleStatuses: ReadonlySet<number | undefined> = new Set([400, 404, 410, 422]);

/**
 * The `read` of a source whose API gives pages after a cursor that stays where it is when records come and go, and can be
 * asked for what has changed. A scan that was interrupted continues with its next page; the next read starts where the scan started.
 */
export function scanByCursor<T>(
  ask: (asked: Asked, context: CallContext) => Promise<Answered<T>>,
  { overlapMs = 5 * 60_000, isIncremental = true }: ScanOptions = {},
): Source<T>['read'] {
  return async function* read(from: Cursor | undefined, context: CallContext): AsyncGenerator<Page<T>> {
    const { since, scan } = place.safeParse(from).data ?? beginning;
    const asked = since === null ? undefined : new Date(since);
    let cursor = scan?.next;
    let startedAt = scan?.startedAt;
    let isResumed = scan !== null;
    let isFull = since === null && !isResumed;
    let guard = createPageGuard('The source', cursor);
    for (;;) {
      const answer = await ask({ since: asked, cursor }, context).catch((error: unknown) => {
        if (isResumed && error instanceof ContractError && staleStatuses.has(error.status)) return undefined;
        throw error;
      });
      isResumed = false;
      if (!answer) {
        context.log.info({}, 'the cursor of the last scan is no longer accepted: reading from the beginning');
        cursor = undefined;
        startedAt = undefined;
        isFull = since === null;
        guard = createPageGuard('The source');
        continue;
      }
      const { records, next, at } = answer;
      startedAt ??= at;
      if (next === null || next === undefined) {
        const end: Place = { since: isIncremental ? startedAt - overlapMs : null, scan: null };
        // Only a scan that began at the beginning has seen everything.
        yield { records, cursor: { ...end }, ...(isFull && { whole: true }) };
        return;
      }
      guard(
        records.map(({ key }) => key),
        next,
      );
      cursor = next;
      yield { records, cursor: { since, scan: { startedAt, next } } };
    }
  };
}
