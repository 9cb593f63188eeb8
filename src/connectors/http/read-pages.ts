import type { Clock } from '../../core/clock.ts';
import { defined } from '../../core/defined.ts';
import type { CallContext } from '../../core/domain/context.ts';
import type { Cursor, Page } from '../../core/domain/record.ts';
import { createPageGuard } from '../../core/records/page-guard.ts';
import { createRecordReader, type RowData } from '../../core/records/record-reader.ts';
import type { HttpSourceConfig } from './config.ts';
import { endCursor, parseCursor, scanCursor } from './cursor.ts';
import { isUnauthorized, type PageFetcher } from './fetch-page.ts';
import type { Paginator } from './pagination.ts';
import { placeholdersIn } from './placeholders.ts';
import { createSeenRecords } from './seen-records.ts';
import { totalIn } from './total.ts';

export interface ReadPorts {
  readonly config: HttpSourceConfig;
  readonly paginator: Paginator;
  readonly fetcher: PageFetcher;
  readonly clock: Pick<Clock, 'now'>;
}

/** Reads one scan, or the rest of one that was broken off. It begins again where the API has forgotten the position. */
export async function* readPages(
  { config, paginator, fetcher, clock }: ReadPorts,
  from: Cursor | undefined,
  context: CallContext,
): AsyncGenerator<Page<RowData>> {
  const { host } = new URL(config.baseUrl);
  const { since, scan } = parseCursor(from);
  const hasUntil = placeholdersIn([config.request, config.incremental?.query]).has('until');
  const records = createRecordReader(config, context);
  const seen = createSeenRecords();
  let until = scan?.startedAt ?? clock.now();
  let startedAt = scan?.startedAt;
  let position = scan?.next ?? paginator.first;
  let guard = createPageGuard(host, position);
  let page = scan && (await fetcher.resumePage({ position, since, until }, context));
  let isRestarted = false;
  let read = 0;

  function restart(why: string): void {
    context.log.info({}, `${why}: reading from the beginning`);
    isRestarted = true;
    startedAt = undefined;
    until = clock.now();
    position = paginator.first;
    guard = createPageGuard(host, position);
    read = 0;
  }

  if (scan && !page) restart('the position of the last scan is no longer taken');
  const wasResumed = page !== undefined;
  for (;;) {
    try {
      page ??= await fetcher.fetchPage({ position, since, until }, context);
    } catch (error) {
      // With new credentials, a position may be gone that belonged to the old ones, such as a query locator of Salesforce.
      if (!isUnauthorized(error) || position === paginator.first || isRestarted) throw error;
      restart('the position was refused with new credentials');
      continue;
    }
    const { reply, at } = page;
    // What is asked for up to our own time is not read beyond it, whatever the time is there.
    startedAt ??= hasUntil ? Math.min(at, until) : at;
    read += reply.records.length;
    const { found } = records.read(reply.records);
    const fresh = seen.fresh(found);
    // The rest of a scan that was broken off is not counted by what its API says of the whole.
    const total = wasResumed ? undefined : totalIn(config.pagination, reply);
    const next = paginator.next(position, reply, { read, fresh: fresh.length });
    guard(
      found.map(({ key }) => key),
      next,
    );
    if (next === undefined) {
      const hasReadAll =
        records.end() && since === undefined && !scan && reachesTotal(config, { total, read, context });
      const isWhole = hasReadAll && (config.complete ?? paginator.isStable);
      yield {
        records: [...fresh],
        cursor: endCursor(config, startedAt),
        ...defined({ total }),
        ...(isWhole && { whole: true }),
      };
      return;
    }
    yield { records: [...fresh], cursor: scanCursor(paginator, { since, startedAt, next }), ...defined({ total }) };
    position = next;
    page = undefined;
  }
}

/** Whether as many records came as a total says that ends the read. Pages that shift, and totals that are wrong, show here. */
function reachesTotal(
  { pagination }: Pick<HttpSourceConfig, 'pagination'>,
  {
    total,
    read,
    context,
  }: { readonly total: number | undefined; readonly read: number; readonly context: CallContext },
): boolean {
  if (!('endsAtTotal' in pagination) || !pagination.endsAtTotal || total === undefined || read >= total) return true;
  context.warn({
    code: 'total-mismatch',
    message: `The list ended after ${read} records, and its total says ${total}. What was not read does not count as gone.`,
  });
  return false;
}
