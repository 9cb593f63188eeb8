import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type VirtualItem,
  Virtualizer,
} from '@tanstack/virtual-core';
import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useMemo, useReducer, useRef } from 'preact/hooks';
import { onEvent } from '../api/events.ts';
import { createKeysetRows, type KeysetRows } from '../api/keyset.ts';
import type { Event, KeysetPage } from '../api/types.ts';
import { isNarrow, remPixels } from './media.ts';
import { ErrorNote } from './notes.tsx';

export interface Column<Row> {
  readonly title: string;
  /** As in grid-template-columns. */
  readonly width: string;
  cell(row: Row): ComponentChildren;
  /** Left out on a phone. */
  readonly isWideOnly?: boolean;
  readonly isNumber?: boolean;
}

interface Props<Row> {
  readonly label: string;
  /** Another key begins with the first page again. */
  readonly listKey: string;
  readonly columns: readonly Column<Row>[];
  /** How many rows there will be, where that is known before all were loaded. */
  readonly total?: number | undefined;
  /** Whether an event makes the rows old. */
  isStale?(event: Event): boolean;
  /** Default: 2.75 rem. */
  readonly rowRem?: number;
  load(request: { readonly cursor: string | undefined; readonly signal: AbortSignal }): Promise<KeysetPage<Row>>;
  readonly empty: ComponentChildren;
}

const usualRowRem = 2.75;
/** While more may come: room for some rows that are not there yet. */
const rowsAhead = 20;

/** A table that holds the rows in view only, however many there are, and loads them page by page. */
export function VirtualTable<Row>(props: Props<Row>) {
  const { label, listKey, columns, total, rowRem = usualRowRem, empty } = props;
  const redraw = useRedraw();
  const scroller = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;

  const rows = useMemo(
    () => createKeysetRows<Row>({ load: (request) => latest.current.load(request), onChange: redraw }),
    [listKey],
  );
  useEffect(() => () => rows.stop(), [rows]);
  useRefresh(rows, (event) => latest.current.isStale?.(event) ?? false);

  const { count, isWhole } = rows.size();
  const size = isWhole ? count : Math.max(count + rowsAhead, total ?? 0);
  const virtualizer = useVirtualizer(scroller, {
    size,
    rowPixels: rowRem * remPixels(),
    redraw,
  });
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => rows.show(first, last), [rows, first, last]);

  const shown = columns.filter(({ isWideOnly }) => !(isWideOnly && isNarrow.value));
  const template = { gridTemplateColumns: shown.map(({ width }) => width).join(' ') };
  const error = rows.error();
  if (isWhole && count === 0) return empty;
  return (
    <>
      {error !== undefined && <ErrorNote error={error} onRetry={rows.retry} />}
      <div role="table" class="virtual-table" aria-label={label} aria-rowcount={isWhole ? count + 1 : -1}>
        {/* As wide as its columns need: head and rows are then moved sideways as one. */}
        <div role="presentation" class="virtual-width">
          <div role="rowgroup">
            <div role="row" class="virtual-head" style={template}>
              {shown.map(({ title, isNumber }) => (
                <span key={title} role="columnheader" class={isNumber ? 'number' : ''}>
                  {title}
                </span>
              ))}
            </div>
          </div>
          {/* Scrolled by keys too, therefore it takes the focus. */}
          <div
            ref={scroller}
            role="rowgroup"
            class="virtual"
            tabIndex={0}
            aria-label={label}
            style={{ height: `min(${virtualizer.getTotalSize() + 2}px, 70vh)` }}
          >
            <div class="virtual-size" role="presentation" style={{ height: `${virtualizer.getTotalSize()}px` }}>
              {items.map((item) => (
                <RowView key={item.key} item={item} row={rows.at(item.index)} columns={shown} template={template} />
              ))}
            </div>
          </div>
        </div>
      </div>
    </>
  );
}

/** Draws once a frame, however much has changed. */
function useRedraw(): () => void {
  const [, count] = useReducer((before: number) => before + 1, 0);
  const frame = useRef<number | undefined>(undefined);
  useEffect(() => () => cancelAnimationFrame(frame.current ?? 0), []);
  return useCallback(() => {
    frame.current ??= requestAnimationFrame(() => {
      frame.current = undefined;
      count(undefined);
    });
  }, []);
}

/** Many events in a row, such as those of a run, make one question in this time. */
const quietMs = 2_000;

function useRefresh<Row>(rows: KeysetRows<Row>, isStale: (event: Event) => boolean): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let askedAt = Number.NEGATIVE_INFINITY;
    function ask(): void {
      timer = undefined;
      askedAt = performance.now();
      rows.refresh();
    }
    const end = onEvent((event) => {
      if (event.kind !== 'reset' && !isStale(event)) return;
      // The first of them at once: a page must not deny what it has just announced.
      const waitMs = askedAt + quietMs - performance.now();
      if (waitMs <= 0) ask();
      else timer ??= setTimeout(ask, waitMs);
    });
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [rows]);
}

interface RowProps<Row> {
  readonly item: VirtualItem;
  readonly row: Row | undefined;
  readonly columns: readonly Column<Row>[];
  readonly template: Readonly<Record<string, string>>;
}

function RowView<Row>({ item, row, columns, template }: RowProps<Row>) {
  return (
    <div
      role="row"
      aria-rowindex={item.index + 2}
      class="virtual-row"
      style={{ ...template, height: `${item.size}px`, transform: `translateY(${item.start}px)` }}
    >
      {columns.map(({ title, cell, isNumber }) => (
        <span key={title} role="cell" class={isNumber ? 'number' : ''}>
          {row === undefined ? <span class="skeleton line" /> : cell(row)}
        </span>
      ))}
    </div>
  );
}

interface VirtualizerOptions {
  readonly size: number;
  readonly rowPixels: number;
  redraw(): void;
}

function useVirtualizer(
  scroller: { readonly current: HTMLDivElement | null },
  { size, rowPixels, redraw }: VirtualizerOptions,
) {
  const options = {
    count: size,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPixels,
    overscan: 8,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    initialRect: { width: 0, height: 544 },
    onChange: redraw,
  };
  const virtualizer = useMemo(() => new Virtualizer<HTMLDivElement, HTMLDivElement>(options), []);
  virtualizer.setOptions(options);
  useEffect(() => virtualizer._didMount(), [virtualizer]);
  useEffect(() => virtualizer._willUpdate());
  return virtualizer;
}
