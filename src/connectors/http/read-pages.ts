import { defined } from '../../core/defined.ts';
import type { CallContext } from '../../core/domain/context.ts';
import type { Cursor, Page } from '../../core/domain/record.ts';
import { createPageGuard } from '../../core/records/page-guard.ts';
import { createRecordReader, type RowData } from '../../core/records/record-reader.ts';
import type { HttpSourceConfig } from './config.ts';
import { endCursor, parseCursor, scanCursor } from './cursor.ts';
import type { PageFetcher } from './fetch-page.ts';
import type { Paginator } from './pagination.ts';
import { totalIn } from './total.ts';

export interface ReadPorts {
  readonly config: HttpSourceConfig;
  readonly paginator: Paginator;
  readonly fetcher: PageFetcher;
}

/** Reads one scan, or the rest of one that was broken off. It begins again where the API has forgotten the position. */
export async function* readPages(
  { config, paginator, fetcher }: ReadPorts,
  from: Cursor | undefined,
  context: CallContext,
): AsyncGenerator<Page<RowData>> {
  const { host } = new URL(config.baseUrl);
  const { since, scan } = parseCursor(from);
  const records = createRecordReader(config, context);
  let startedAt = scan?.startedAt;
  let position = scan?.next ?? paginator.first;
  let guard = createPageGuard(host, position);
  let page = scan && (await fetcher.resumePage({ position, since }, context));
  if (scan && !page) {
    context.log.info({}, 'the position of the last scan is no longer taken: reading from the beginning');
    startedAt = undefined;
    position = paginator.first;
    guard = createPageGuard(host);
  }
  const wasResumed = page !== undefined;
  for (;;) {
    page ??= await fetcher.fetchPage({ position, since }, context);
    const { reply, at } = page;
    startedAt ??= at;
    const { found } = records.read(reply.records);
    // The rest of a scan that was broken off is not counted by what its API says of the whole.
    const total = wasResumed ? undefined : totalIn(config.pagination, reply);
    const next = paginator.next(position, reply);
    guard(
      found.map(({ key }) => key),
      next,
    );
    if (next === undefined) {
      const hasReadAll = records.end() && since === undefined && !scan;
      const isWhole = hasReadAll && (config.complete ?? paginator.isStable);
      yield {
        records: found,
        cursor: endCursor(config, startedAt),
        ...defined({ total }),
        ...(isWhole && { whole: true }),
      };
      return;
    }
    yield { records: found, cursor: scanCursor(paginator, { since, startedAt, next }), ...defined({ total }) };
    position = next;
    page = undefined;
  }
}
