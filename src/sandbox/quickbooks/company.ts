import { customerAt, pacific, type QuickBooksRow } from '../people/customers.ts';
import type { Query } from './dialect.ts';
import { conditionsOf, selectFrom } from './select.ts';

const deepestLevel = 5;

/** A company's customers: made on demand from the seed, under what has been changed since. */
export function createCompany({
  customers,
  seed,
  now,
}: {
  readonly customers: number;
  readonly seed: number;
  readonly now: () => number;
}) {
  const changed = new Map<string, QuickBooksRow>();
  const removed = new Map<string, number>();
  let last = customers;

  function get(id: string): QuickBooksRow | undefined {
    const row = stored(id);
    return row?.ParentRef === undefined ? row : { ...row, FullyQualifiedName: fullNameOf(row, 1) };
  }

  /** `Parent:Child`, up to five levels. It follows the parent's name. */
  function fullNameOf(row: QuickBooksRow, level: number): string {
    const parent = level < deepestLevel && row.ParentRef ? stored(row.ParentRef.value) : undefined;
    const own = String(row.DisplayName ?? '');
    return parent ? `${fullNameOf(parent, level + 1)}:${own}` : own;
  }

  function stored(id: string): QuickBooksRow | undefined {
    if (removed.has(id)) return undefined;
    const known = changed.get(id);
    if (known) return known;
    const n = Number(id);
    return Number.isInteger(n) && n >= 1 && n <= customers ? customerAt(n, seed) : undefined;
  }

  function* all(): Generator<QuickBooksRow> {
    for (let n = 1; n <= last; n += 1) {
      const row = get(String(n));
      if (row) yield row;
    }
  }

  function put(id: string, fields: Readonly<Record<string, unknown>>): QuickBooksRow {
    const before = get(id);
    const time = pacific(now());
    const token = Number(before?.SyncToken ?? -1) + 1;
    const row: QuickBooksRow = {
      domain: 'QBO',
      sparse: false,
      Active: true,
      ...before,
      ...fields,
      Id: id,
      SyncToken: String(token),
      MetaData: { CreateTime: before?.MetaData.CreateTime ?? time, LastUpdatedTime: time },
    };
    const named = { ...row, FullyQualifiedName: row.DisplayName };
    const clean = Object.fromEntries(
      Object.entries(named).filter(([, value]) => value !== null && value !== undefined),
    );
    const kept: QuickBooksRow = { ...clean, Id: id, Active: row.Active, MetaData: row.MetaData };
    changed.set(id, kept);
    removed.delete(id);
    last = Math.max(last, Number(id));
    return get(id) ?? kept;
  }

  return {
    get,
    upsert: (fields: Readonly<Record<string, unknown>>): QuickBooksRow => put(String(fields.Id ?? last + 1), fields),
    deactivate(id: string): void {
      const name = String(get(id)?.DisplayName ?? '');
      put(id, { Active: false, DisplayName: `${name} (deleted)` });
    },
    reactivate(id: string): void {
      const name = String(get(id)?.DisplayName ?? '');
      put(id, { Active: true, DisplayName: name.replace(/ \(deleted\)$/, '') });
    },
    /** Gone for good, as the loser of a merge. */
    remove: (id: string): void => {
      removed.set(id, now());
      changed.delete(id);
    },
    /** As change data capture shows it: whole rows, and tombstones for those that are gone. */
    changedSince(since: number): readonly object[] {
      const rows = [...changed.keys()]
        .flatMap((id) => get(id) ?? [])
        .filter(({ MetaData }) => Date.parse(MetaData.LastUpdatedTime) >= since);
      const gone = [...removed].filter(([, at]) => at >= since);
      return [
        ...rows,
        ...gone.map(([Id, at]) => ({
          domain: 'QBO',
          status: 'Deleted',
          Id,
          MetaData: { LastUpdatedTime: pacific(at) },
        })),
      ];
    },
    select(query: Query): { readonly rows: readonly QuickBooksRow[]; readonly total: number } {
      const isPlain =
        changed.size === 0 &&
        removed.size === 0 &&
        isById(query) &&
        conditionsOf(query).every(({ field, values }) => field === 'Active' && values.length === 2);
      return isPlain ? plainPage(query) : selectFrom(all(), query);
    },
  };

  /** Nothing was changed and everything is asked for by Id: the page is known without looking at the others. */
  function plainPage({ start, max, isCount }: Query) {
    const rows = isCount
      ? []
      : Array.from({ length: Math.max(0, Math.min(max, customers - start + 1)) }, (_, index) =>
          customerAt(start + index, seed),
        );
    return { rows, total: customers };
  }
}

function isById({ orderBy, isCount }: Query): boolean {
  return isCount || (orderBy?.field === 'Id' && !orderBy.descending);
}
