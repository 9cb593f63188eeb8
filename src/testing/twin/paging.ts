import type { TwinRequest, TwinResponse } from '../../sandbox/server/twin.ts';
import type { Row } from './rows.ts';

/** How the API deals out its list. `size`: rows of a page at most. */
export type TwinPaging = { readonly size: number; readonly sizeParam?: string } & (
  | { readonly type: 'cursor'; readonly param: string }
  | { readonly type: 'page'; readonly param: string; readonly first?: number }
  | { readonly type: 'offset'; readonly param: string; readonly first?: number }
  /** The next page's URL in the Link header. */
  | { readonly type: 'link' }
  /** The next page's URL in the body: the reply finds it in `next`. */
  | { readonly type: 'next' }
);

/** One page, for the reply to be made of. */
export interface TwinPage {
  readonly rows: readonly Row[];
  /** The cursor or URL of the next page, or null. Pages that are counted have none. */
  readonly next: string | null;
  readonly hasMore: boolean;
  /** Rows that the whole list has. */
  readonly total: number;
}

type Parameters = (name: string) => string | undefined;

/** The page that a request asks for, with the headers that belong to it. */
export function pageOf(
  paging: TwinPaging,
  found: readonly { readonly place: number; readonly row: Row }[],
  { request, parameter }: { readonly request: TwinRequest; readonly parameter: Parameters },
): { readonly page: TwinPage; readonly headers: NonNullable<TwinResponse['headers']> } {
  const asked = paging.sizeParam === undefined ? undefined : wholeNumber(parameter(paging.sizeParam));
  const size = Math.max(1, Math.min(asked ?? paging.size, paging.size));
  const start = startOf(paging, found, size, parameter);
  const rows = found.slice(start, start + size);
  const hasMore = start + size < found.length;
  const page = { rows: rows.map(({ row }) => row), hasMore, total: found.length };
  const cursor = hasMore ? cursorOf(rows.at(-1)?.place ?? 0) : null;
  switch (paging.type) {
    case 'cursor':
      return { page: { ...page, next: cursor }, headers: {} };
    case 'page':
    case 'offset':
      return { page: { ...page, next: null }, headers: {} };
    case 'link': {
      const next = cursor === null ? null : urlOf(request, cursor);
      return { page: { ...page, next }, headers: next === null ? {} : { link: `<${next}>; rel="next"` } };
    }
    case 'next':
      return { page: { ...page, next: cursor === null ? null : urlOf(request, cursor) }, headers: {} };
    default:
      return paging satisfies never;
  }
}

/** Pages by cursor begin after a place, so they stay put when rows come and go; counted ones do not, as in the real world. */
function startOf(
  paging: TwinPaging,
  found: readonly { readonly place: number }[],
  size: number,
  parameter: Parameters,
): number {
  switch (paging.type) {
    case 'page':
      return ((wholeNumber(parameter(paging.param)) ?? paging.first ?? 1) - (paging.first ?? 1)) * size;
    case 'offset':
      return (wholeNumber(parameter(paging.param)) ?? paging.first ?? 0) - (paging.first ?? 0);
    default: {
      const after = placeOf(parameter(paging.type === 'cursor' ? paging.param : 'cursor'));
      const start = found.findIndex(({ place }) => place > after);
      return start === -1 ? found.length : start;
    }
  }
}

function urlOf({ path, query, headers }: TwinRequest, cursor: string): string {
  const next = new URLSearchParams(query);
  next.set('cursor', cursor);
  return `http://${headers.host ?? '127.0.0.1'}${path}?${next}`;
}

/** Opaque, as real cursors are. */
function cursorOf(place: number): string {
  return Buffer.from(`after ${place}`).toString('base64url');
}

function placeOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  return Number(/^after (\d+)$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1] ?? 0);
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
