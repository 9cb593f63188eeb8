import { firstChangedSince, type QuickBooksRow } from '../seed/customers.ts';
import type { CustomerStore } from './customer-store.ts';
import type { Query } from './query-parser.ts';
import { conditionsOf, selectFrom } from './select.ts';

/** One page of the rows that a query is about, and how many there are in all. */
export interface Selection {
  readonly rows: readonly QuickBooksRow[];
  readonly total: number;
}

/** Answers a query with a look at no more customers than it needs: a company may have a million. `customers` are seeded. */
export function selectCustomers(store: CustomerStore, query: Query, customers: number): Selection {
  return isPlain(query) ? plainPage(store, query, customers) : selectFrom(candidates(store, query, customers), query);
}

/** Whether all customers are queried in the order of their ids, or counted. */
function isPlain(query: Query): boolean {
  const { isCount, orderBy } = query;
  const isById = isCount || (orderBy?.field === 'Id' && !orderBy.descending);
  return isById && conditionsOf(query).every(({ field, values }) => field === 'Active' && values.length === 2);
}

/** The page is known without a look at the others. */
function plainPage(store: CustomerStore, { start, max, isCount }: Query, customers: number): Selection {
  const ascending = (a: number, b: number): number => a - b;
  const gaps = [...store.removed.keys()].filter(store.isSeeded).map(Number).sort(ascending);
  const added = [...store.changed.keys()].filter((id) => !store.isSeeded(id)).sort((a, b) => Number(a) - Number(b));
  const seeded = customers - gaps.length;
  const total = seeded + added.length;
  const rows: QuickBooksRow[] = [];
  for (let position = start; !isCount && position < start + max && position <= total; position += 1) {
    const id = position <= seeded ? String(behindGaps(position, gaps)) : added[position - seeded - 1];
    const row = id === undefined ? undefined : store.get(id);
    if (row) rows.push(row);
  }
  return { rows, total };
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

/** No more rows than a condition on Id or on the time of the last change lets through. */
function* candidates(store: CustomerStore, query: Query, customers: number): Generator<QuickBooksRow> {
  for (const id of candidateIds(store, query, customers)) {
    const row = store.get(id);
    if (row) yield row;
  }
}

function* candidateIds(store: CustomerStore, { conditions }: Query, customers: number): Generator<string> {
  const named = conditions.find(({ field, operator }) => field === 'Id' && /^(?:=|IN)$/.test(operator));
  if (named) {
    yield* new Set(named.values.map(String));
    return;
  }
  const since = conditions.find(
    ({ field, operator }) => /^metadata\.lastupdatedtime$/i.test(field) && operator.startsWith('>'),
  );
  const first = since ? firstChangedSince(Date.parse(String(since.values[0]))) : 1;
  for (const id of store.changed.keys()) if (!store.isSeeded(id) || Number(id) < first) yield id;
  for (let n = first; n <= customers; n += 1) yield String(n);
}
