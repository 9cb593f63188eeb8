import type { Cursor } from '../domain/record.ts';

/** The tracker's entry for one page. The page is done when it is closed and every retained record has been released. */
export interface PageTicket {
  /** One more record of this page is in flight. */
  retain(): void;
  /** One record of this page has its result, or is stored as deferred. */
  release(): void;
  /** No more records will be retained. */
  close(): void;
}

/**
 * Tracks which pages are done, in the order in which they were read. It calls `advance` with the cursor of the last page
 * before which every page is done, and with no other. Calls do not overlap: if several pages end while one cursor is being
 * saved, only the last of their cursors is saved next. Pages without records are quick to read again: their cursor is saved
 * with the next one, or at the end of the read.
 */
export function createPageTracker(advance: (cursor: Cursor) => Promise<void>) {
  const pages: { readonly cursor: Cursor; retained: number; open: boolean; isEmpty: boolean }[] = [];
  let reached: { readonly cursor: Cursor } | undefined;
  let saving: Promise<void> = Promise.resolve();

  function moveOn(): void {
    let hasRecords = false;
    for (let page = pages[0]; page && !page.open && page.retained === 0; page = pages[0]) {
      reached = page;
      hasRecords ||= !page.isEmpty;
      pages.shift();
    }
    if (hasRecords) save();
  }

  function save(): void {
    saving = saving.then(async () => {
      const next = reached;
      reached = undefined;
      if (next) await advance(next.cursor);
    });
    // Whoever awaits `saved` reports the failure; until then it must not count as unhandled.
    saving.catch(() => undefined);
  }

  return {
    open(cursor: Cursor): PageTicket {
      const page = { cursor, retained: 0, open: true, isEmpty: true };
      pages.push(page);
      return {
        retain: () => {
          page.retained += 1;
          page.isEmpty = false;
        },
        release: () => {
          page.retained -= 1;
          moveOn();
        },
        close: () => {
          page.open = false;
          moveOn();
        },
      };
    },
    /** How many pages are not done yet. */
    unsettled: () => pages.length,
    /** Saves what has been reached. */
    async saved(): Promise<void> {
      if (reached) save();
      await saving;
    },
  };
}
