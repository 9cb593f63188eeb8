import { z } from 'zod';
import type { AuthoredSource, SourceOptions } from '../../core/connector.ts';
import type { CallContext } from '../../core/domain/context.ts';
import { ContractError } from '../../core/domain/errors.ts';
import type { Cursor, Page } from '../../core/domain/record.ts';
import { requestUrl } from '../../core/http/request-url.ts';
import { responseDate } from '../../core/http/response.ts';
import type { HttpResponse } from '../../core/http/types.ts';
import { describeFields } from '../../core/records/describe-fields.ts';
import { getPath, isNullAt } from '../../core/records/get-path.ts';
import { createPageGuard } from '../../core/records/page-guard.ts';
import { createRecordReader, type RowData } from '../../core/records/record-reader.ts';
import { createHttpAuth } from './auth.ts';
import { paginationLine } from './check-pagination.ts';
import type { HttpSourceConfig } from './config.ts';
import { createPaginator, type PageReply, type Position } from './pagination.ts';
import { timeFor } from './time.ts';

/** `since`: where the last finished scan began. `scan`: the one in progress, with the position of its next page. */
const cursorShape = z.object({
  since: z.number().optional(),
  scan: z.object({ startedAt: z.number(), next: z.union([z.string(), z.number()]) }).optional(),
});
type Place = z.infer<typeof cursorShape>;
/** A position that the API does not take any more: the scan begins again. */
const staleStatuses = [400, 404, 410, 422];

/** Reads a REST API as the configuration declares it. */
export function createHttpSource(options: SourceOptions<HttpSourceConfig>): AuthoredSource<RowData> {
  const { config, http, clock } = options;
  const auth = createHttpAuth(options);
  const client = http(auth.client);
  const paginator = createPaginator(config.pagination);
  const { incremental, request } = config;
  const { host } = new URL(config.baseUrl);
  const isComplete = config.complete ?? paginator.isStable;

  async function ask(
    position: Position | undefined,
    since: number | undefined,
    { signal }: CallContext,
    expect: readonly number[] = [],
  ): Promise<HttpResponse> {
    const part = paginator.part(position);
    const time = incremental && since !== undefined ? { [incremental.param]: timeFor(incremental.format, since) } : {};
    const isWhole = part.url !== undefined;
    const body = request.method === 'POST' ? { ...request.body, ...part.body } : undefined;
    const headers = { ...request.headers, ...(incremental?.in === 'header' ? time : {}) };
    const query = isWhole
      ? auth.query
      : { ...request.query, ...auth.query, ...(incremental?.in === 'query' ? time : {}), ...part.query };
    const path = part.url ?? request.path;
    const sent = { method: request.method, headers, query, signal, expect, idempotent: true as const };
    return await client.request({ ...sent, path, ...(body && { body }) });
  }

  function replyOf({ status, body, headers }: HttpResponse, position: Position | undefined): PageReply {
    const url = requestUrl(config.baseUrl, { path: paginator.part(position).url ?? request.path });
    // No content, and (asked with the time of the last read) nothing modified: APIs say so where others give an empty list.
    if (status === 204 || status === 304) return { url, body: undefined, headers, records: [] };
    if (body.kind !== 'json') throw wrongShape('the reply is not JSON');
    const value = body.value;
    if (config.error !== undefined && getPath(value, config.error))
      throw wrongShape(`the reply says that it is an error (${config.error})`);
    const found = config.records === undefined ? value : getPath(value, config.records);
    const records = config.records !== undefined && isNullAt(value, config.records) ? [] : found;
    if (!Array.isArray(records)) throw wrongShape(`${config.records ?? 'the reply'} is not a list`);
    return { url, body: value, headers, records };
  }

  function wrongShape(what: string): ContractError {
    return new ContractError(`${host} ${request.method} ${request.path}: ${what}.`, {
      code: 'http-shape',
      hint: 'Check source.records against a reply of the API.',
    });
  }

  /** The page at a position, or undefined when the API does not take that position any more. */
  async function pageAt(
    position: Position | undefined,
    since: number | undefined,
    context: CallContext,
    isResumed: boolean,
  ): Promise<{ readonly reply: PageReply; readonly at: number } | undefined> {
    const unchanged = since === undefined ? [] : [304];
    const response = await ask(position, since, context, [...unchanged, ...(isResumed ? staleStatuses : [])]);
    if (staleStatuses.includes(response.status)) return undefined;
    return { reply: replyOf(response, position), at: responseDate(response) ?? clock.now() };
  }

  async function* read(from: Cursor | undefined, context: CallContext): AsyncGenerator<Page<RowData>> {
    const { since, scan }: Place = cursorShape.safeParse(from).data ?? {};
    const records = createRecordReader(config, context);
    let startedAt = scan?.startedAt;
    let position = scan?.next ?? paginator.first;
    let isResumed = scan !== undefined;
    const mayBeWhole = isComplete && since === undefined && !isResumed;
    let guard = createPageGuard(host, position);
    for (;;) {
      const page = await pageAt(position, since, context, isResumed);
      if (!page) {
        context.log.info({}, 'the position of the last scan is no longer taken: reading from the beginning');
        position = paginator.first;
        isResumed = false;
        startedAt = undefined;
        guard = createPageGuard(host);
        continue;
      }
      isResumed = false;
      startedAt ??= page.at;
      const { found } = records.read(page.reply.records);
      const next = paginator.next(position, page.reply);
      guard(
        found.map(({ key }) => key),
        next,
      );
      if (next === undefined) {
        const isWhole = records.end() && mayBeWhole;
        yield { records: found, cursor: endedAt(startedAt), ...(isWhole && { whole: true }) };
        return;
      }
      position = next;
      yield { records: found, cursor: inFlight(since, startedAt, next) };
    }
  }

  /** A scan by page or offset can't go on where it was: what came or went since has moved every page. */
  function inFlight(since: number | undefined, startedAt: number, next: Position): Cursor {
    const base = since === undefined ? {} : { since };
    return paginator.isStable ? { ...base, scan: { startedAt, next } } : base;
  }

  function endedAt(startedAt: number): Cursor {
    return incremental ? { since: startedAt - incremental.overlap * 1000 } : {};
  }

  return {
    read,
    async check(context) {
      const reply = await firstPage(context);
      const { found, damaged } = createRecordReader(config, context).read(reply.records);
      const keyed =
        damaged === 0 ? `${found.length} on the first page` : `${damaged} of the first page have no ${config.key}`;
      const often = incremental
        ? `only what has changed is asked for (${incremental.param})`
        : 'every sync reads everything: the API is not asked for changes (source.incremental)';
      const pages = paginationLine(config, reply);
      return {
        identity: `${host}${request.path}`,
        lines: [
          { ok: damaged === 0 && (found.length > 0 || 'warning'), title: 'records', detail: keyed },
          ...(pages ? [pages] : []),
          { ok: incremental ? true : 'warning', title: 'changes', detail: often },
        ],
      };
    },
    async discover(context) {
      return [{ name: request.path, fields: describeFields((await firstPage(context)).records) }];
    },
  };

  async function firstPage(context: CallContext): Promise<PageReply> {
    return replyOf(await ask(paginator.first, undefined, context), undefined);
  }
}
