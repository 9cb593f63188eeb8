import { z } from 'zod';
import type { AuthoredSource, SourceOptions } from '../../core/connector.ts';
import type { CallContext, Cursor, Page } from '../../core/contracts.ts';
import { describeFields } from '../../core/describe-fields.ts';
import { ContractError } from '../../core/errors.ts';
import type { HttpResponse } from '../../core/http/types.ts';
import { createRowReader, type RowData } from '../../core/rows.ts';
import { valueAt } from '../../core/value-at.ts';
import { createHttpAuth } from './auth.ts';
import type { HttpSourceConfig } from './config.ts';
import { createPaginator, loop, type PageReply, type Position } from './pagination.ts';
import { timeFor } from './time.ts';

/** `since`: where the last finished scan began. `scan`: the one that is under way, with the position of its next page. */
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
  const paginator = createPaginator(config.pagination, config.baseUrl);
  const { incremental, request } = config;
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
    const sent = { method: request.method, headers, query, signal, expect, replay: 'safe' as const };
    return await client.request({ ...sent, path, ...(body && { body }) });
  }

  function replyOf({ body, headers }: HttpResponse): PageReply {
    if (body.kind !== 'json') throw wrongShape('the reply is not JSON');
    const value = body.value;
    if (config.error !== undefined && valueAt(value, config.error))
      throw wrongShape(`the reply says that it is an error (${config.error})`);
    const records = config.records === undefined ? value : valueAt(value, config.records);
    if (!Array.isArray(records)) throw wrongShape(`${config.records ?? 'the reply'} is not a list`);
    return { body: value, headers, records };
  }

  function wrongShape(what: string): ContractError {
    return new ContractError(`${new URL(config.baseUrl).host} ${request.method} ${request.path}: ${what}.`, {
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
    const response = await ask(position, since, context, isResumed ? staleStatuses : []);
    if (response.status >= 300) return undefined;
    const date = Date.parse(response.headers.date ?? '');
    return { reply: replyOf(response), at: Number.isNaN(date) ? clock.now() : date };
  }

  async function* read(from: Cursor | undefined, context: CallContext): AsyncGenerator<Page<RowData>> {
    const { since, scan }: Place = cursorShape.safeParse(from).data ?? {};
    const records = createRowReader(config, context);
    let startedAt = scan?.startedAt;
    let position = scan?.next ?? paginator.first;
    let isResumed = scan !== undefined;
    let isWhole = isComplete && since === undefined && !isResumed;
    let former = '';
    for (;;) {
      const page = await pageAt(position, since, context, isResumed);
      if (!page) {
        context.log.info({}, 'the position of the last scan is no longer taken: reading from the beginning');
        position = paginator.first;
        isResumed = false;
        startedAt = undefined;
        continue;
      }
      isResumed = false;
      startedAt ??= page.at;
      const { found, damaged } = records.read(page.reply.records);
      isWhole &&= damaged === 0;
      const keys = found.map(({ key }) => key).join('\n');
      if (keys !== '' && keys === former) throw loop();
      former = keys;
      const next = paginator.next(position, page.reply);
      if (next === undefined) {
        yield { records: found, cursor: endedAt(startedAt), ...(isWhole && { whole: true }) };
        return;
      }
      position = next;
      yield { records: found, cursor: underWay(since, startedAt, next) };
    }
  }

  /** A scan by page or offset can't go on where it was: what came or went since has moved every page. */
  function underWay(since: number | undefined, startedAt: number, next: Position): Cursor {
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
      const { found, damaged } = createRowReader(config, context).read(reply.records);
      const host = new URL(config.baseUrl).host;
      const keyed =
        damaged === 0 ? `${found.length} on the first page` : `${damaged} of the first page have no ${config.key}`;
      const often = incremental
        ? `only what has changed is asked for (${incremental.param})`
        : 'every sync reads everything: the API is not asked for changes (source.incremental)';
      return {
        identity: `${host}${request.path}`,
        lines: [
          { ok: damaged === 0 && (found.length > 0 || 'warning'), title: 'records', detail: keyed },
          { ok: incremental ? true : 'warning', title: 'changes', detail: often },
        ],
      };
    },
    async discover(context) {
      return [{ name: request.path, fields: describeFields((await firstPage(context)).records) }];
    },
  };

  async function firstPage(context: CallContext): Promise<PageReply> {
    return replyOf(await ask(paginator.first, undefined, context));
  }
}
