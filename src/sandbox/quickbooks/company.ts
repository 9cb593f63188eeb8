import { changedAt, pacific, type QuickBooksRow } from '../seed/customers.ts';
import { selectCustomers } from './customer-query.ts';
import { type CustomerChange, createCustomerStore } from './customer-store.ts';
import { createBooks } from './money/books.ts';
import type { Query } from './query-parser.ts';

/** A company's customers, and what people do to them in QuickBooks. */
export function createCompany(options: {
  readonly customers: number;
  readonly seed: number;
  /** How many are made of the seed. 0: customers have a balance of chance. */
  readonly invoices: number;
  readonly payments: number;
  readonly now: () => number;
  /** Called for every change, as webhooks name it. */
  readonly onChange: (change: CustomerChange) => void;
}) {
  const bare = createCustomerStore(options);
  const books = createBooks(options, bare);
  const store = { ...bare, get: (id: string) => books.viewOf(bare.get(id)) };
  const nameOf = (id: string): string => String(store.get(id)?.DisplayName ?? '');

  return {
    get: store.get,
    books,
    remove(id: string, winner?: string): void {
      store.remove(id, winner);
      books.forget(id);
    },
    upsert(fields: Readonly<Record<string, unknown>>): QuickBooksRow {
      const row = store.put(String(fields.Id ?? store.nextId()), fields);
      books.note(row);
      return store.get(row.Id) ?? row;
    },
    deactivate(id: string): void {
      store.put(id, { Active: false, DisplayName: `${nameOf(id)} (deleted)` });
    },
    reactivate(id: string): void {
      store.put(id, { Active: true, DisplayName: nameOf(id).replace(/ \(deleted\)$/, '') });
    },
    /** As change data capture shows it: whole rows by the time of their change, then tombstones of those that are gone. */
    changedSince(since: number): { readonly rows: readonly QuickBooksRow[]; readonly tombstones: readonly object[] } {
      const rows = [...store.changed.keys()]
        .flatMap((id) => store.get(id) ?? [])
        .filter((row) => changedAt(row) >= since)
        .sort((a, b) => changedAt(a) - changedAt(b));
      const gone = [...store.removed].filter(([, at]) => at >= since).sort(([, a], [, b]) => a - b);
      return { rows, tombstones: gone.map(([id, at]) => tombstone(id, at)) };
    },
    select: (query: Query) => selectCustomers(store, query, options.customers),
  };
}

export type Company = ReturnType<typeof createCompany>;

function tombstone(id: string, at: number): object {
  return { domain: 'QBO', status: 'Deleted', Id: id, MetaData: { LastUpdatedTime: pacific(at) } };
}
