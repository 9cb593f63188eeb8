import type { Sandbox } from '../../../src/sandbox/index.ts';

/**
 * What customers owe, computed from the twin's books in another way than the connector does: whole numbers of the smallest
 * unit, days as numbers, and a walk over customers instead of over invoices.
 */

const unitsIn: Readonly<Record<string, number>> = { USD: 2, EUR: 2, JPY: 0 };
const forever = Number.POSITIVE_INFINITY;

export interface CustomerRow {
  readonly Id: string;
  readonly ParentRef?: { readonly value: string };
}

type Books = Sandbox['quickbooks']['money'];
type Transaction = ReturnType<Books['get']>;

/** The figures of one customer on that day, by its id. */
export function recompute(box: Sandbox, customers: readonly CustomerRow[], today: string) {
  const ofCustomer = Map.groupBy(box.quickbooks.money.all(), ({ customer }) => customer);
  const children = Map.groupBy(customers, ({ ParentRef }) => ParentRef?.value);
  const below = (id: string): string[] => (children.get(id) ?? []).flatMap(({ Id }) => [Id, ...below(Id)]);
  const of = (ids: readonly string[]): Transaction[] => ids.flatMap((id) => ofCustomer.get(id) ?? []);

  return (id: string) => {
    const currency = box.quickbooks.company.books.currencyOf(id);
    const lastInvoice = last(of([id]), 'Invoice', currency);
    const lastPayment = last(of([id]), 'Payment', currency);
    return {
      currency,
      ...owed(of([id]), currency, today),
      withSubcustomers: owed(of([id, ...below(id)]), currency, today),
      ...(lastInvoice && { lastInvoice }),
      ...(lastPayment && { lastPayment }),
    };
  };
}

function show(units: number, currency: string): string {
  const decimals = unitsIn[currency] ?? 2;
  const text = String(units).padStart(decimals + 1, '0');
  return decimals === 0 ? text : `${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
}

function dayNumber(day: string): number {
  return Date.parse(day) / 86_400_000;
}

function named(late: number): string {
  return late > 90 ? 'over_90' : late > 60 ? '61_90' : late > 30 ? '31_60' : late > 0 ? '1_30' : 'current';
}

function owed(mine: readonly Transaction[], currency: string, today: string) {
  const invoices = mine
    .filter(({ kind, open }) => kind === 'Invoice' && open > 0)
    .map(({ open, dueDate = '' }) => ({ open, late: dayNumber(today) - dayNumber(dueDate), dueDate }))
    .sort((a, b) => b.late - a.late);
  const between = (from: number, to: number): string =>
    show(
      invoices.filter(({ late }) => late >= from && late <= to).reduce((sum, { open }) => sum + open, 0),
      currency,
    );
  const [oldest] = invoices;
  const credit = mine.filter(({ kind }) => kind !== 'Invoice').reduce((sum, { open }) => sum + open, 0);
  return {
    openBalance: between(-forever, forever),
    overdueAmount: between(1, forever),
    ...(oldest && { oldestDueDate: oldest.dueDate, bucket: named(oldest.late) }),
    daysOverdue: oldest && oldest.late > 0 ? oldest.late : 0,
    aging: {
      current: between(-forever, 0),
      '1_30': between(1, 30),
      '31_60': between(31, 60),
      '61_90': between(61, 90),
      over_90: between(91, forever),
    },
    openInvoices: invoices.length,
    credit: show(credit, currency),
  };
}

function last(mine: readonly Transaction[], kind: 'Invoice' | 'Payment', currency: string) {
  const found = mine.filter((one) => one.kind === kind && one.total > 0);
  const newest = found.sort((a, b) => b.date.localeCompare(a.date) || Number(b.id) - Number(a.id))[0];
  if (!newest) return undefined;
  const amount = show(newest.total, currency);
  return { ...(kind === 'Invoice' && { number: newest.number }), date: newest.date, amount };
}
