import type { KeysetPage } from './types.ts';

/**
 * Rows of a list that the API gives page by page, each page with the cursor of the next. A page can be asked for only once
 * the one before was: a jump far down goes there page by page. The rows of few pages are kept, and the cursors of all: a page
 * that was dropped is asked for again when somebody looks at it.
 */
export interface KeysetRows<Row> {
  /** Undefined: not there (yet). */
  at(index: number): Row | undefined;
  /** How many rows there are as far as is known, and whether these are all. */
  size(): { readonly count: number; readonly isWhole: boolean };
  /** What is looked at: gets what is missing of it. */
  show(first: number, last: number): void;
  /** Asks for what is looked at again. Until it is there, the rows before stay. */
  refresh(): void;
  error(): unknown;
  /** Forgets the error and goes on. */
  retry(): void;
  stop(): void;
}

interface Options<Row> {
  load(request: { readonly cursor: string | undefined; readonly signal: AbortSignal }): Promise<KeysetPage<Row>>;
  onChange(): void;
}

interface Page<Row> {
  readonly cursor: string | undefined;
  /** Of its first row in the list. */
  readonly start: number;
  rows: readonly Row[] | undefined;
}

/** Enough for a few screens in each direction. */
const maxPages = 12;

export function createKeysetRows<Row>({ load, onChange }: Options<Row>): KeysetRows<Row> {
  const stopped = new AbortController();
  let pages: Page<Row>[] = [{ cursor: undefined, start: 0, rows: undefined }];
  let before: Pick<KeysetRows<Row>, 'at' | 'size'> | undefined;
  let generation = 0;
  let total: number | undefined;
  let wanted = { first: 0, last: 0 };
  let isLoading = false;
  let failure: unknown;

  const missing = (): number | undefined => firstMissing(pages, wanted);

  async function fill(): Promise<void> {
    if (isLoading || failure !== undefined) return;
    isLoading = true;
    try {
      for (let index = missing(); index !== undefined && !stopped.signal.aborted; index = missing()) {
        await loadPage(index);
        onChange();
      }
      before = undefined;
    } catch (error) {
      if (stopped.signal.aborted) return;
      failure = error;
      onChange();
    } finally {
      isLoading = false;
    }
  }

  async function loadPage(index: number): Promise<void> {
    const page = pages[index];
    if (!page) return;
    const asked = generation;
    const { items, next } = await load({ cursor: page.cursor, signal: stopped.signal });
    if (asked !== generation) return;
    page.rows = items;
    const isLast = index === pages.length - 1;
    const start = page.start + items.length;
    if (isLast && next === null) total = start;
    if (isLast && next !== null) pages.push({ cursor: next, start, rows: undefined });
    dropFarFrom(pages, pageAt(pages, (wanted.first + wanted.last) / 2));
  }

  function at(index: number): Row | undefined {
    const page = pages[pageAt(pages, index)];
    return page?.rows?.[index - page.start] ?? before?.at(index);
  }

  function size(): ReturnType<KeysetRows<Row>['size']> {
    const known = { count: total ?? pages.at(-1)?.start ?? 0, isWhole: total !== undefined };
    const old = known.isWhole ? undefined : before?.size();
    return old && old.count > known.count ? old : known;
  }

  function refresh(): void {
    generation += 1;
    failure = undefined;
    before = snapshotOf(pages, size());
    pages = [{ cursor: undefined, start: 0, rows: undefined }];
    total = undefined;
    fill();
  }

  return {
    at,
    size,
    refresh,
    show(first, last) {
      wanted = { first, last };
      fill();
    },
    error: () => failure,
    retry() {
      failure = undefined;
      fill();
    },
    stop: () => stopped.abort(),
  };
}

/** The first page without its rows, of those that are looked at. */
function firstMissing(
  pages: readonly Page<unknown>[],
  wanted: { readonly first: number; readonly last: number },
): number | undefined {
  const last = pageAt(pages, wanted.last);
  for (let index = pageAt(pages, wanted.first); index <= last; index += 1) if (!pages[index]?.rows) return index;
  return undefined;
}

/** The page of a row; of a row that nobody has reached yet, the last page that is known. */
function pageAt(pages: readonly Page<unknown>[], index: number): number {
  let low = 0;
  let high = pages.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((pages[middle]?.start ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Those farthest from what is looked at go first. */
function dropFarFrom(pages: readonly Page<unknown>[], middle: number): void {
  const kept = pages.flatMap(({ rows }, index) => (rows ? [index] : []));
  if (kept.length <= maxPages) return;
  kept.sort((a, b) => Math.abs(b - middle) - Math.abs(a - middle));
  for (const index of kept.slice(0, kept.length - maxPages)) {
    const page = pages[index];
    if (page) page.rows = undefined;
  }
}

/** The rows as they were. */
function snapshotOf<Row>(
  pages: readonly Page<Row>[],
  size: ReturnType<KeysetRows<Row>['size']>,
): Pick<KeysetRows<Row>, 'at' | 'size'> {
  return {
    at(index) {
      const page = pages[pageAt(pages, index)];
      return page?.rows?.[index - page.start];
    },
    size: () => size,
  };
}
