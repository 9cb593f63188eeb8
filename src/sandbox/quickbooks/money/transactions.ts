import { pacific } from '../../seed/customers.ts';
import type { QueriedRow } from '../select.ts';
import { rowOf, type Transaction, type TransactionKind } from './transaction.ts';

/** The transactions of a company by id, their rows, and what each customer owes by them. */
export function createTransactions(made: readonly Transaction[], now: () => number) {
  const transactions = new Map(made.map((one) => [one.id, one]));
  const rows = createRows();
  const removed = new Map<string, { readonly kind: TransactionKind; readonly at: number }>();
  const { addTo, balanceOf } = createBalances();
  const byCustomer = createIndex(made);
  let lastId = made.reduce((highest, { id }) => Math.max(highest, Number(id)), 0);
  for (const one of made) addTo(one, 1);

  function save(next: Transaction): void {
    const before = transactions.get(next.id);
    if (before) addTo(before, -1);
    addTo(next, 1);
    transactions.set(next.id, next);
    rows.forget(next.id);
  }

  function get(id: string): Transaction {
    const found = transactions.get(id);
    if (!found) throw new Error(`There is no transaction ${id}.`);
    return found;
  }

  function change(id: string, fields: Partial<Transaction>): Transaction {
    const before = get(id);
    const next = { ...before, ...fields, updatedAt: now(), version: before.version + 1 };
    save(next);
    return next;
  }

  const views = {
    get,
    has: (id: string): boolean => transactions.has(id),
    balanceOf,
    all: (): Iterable<Transaction> => transactions.values(),
    /** `customers`: of these alone. */
    *rowsOf(kind: TransactionKind, customers?: readonly string[]): Generator<QueriedRow> {
      const some = customers && byCustomer.idsOf(customers).flatMap((id) => transactions.get(id) ?? []);
      for (const one of some ?? transactions.values()) if (one.kind === kind) yield rows.of(one);
    },
    /** As change data capture shows it. */
    changedSince(kind: TransactionKind, since: number): { readonly rows: object[]; readonly tombstones: object[] } {
      const changed = [...transactions.values()].filter(
        (one) => one.kind === kind && Math.floor(one.updatedAt / 1000) * 1000 >= since,
      );
      const gone = [...removed].filter(([, { kind: its, at }]) => its === kind && at >= since);
      return {
        rows: changed.sort((a, b) => a.updatedAt - b.updatedAt).map(rows.of),
        tombstones: gone.map(([Id, { at }]) => tombstone(Id, at)),
      };
    },
  };

  return {
    get,
    change,
    views,
    /** What it is stays the same; only its row reads otherwise. Undefined: the row lacks it. */
    misreport(id: string, fields: Readonly<Record<string, unknown>>): void {
      rows.misreport(id, fields);
      change(id, {});
    },
    create(fields: Omit<Transaction, 'id' | 'createdAt' | 'updatedAt' | 'version'>): Transaction {
      lastId += 1;
      const one = { ...fields, id: String(lastId), createdAt: now(), updatedAt: now(), version: 0 };
      save(one);
      byCustomer.add(one);
      return one;
    },
    remove(id: string): void {
      const one = get(id);
      addTo(one, -1);
      transactions.delete(id);
      rows.forget(id);
      removed.set(id, { kind: one.kind, at: now() });
    },
  };
}

function tombstone(Id: string, at: number): object {
  return { domain: 'QBO', status: 'Deleted', Id, MetaData: { LastUpdatedTime: pacific(at) } };
}

/** Ids by customer, which never changes: a company may have a million, and most queries are about a few customers. */
function createIndex(made: readonly Transaction[]) {
  const ids = new Map<string, string[]>();
  const add = ({ id, customer }: Transaction): void => {
    const known = ids.get(customer) ?? [];
    known.push(id);
    ids.set(customer, known);
  };
  for (const one of made) add(one);
  return {
    add,
    idsOf: (customers: readonly string[]): string[] => [...new Set(customers)].flatMap((one) => ids.get(one) ?? []),
  };
}

/** As the API gives them, made when they are asked for. */
function createRows() {
  const rows = new Map<string, QueriedRow>();
  const odd = new Map<string, Readonly<Record<string, unknown>>>();

  function make(one: Transaction): QueriedRow {
    const row = rowOf(one);
    const found = Object.entries({ ...row, ...odd.get(one.id) }).filter(([, value]) => value !== undefined);
    return { ...Object.fromEntries(found), Id: row.Id, MetaData: row.MetaData };
  }

  return {
    of(one: Transaction): QueriedRow {
      const row = rows.get(one.id) ?? make(one);
      rows.set(one.id, row);
      return row;
    },
    forget: (id: string): boolean => rows.delete(id),
    /** Fields that the API gives in another way than it documents. */
    misreport: (id: string, fields: Readonly<Record<string, unknown>>): unknown => odd.set(id, fields),
  };
}

/** By customer: what it owes, in the smallest unit of its currency; credit counts against it. */
function createBalances() {
  const balances = new Map<string, number>();
  return {
    balanceOf: (customer: string): number => balances.get(customer) ?? 0,
    addTo({ customer, kind, open }: Transaction, sign: 1 | -1): void {
      const owed = kind === 'Invoice' ? open : -open;
      balances.set(customer, (balances.get(customer) ?? 0) + sign * owed);
    },
  };
}
