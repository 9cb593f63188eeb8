import { ContractError } from '../../core/domain/errors.ts';
import type { Json } from '../../core/domain/json.ts';
import { getPath } from '../../core/records/get-path.ts';
import type { Pagination } from './config.ts';
import { countIn, valueIn } from './value-in.ts';

/** A reply as pagination sees it. */
export interface PageReply {
  /** Of the request that it answers: what a relative URL of the next page is relative to. */
  readonly url: URL;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly records: readonly unknown[];
}

/** How far a scan has come, with this page. */
export interface Progress {
  /** Rows that came. */
  readonly read: number;
  /** Rows of this page that no page before had shown. */
  readonly fresh: number;
}

/** What a position adds to the request. `url`: path and query of the page, in place of the configured ones. */
export interface PagePart {
  readonly query?: Readonly<Record<string, string | number>>;
  /** By their paths in the body. */
  readonly body?: Readonly<Record<string, Json>>;
  readonly url?: string;
  /** What `{cursor}` stands for. */
  readonly cursor?: Position;
}

/** Where a scan is. JSON, so that it can be kept. */
export type Position = string | number;

export interface Paginator {
  /** Undefined: the first page needs nothing. */
  readonly first: Position | undefined;
  /** A position stays where it is when records come or go before it: a scan may begin again there. */
  readonly isStable: boolean;
  part(position: Position | undefined): PagePart;
  /** Undefined ends the scan. */
  next(position: Position | undefined, reply: PageReply, progress?: Progress): Position | undefined;
}

/** How an API deals out its pages. Throws ContractError for a reply that sends the reader elsewhere. */
export function createPaginator(config: Pagination): Paginator {
  switch (config.type) {
    case 'none':
      return { first: undefined, isStable: false, part: () => ({}), next: () => undefined };
    case 'page':
    case 'offset':
      return counted(config);
    case 'cursor':
      return byCursor(config);
    case 'link':
      return byUrl(({ headers }) => nextLink(headers.link ?? ''));
    case 'next':
      return byUrl((reply) => valueIn(reply, config.from));
    default:
      return config satisfies never;
  }
}

/**
 * An empty page ends it, never a short one: a server that clamps the size would cut the scan off without a word. Where the
 * configuration says that the total ends it, a full page is followed by one more request: a total that is too small must not
 * cut it off either.
 */
function counted(config: Extract<Pagination, { type: 'page' | 'offset' }>): Paginator {
  const { type, param, start, sizeParam, size } = config;
  const fixed = sizeParam !== undefined && size !== undefined ? { [sizeParam]: size } : {};
  return {
    first: start,
    isStable: false,
    part: (position = start) => placed(config.in, { ...fixed, [param]: position }),
    next(position = start, reply, { read, fresh } = { read: 0, fresh: reply.records.length }) {
      if (reply.records.length === 0 || saysNoMore(config.hasMore, reply)) return undefined;
      if (config.endsAtTotal && (fresh === 0 || (read >= totalOf(config, reply) && !isFull(size, reply))))
        return undefined;
      const pages = config.totalPages === undefined ? undefined : countIn(reply, config.totalPages);
      if (type === 'page' && pages !== undefined && Number(position) - start + 1 >= pages) return undefined;
      return Number(position) + (type === 'page' ? 1 : reply.records.length);
    },
  };
}

function totalOf({ total = '' }: { readonly total?: string | undefined }, reply: PageReply): number {
  return countIn(reply, total) ?? Number.POSITIVE_INFINITY;
}

function isFull(size: number | undefined, { records }: PageReply): boolean {
  return size !== undefined && records.length >= size;
}

function byCursor(config: Extract<Pagination, { type: 'cursor' }>): Paginator {
  const { param, start, from, fromLastRecord } = config;
  return {
    first: start,
    isStable: true,
    part(position) {
      if (param === undefined) return { cursor: position ?? '' };
      return position === undefined ? {} : placed(config.in, { [param]: position });
    },
    next(_, reply) {
      if (saysNoMore(config.hasMore, reply)) return undefined;
      if (from !== undefined) return positionOf(valueIn(reply, from));
      if (reply.records.length === 0) return undefined;
      const found = positionOf(getPath(reply.records.at(-1), fromLastRecord ?? ''));
      if (found === undefined) throw notAPosition('is not to be had: the last record has nothing there');
      return found;
    },
  };
}

/** The next page by its URL (RFC 3986), which must be on the API's own host: our credentials go with it. */
function byUrl(find: (reply: PageReply) => unknown): Paginator {
  return {
    first: undefined,
    isStable: true,
    part: (position) => (position === undefined ? {} : { url: String(position) }),
    next(_, reply) {
      const text = positionOf(find(reply));
      if (text === undefined) return undefined;
      const url = typeof text === 'string' && URL.canParse(text, reply.url.href) ? new URL(text, reply.url) : undefined;
      if (!url) throw notAPosition('is not a URL');
      if (url.origin !== reply.url.origin)
        throw new ContractError(`The next page is on another host (${url.host}): it is not asked for.`, {
          code: 'pagination-url',
          hint: 'Our credentials would go with it. If that host is right, set source.baseUrl to it.',
        });
      return url.pathname + url.search;
    },
  };
}

function placed(where: 'query' | 'body', values: Readonly<Record<string, Position>>): PagePart {
  return where === 'query' ? { query: values } : { body: values };
}

/** Some write the word. */
function saysNoMore(path: string | undefined, reply: PageReply): boolean {
  if (path === undefined) return false;
  const found = valueIn(reply, path);
  return !found || found === 'false';
}

/** The target of rel="next" in a Link header (RFC 8288). */
function nextLink(header: string): string | undefined {
  for (const [, target, parameters = ''] of header.matchAll(/<([^>]*)>((?:\s*;\s*[^;,="]+(?:="[^"]*"|=[^;,"]*)?)*)/g)) {
    if (/;\s*rel\s*=\s*(?:"[^"]*\bnext\b[^"]*"|next\b)/i.test(parameters)) return target;
  }
  return undefined;
}

/** APIs say in these ways that there is no next page. What else is no text or number is no end: people would count as gone. */
function positionOf(found: unknown): Position | undefined {
  if (found === undefined || found === null || found === '' || found === false) return undefined;
  if (typeof found === 'string' || typeof found === 'number') return found;
  throw notAPosition('is neither a text nor a number');
}

function notAPosition(what: string): ContractError {
  return new ContractError(`The next page ${what}.`, {
    code: 'pagination-url',
    hint: 'Check source.pagination against a reply of the API.',
  });
}
