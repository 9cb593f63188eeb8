import { changedAt, customerAt, firstChangedSince, pacific, type QuickBooksRow } from '../seed/customers.ts';
import type { Query } from './query-parser.ts';
import { conditionsOf, selectFrom } from './select.ts';

const deepestLevel = 5;

export interface CustomerChange {
  readonly id: string;
  readonly operation: 'Create' | 'Update' | 'Delete' | 'Merge';
  /** Of a merge: the one that is gone. */
  readonly loser?: string;
}

/** A company's customers: made on demand from the seed, under what has been changed since. */
export function createCompany({
  customers,
  seed,
  now,
  onChange = () => undefined,
}: {
  readonly customers: number;
  readonly seed: number;
  readonly now: () => number;
  /** Called for every change, as webhooks name it. */
  readonly onChange?: (change: CustomerChange) => void;
}) {
  const changed = new Map<string, QuickBooksRow>();
  const removed = new Map<string, number>();

  const isMade = (id: string): boolean => /^[1-9]\d{0,14}$/.test(id) && Number(id) <= customers;

  function get(id: string): QuickBooksRow | undefined {
    const row = stored(id);
    // As it was made, a full name is right; once names have changed, it follows them.
    if (row?.ParentRef === undefined || changed.size === 0) return row;
    return { ...row, FullyQualifiedName: fullNameOf(row, 1) };
  }

  /** `Parent:Child`, up to five levels. */
  function fullNameOf(row: QuickBooksRow, level: number): string {
    const parent = level < deepestLevel && row.ParentRef ? stored(row.ParentRef.value) : undefined;
    const own = String(row.DisplayName ?? '');
    return parent ? `${fullNameOf(parent, level + 1)}:${own}` : own;
  }

  function stored(id: string): QuickBooksRow | undefined {
    if (removed.has(id)) return undefined;
    return changed.get(id) ?? (isMade(id) ? customerAt(Number(id), seed) : undefined);
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
    onChange({ id, operation: before ? 'Update' : 'Create' });
    return get(id) ?? kept;
  }

  return {
    get,
    upsert: (fields: Readonly<Record<string, unknown>>): QuickBooksRow => put(String(fields.Id ?? nextId()), fields),
    deactivate(id: string): void {
      const name = String(get(id)?.DisplayName ?? '');
      put(id, { Active: false, DisplayName: `${name} (deleted)` });
    },
    reactivate(id: string): void {
      const name = String(get(id)?.DisplayName ?? '');
      put(id, { Active: true, DisplayName: name.replace(/ \(deleted\)$/, '') });
    },
    /** Gone for good, as the loser of a merge: into `winner`, where it is named. */
    remove: (id: string, winner?: string): void => {
      removed.set(id, now());
      changed.delete(id);
      onChange(winner === undefined ? { id, operation: 'Delete' } : { id: winner, operation: 'Merge', loser: id });
    },
    /** As change data capture shows it: whole rows by the time of their change, then tombstones of those that are gone. */
    changedSince(since: number): { readonly rows: readonly QuickBooksRow[]; readonly tombstones: readonly object[] } {
      const rows = [...changed.keys()]
        .flatMap((id) => get(id) ?? [])
        .filter((row) => changedAt(row) >= since)
        .sort((a, b) => changedAt(a) - changedAt(b));
      const gone = [...removed].filter(([, at]) => at >= since).sort(([, a], [, b]) => a - b);
      const tombstones = gone.map(([Id, at]) => ({
        domain: 'QBO',
        status: 'Deleted',
        Id,
        MetaData: { LastUpdatedTime: pacific(at) },
      }));
      return { rows, tombstones };
    },
    select: (query: Query): { readonly rows: readonly QuickBooksRow[]; readonly total: number } =>
      isPlain(query) ? plainPage(query) : selectFrom(candidates(query), query),
  };

  function nextId(): number {
    return Math.max(customers, ...[...changed.keys(), ...removed.keys()].map(Number)) + 1;
  }

  /** Ids that were added to those made from the seed, in order. */
  function added(): string[] {
    return [...changed.keys()].filter((id) => !isMade(id)).sort((a, b) => Number(a) - Number(b));
  }

  /** Everything is asked for by Id: the page is known without a look at the others. */
  function plainPage({ start, max, isCount }: Query) {
    const gaps = [...removed.keys()]
      .filter(isMade)
      .map(Number)
      .sort((a, b) => a - b);
    const more = added();
    const made = customers - gaps.length;
    const total = made + more.length;
    const rows: QuickBooksRow[] = [];
    for (let position = start; !isCount && position < start + max && position <= total; position += 1) {
      const id = position <= made ? String(behindGaps(position, gaps)) : more[position - made - 1];
      const row = id === undefined ? undefined : get(id);
      if (row) rows.push(row);
    }
    return { rows, total };
  }

  /** No more rows than a condition on Id or on the time of the last change lets through. */
  function* candidates(query: Query): Generator<QuickBooksRow> {
    for (const id of candidateIds(query)) {
      const row = get(id);
      if (row) yield row;
    }
  }

  function* candidateIds(query: Query): Generator<string> {
    const named = query.conditions.find(({ field, operator }) => field === 'Id' && /^(?:=|IN)$/.test(operator));
    if (named) {
      yield* new Set(named.values.map(String));
      return;
    }
    const since = query.conditions.find(
      ({ field, operator }) => /^metadata\.lastupdatedtime$/i.test(field) && operator.startsWith('>'),
    );
    const first = since ? firstChangedSince(Date.parse(String(since.values[0]))) : 1;
    for (const id of changed.keys()) if (!isMade(id) || Number(id) < first) yield id;
    for (let n = first; n <= customers; n += 1) yield String(n);
  }
}

/** The position-th id from 1 on, where those of `gaps` (in order) are missing. */
function behindGaps(position: number, gaps: readonly number[]): number {
  let id = position;
  for (const gap of gaps) {
    if (gap > id) break;
    id += 1;
  }
  return id;
}

function isPlain(query: Query): boolean {
  const { isCount, orderBy } = query;
  const isById = isCount || (orderBy?.field === 'Id' && !orderBy.descending);
  return isById && conditionsOf(query).every(({ field, values }) => field === 'Active' && values.length === 2);
}
