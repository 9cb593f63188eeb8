import type { AuthoredSource, SourceOptions } from '../../core/connector.ts';
import type { CallContext } from '../../core/domain/context.ts';
import { describeFields } from '../../core/records/describe-fields.ts';
import { createRecordReader, type RowData } from '../../core/records/record-reader.ts';
import { paginationLine } from './check-pagination.ts';
import type { HttpSourceConfig } from './config.ts';
import { createPageFetcher } from './fetch-page.ts';
import { createPaginator, type PageReply } from './pagination.ts';
import { readPages } from './read-pages.ts';
import { totalLine } from './total.ts';

/** Reads a REST API as the configuration declares it. */
export function createHttpSource(options: SourceOptions<HttpSourceConfig>): AuthoredSource<RowData> {
  const { config, clock } = options;
  const { incremental, request } = config;
  const paginator = createPaginator(config.pagination);
  const fetcher = createPageFetcher(options, paginator);

  async function firstPage(context: CallContext): Promise<PageReply> {
    const { reply } = await fetcher.fetchPage(
      { position: paginator.first, since: undefined, until: clock.now() },
      context,
    );
    return reply;
  }

  return {
    read: (from, context) => readPages({ config, paginator, fetcher, clock }, from, context),
    async check(context) {
      const reply = await firstPage(context);
      const { found, damaged } = createRecordReader(config, context).read(reply.records);
      const keyed =
        damaged === 0 ? `${found.length} on the first page` : `${damaged} of the first page have no ${config.key}`;
      const often = incremental
        ? `only what has changed is asked for (${incremental.param ?? '{since}'})`
        : 'every sync reads everything: the API is not asked for changes (source.incremental)';
      const pages = paginationLine(config, reply);
      const total = totalLine(config.pagination, reply);
      return {
        identity: `${new URL(config.baseUrl).host}${request.path}`,
        lines: [
          { ok: damaged === 0 && (found.length > 0 || 'warning'), title: 'records', detail: keyed },
          ...(pages ? [pages] : []),
          ...(total ? [total] : []),
          { ok: incremental ? true : 'warning', title: 'changes', detail: often },
        ],
      };
    },
    async discover(context) {
      return [{ name: request.path, fields: describeFields((await firstPage(context)).records) }];
    },
  };
}
