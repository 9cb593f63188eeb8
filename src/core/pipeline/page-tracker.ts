import type { Cursor } from '../domain/record.ts';

/** A page's place in the ledger. Settled when every one of its records is settled or waits in the state file. */
export interface PageTicket {
  /** One more record of this page is in flight. */
  hold(): void;
  release(): void;
  /** No more records will be held. */
  close(): void;
}

/**
 * Settles pages in the order in which they were read. `advance` is given the cursor of the last page before which
 * everything is settled, never another; calls do not overlap, and a cursor that is overtaken while one is being saved is
 * never saved.
 */
export function createLedger(advance: (cursor: Cursor) => Promise<void>) {
  const pages: { readonly cursor: Cursor; held: number; open: boolean }[] = [];
  let reached: { readonly cursor: Cursor } | undefined;
  let saving: Promise<void> = Promise.resolve();

  function recordResult(): void {
    let settled: { readonly cursor: Cursor } | undefined;
    for (let page = pages[0]; page && !page.open && page.held === 0; page = pages[0]) {
      settled = page;
      pages.shift();
    }
    if (!settled) return;
    reached = settled;
    saving = saving.then(async () => {
      const next = reached;
      reached = undefined;
      if (next) await advance(next.cursor);
    });
    // The failure is reported by whoever awaits `saved`; until then it must not count as unhandled.
    saving.catch(() => undefined);
  }

  return {
    open(cursor: Cursor): PageTicket {
      const page = { cursor, held: 0, open: true };
      pages.push(page);
      return {
        hold: () => {
          page.held += 1;
        },
        release: () => {
          page.held -= 1;
          recordResult();
        },
        close: () => {
          page.open = false;
          recordResult();
        },
      };
    },
    /** Pages that are not settled yet. */
    unsettled: () => pages.length,
    saved: () => saving,
  };
}
