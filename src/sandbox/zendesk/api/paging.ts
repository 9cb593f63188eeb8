import type { TwinRequest, TwinResponse } from '../../server/twin.ts';

/** A list in its order. Each entry has the cursor of its position, and cursors only grow. */
export interface Pageable<T> {
  behind(cursor: number): Iterable<readonly [cursor: number, entry: T]>;
}

export interface Paging<T> {
  /** Under which the entries stand in the response. */
  readonly name: string;
  readonly list: Pageable<T>;
  readonly show: (entry: T) => object;
  readonly origin: string;
  /** What else belongs to a page. */
  readonly more?: (entries: readonly T[]) => object;
}

const maxPageSize = 100;
const maxOffset = 10_000;

export function pageable<T>(entries: readonly T[]): Pageable<T> {
  return {
    *behind(cursor) {
      for (const [index, entry] of entries.entries()) if (index >= cursor) yield [index + 1, entry];
    },
  };
}

/** The page that was requested: by cursor if the query names `page[…]`, by number otherwise, as Zendesk has both. */
export function paged<T>(request: Pick<TwinRequest, 'path' | 'query'>, paging: Paging<T>): TwinResponse {
  const byCursor = [...request.query.keys()].some((name) => name.startsWith('page['));
  return byCursor ? pageByCursor(request, paging) : pageByNumber(request, paging);
}

type Entry<T> = readonly [cursor: number, entry: T];

function pageByCursor<T>({ path, query }: Pick<TwinRequest, 'path' | 'query'>, paging: Paging<T>): TwinResponse {
  const size = sizeOf(query.get('page[size]'));
  const before = query.get('page[before]');
  const cursor = before ?? query.get('page[after]') ?? '0';
  if (!/^\d+$/.test(cursor))
    return { status: 400, body: { error: 'InvalidCursor', description: 'The cursor is not valid' } };
  const { page, isFirst, isLast } =
    before === null ? pageBehind(paging.list, Number(cursor), size) : pageBefore(paging.list, Number(cursor), size);
  const first = page[0]?.[0];
  const last = page.at(-1)?.[0];
  const link = (direction: 'after' | 'before', at: number | undefined): string | null =>
    at === undefined ? null : linkTo(paging.origin, path, query, { 'page[size]': size, [`page[${direction}]`]: at });
  const hasMore = before === null ? !isLast : !isFirst;
  return pageResponse(paging, page, {
    meta: {
      has_more: hasMore,
      after_cursor: isLast || last === undefined ? null : String(last),
      before_cursor: isFirst || first === undefined ? null : String(first),
    },
    links: { prev: isFirst ? null : link('before', first), next: isLast ? null : link('after', last) },
  });
}

function pageBehind<T>(list: Pageable<T>, cursor: number, size: number) {
  const page: Entry<T>[] = [];
  for (const entry of list.behind(cursor)) {
    if (page.length === size) return { page, isFirst: cursor === 0, isLast: false };
    page.push(entry);
  }
  return { page, isFirst: cursor === 0, isLast: true };
}

function pageBefore<T>(list: Pageable<T>, cursor: number, size: number) {
  const earlier: Entry<T>[] = [];
  for (const entry of list.behind(0)) {
    if (entry[0] >= cursor) break;
    earlier.push(entry);
  }
  return { page: earlier.slice(-size), isFirst: earlier.length <= size, isLast: false };
}

function pageByNumber<T>({ path, query }: Pick<TwinRequest, 'path' | 'query'>, paging: Paging<T>): TwinResponse {
  const size = sizeOf(query.get('per_page'));
  const number = Math.max(1, Number(query.get('page') ?? 1) || 1);
  if (number * size > maxOffset) return { status: 400, body: { errors: [tooDeep] } };
  const page: Entry<T>[] = [];
  let count = 0;
  for (const entry of paging.list.behind(0)) {
    if (Math.floor(count / size) === number - 1) page.push(entry);
    count += 1;
  }
  const link = (at: number): string => linkTo(paging.origin, path, query, { page: at, per_page: size });
  return pageResponse(paging, page, {
    next_page: number * size < count ? link(number + 1) : null,
    previous_page: number > 1 ? link(number - 1) : null,
    count,
  });
}

/** As it was seen (pipelinewise#1183, airbyte#38595). */
const tooDeep = {
  code: 'InvalidPaginationDepth',
  title: 'Pagination requests using Offset Pagination are limited to page 100 or up to 10000 records (page * per_page)',
  detail:
    'There are limits to the page depth in Offset Pagination. Offset Pagination will be deprecated fully in the near future.\nPlease switch to Cursor Pagination at the earliest. Cursor Pagination does not have any limits.',
};

function pageResponse<T>({ name, show, more }: Paging<T>, page: readonly Entry<T>[], rest: object): TwinResponse {
  const entries = page.map(([, entry]) => entry);
  return { status: 200, body: { [name]: entries.map(show), ...more?.(entries), ...rest } };
}

function sizeOf(requested: string | null): number {
  const size = Number(requested ?? maxPageSize);
  return Number.isInteger(size) && size > 0 ? Math.min(size, maxPageSize) : maxPageSize;
}

/** The same request for another page. */
function linkTo(
  origin: string,
  path: string,
  query: URLSearchParams,
  position: Readonly<Record<string, string | number>>,
): string {
  const url = new URL(path.endsWith('.json') ? path : `${path}.json`, origin);
  for (const [name, value] of query)
    if (name !== 'page' && !name.startsWith('page[')) url.searchParams.append(name, value);
  for (const [name, value] of Object.entries(position)) url.searchParams.set(name, String(value));
  return url.href;
}
