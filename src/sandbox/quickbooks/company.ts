import { customerAt, pacific, type QuickBooksRow } from '../people/customers.ts';
import type { Condition, Query } from './dialect.ts';

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
    const named =
      'DisplayName' in fields && !('FullyQualifiedName' in fields)
        ? { ...row, FullyQualifiedName: fields.DisplayName }
        : row;
    const clean = Object.fromEntries(
      Object.entries(named).filter(([, value]) => value !== null && value !== undefined),
    );
    const kept: QuickBooksRow = { ...clean, Id: id, Active: row.Active, MetaData: row.MetaData };
    changed.set(id, kept);
    removed.delete(id);
    last = Math.max(last, Number(id));
    return kept;
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
      const rows = [...changed.values()].filter(({ MetaData }) => Date.parse(MetaData.LastUpdatedTime) >= since);
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
      const conditions = query.conditions.some(({ field }) => /^active$/i.test(field))
        ? query.conditions
        : [...query.conditions, activeOnly];
      const isPlain =
        changed.size === 0 &&
        removed.size === 0 &&
        isById(query) &&
        conditions.every(({ field, values }) => field === 'Active' && values.length === 2);
      if (isPlain) return plainPage(query);
      const matching: QuickBooksRow[] = [];
      for (const row of all()) if (conditions.every((condition) => holds(row, condition))) matching.push(row);
      if (!query.isCount) matching.sort(orderOf(query));
      return { rows: matching.slice(query.start - 1, query.start - 1 + query.max), total: matching.length };
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

const activeOnly: Condition = { field: 'Active', operator: '=', values: [true] };

function isById({ orderBy, isCount }: Query): boolean {
  return isCount || (orderBy?.field === 'Id' && !orderBy.descending);
}

/** Without an order of its own: by full name, without case (recorded). */
function orderOf({ orderBy }: Query): (a: QuickBooksRow, b: QuickBooksRow) => number {
  if (!orderBy)
    return (a, b) =>
      compare(String(a.FullyQualifiedName ?? '').toLowerCase(), String(b.FullyQualifiedName ?? '').toLowerCase());
  const sign = orderBy.descending ? -1 : 1;
  if (orderBy.field === 'Id') return (a, b) => sign * (Number(a.Id) - Number(b.Id));
  return (a, b) => sign * compare(fieldOf(a, orderBy.field), fieldOf(b, orderBy.field));
}

function holds(row: QuickBooksRow, { field, operator, values }: Condition): boolean {
  const actual = fieldOf(row, field);
  const [first] = values;
  switch (operator) {
    case 'IN':
      return values.some((value) => compare(actual, comparable(field, value)) === 0);
    case 'LIKE':
      return new RegExp(
        `^${String(first)
          .split('%')
          .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
          .join('.*')}$`,
        'i',
      ).test(String(actual));
    default: {
      const order = compare(actual, comparable(field, first));
      if (operator === '=') return order === 0;
      if (operator === '<') return order < 0;
      if (operator === '>') return order > 0;
      return operator === '<=' ? order <= 0 : order >= 0;
    }
  }
}

function fieldOf(row: QuickBooksRow, field: string): string | number | boolean {
  if (/^metadata\./i.test(field))
    return Date.parse(/create/i.test(field) ? row.MetaData.CreateTime : row.MetaData.LastUpdatedTime);
  const value = row[field];
  return typeof value === 'number' || typeof value === 'boolean' ? value : String(value ?? '');
}

function comparable(field: string, value: string | number | boolean | undefined): string | number | boolean {
  if (/^metadata\./i.test(field)) return Date.parse(String(value));
  return value ?? '';
}

function compare(a: string | number | boolean, b: string | number | boolean): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
