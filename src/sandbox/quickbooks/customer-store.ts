import { customerAt, pacific, type QuickBooksRow } from '../seed/customers.ts';

const deepestLevel = 5;

export interface CustomerChange {
  readonly id: string;
  readonly operation: 'Create' | 'Update' | 'Delete' | 'Merge';
  /** Of a merge: the one that is gone. */
  readonly loser?: string;
}

/** A company's customers: made on demand from the seed, under what has been changed since. */
export function createCustomerStore({
  customers,
  seed,
  now,
  onChange,
}: {
  readonly customers: number;
  readonly seed: number;
  readonly now: () => number;
  readonly onChange: (change: CustomerChange) => void;
}) {
  const changed = new Map<string, QuickBooksRow>();
  /** When each was removed. */
  const removed = new Map<string, number>();

  /** Whether the seed makes a customer of this id. */
  const isSeeded = (id: string): boolean => /^[1-9]\d{0,14}$/.test(id) && Number(id) <= customers;

  function stored(id: string): QuickBooksRow | undefined {
    if (removed.has(id)) return undefined;
    return changed.get(id) ?? (isSeeded(id) ? customerAt(Number(id), seed) : undefined);
  }

  /** `Parent:Child`, up to five levels. */
  function fullNameOf(row: QuickBooksRow, level: number): string {
    const parent = level < deepestLevel && row.ParentRef ? stored(row.ParentRef.value) : undefined;
    const own = String(row.DisplayName ?? '');
    return parent ? `${fullNameOf(parent, level + 1)}:${own}` : own;
  }

  function get(id: string): QuickBooksRow | undefined {
    const row = stored(id);
    // As it was made, a full name is right; once names have changed, it follows them.
    if (row?.ParentRef === undefined || changed.size === 0) return row;
    return { ...row, FullyQualifiedName: fullNameOf(row, 1) };
  }

  const views: {
    /** Customers that have changed since they were made, and are still there. */
    readonly changed: ReadonlyMap<string, QuickBooksRow>;
    readonly removed: ReadonlyMap<string, number>;
  } = { changed, removed };

  return {
    get,
    isSeeded,
    ...views,
    nextId: (): number => Math.max(customers, ...[...changed.keys(), ...removed.keys()].map(Number)) + 1,
    /** Its balance has moved: that is a change without an edit, so its token stays (recorded). */
    touch(id: string): void {
      const before = get(id);
      if (!before) return;
      changed.set(id, { ...before, MetaData: { ...before.MetaData, LastUpdatedTime: pacific(now()) } });
    },
    put(id: string, fields: Readonly<Record<string, unknown>>): QuickBooksRow {
      const before = get(id);
      const row = changedRow(before, fields, { id, time: pacific(now()) });
      changed.set(id, row);
      removed.delete(id);
      onChange({ id, operation: before ? 'Update' : 'Create' });
      return get(id) ?? row;
    },
    /** Gone for good, as the loser of a merge: into `winner`, where it is named. */
    remove(id: string, winner?: string): void {
      removed.set(id, now());
      changed.delete(id);
      onChange(winner === undefined ? { id, operation: 'Delete' } : { id: winner, operation: 'Merge', loser: id });
    },
  };
}

export type CustomerStore = ReturnType<typeof createCustomerStore>;

/** A row after a write: null and undefined take a field away. */
function changedRow(
  before: QuickBooksRow | undefined,
  fields: Readonly<Record<string, unknown>>,
  { id, time }: { readonly id: string; readonly time: string },
): QuickBooksRow {
  const row: QuickBooksRow = {
    domain: 'QBO',
    sparse: false,
    Active: true,
    ...before,
    ...fields,
    Id: id,
    SyncToken: String(Number(before?.SyncToken ?? -1) + 1),
    MetaData: { CreateTime: before?.MetaData.CreateTime ?? time, LastUpdatedTime: time },
  };
  const named = { ...row, FullyQualifiedName: row.DisplayName };
  const present = Object.fromEntries(
    Object.entries(named).filter(([, value]) => value !== null && value !== undefined),
  );
  return { ...present, Id: id, Active: row.Active, MetaData: row.MetaData };
}
