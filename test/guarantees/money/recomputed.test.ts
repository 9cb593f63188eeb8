import { expect, test } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/index.ts';
import { startMoney } from '../../kit/environment/money.ts';

/**
 * Every figure of a company against what is computed here from the twin's books in another way: whole numbers of the smallest
 * unit, days as numbers, and a walk over customers instead of over invoices.
 */

const unitsIn: Readonly<Record<string, number>> = { USD: 2, EUR: 2, JPY: 0 };
const everything = [
  'openBalance',
  'overdueAmount',
  'oldestDueDate',
  'daysOverdue',
  'bucket',
  'aging',
  'openInvoices',
  'credit',
  'withSubcustomers',
  'lastInvoice',
  'lastPayment',
  'currency',
].map((name) => `{{ Money.${name} }}`);

interface Row {
  readonly Id: string;
  readonly ParentRef?: { readonly value: string };
}

function recompute(box: Sandbox, customers: readonly Row[], today: string) {
  const dayNumber = (day: string): number => Date.parse(day) / 86_400_000;
  const all = [...box.quickbooks.money.all()];
  const ofCustomer = Map.groupBy(all, ({ customer }) => customer);
  const children = Map.groupBy(customers, ({ ParentRef }) => ParentRef?.value);
  const below = (id: string): string[] => (children.get(id) ?? []).flatMap(({ Id }) => [Id, ...below(Id)]);

  function owed(ids: readonly string[], currency: string) {
    const show = (units: number): string => {
      const decimals = unitsIn[currency] ?? 2;
      const text = String(units).padStart(decimals + 1, '0');
      return decimals === 0 ? text : `${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
    };
    const mine = ids.flatMap((id) => ofCustomer.get(id) ?? []);
    const invoices = mine
      .filter(({ kind, open }) => kind === 'Invoice' && open > 0)
      .map(({ open, dueDate = '' }) => ({ open, late: dayNumber(today) - dayNumber(dueDate), dueDate }))
      .sort((a, b) => b.late - a.late);
    const between = (from: number, to: number): string =>
      show(invoices.filter(({ late }) => late >= from && late <= to).reduce((sum, { open }) => sum + open, 0));
    const [oldest] = invoices;
    const forever = Number.POSITIVE_INFINITY;
    const named = (late: number): string =>
      late > 90 ? 'over_90' : late > 60 ? '61_90' : late > 30 ? '31_60' : late > 0 ? '1_30' : 'current';
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
      credit: show(mine.filter(({ kind }) => kind !== 'Invoice').reduce((sum, { open }) => sum + open, 0)),
    };
  }

  function last(id: string, kind: 'Invoice' | 'Payment', currency: string) {
    const found = (ofCustomer.get(id) ?? []).filter((one) => one.kind === kind && one.total > 0);
    const newest = found.sort((a, b) => b.date.localeCompare(a.date) || Number(b.id) - Number(a.id))[0];
    if (!newest) return undefined;
    const digits = unitsIn[currency] ?? 2;
    const amount =
      digits === 0
        ? String(newest.total)
        : `${Math.floor(newest.total / 100)}.${String(newest.total % 100).padStart(2, '0')}`;
    return { ...(kind === 'Invoice' && { number: newest.number }), date: newest.date, amount };
  }

  return (id: string) => {
    const currency = box.quickbooks.company.books.currencyOf(id);
    const lastInvoice = last(id, 'Invoice', currency);
    const lastPayment = last(id, 'Payment', currency);
    return {
      currency,
      ...owed([id], currency),
      withSubcustomers: owed([id, ...below(id)], currency),
      ...(lastInvoice && { lastInvoice }),
      ...(lastPayment && { lastPayment }),
    };
  };
}

/** The suite has a small company; `ROLODESK_WHOLE_COMPANY=1` has the one of docs/money.md. */
const [size, invoices] = process.env.ROLODESK_WHOLE_COMPANY === '1' ? [10_000, 60_000] : [400, 2_400];

test('every figure of a company equals a recomputation to the cent, at first and after its books have changed', {
  timeout: 600_000,
}, async () => {
  const it = await startMoney({
    customers: size,
    invoices,
    include: 'overdue, lastInvoice',
    more: `mapping:\n  notes: "${everything.join(' ')}"\n`,
    fields: [],
  });
  it.pass(3_600_000);
  const opened = await it.open();
  const { source } = opened.pipeline;
  const context = opened.context;
  const { company, money } = it.box.quickbooks;

  async function read(from: Parameters<typeof source.read>[0]) {
    const pages = await Array.fromAsync(source.read(from, context));
    const found = new Map(pages.flatMap(({ records }) => records.map(({ key, data }) => [key, data.Money] as const)));
    return { found, cursor: pages.at(-1)?.cursor };
  }
  const customers = Array.from({ length: size }, (_, n) => company.get(String(n + 1))).flatMap((row) => row ?? []);

  it.box.quickbooks.resetRequests();
  const first = await read(undefined);
  const pagesOf = (count: number): number => Math.ceil((count - 1) / 999);
  const rowsOf = (kind: string): number => [...money.all()].filter((one) => one.kind === kind).length;
  const subs = customers.filter(({ ParentRef }) => ParentRef).length;
  // Two counts; customers, invoices, payments, credits and sub-customers by the page, each with the last row of the one before.
  expect(it.box.quickbooks.requests().byRoute['GET /v3/company/{id}/query']).toBeLessThanOrEqual(
    2 +
      [customers.length, rowsOf('Invoice'), rowsOf('Payment'), rowsOf('CreditMemo'), subs].reduce(
        (sum, count) => sum + pagesOf(count) + 1,
        0,
      ),
  );
  const expected = recompute(it.box, customers, '2026-03-10');
  expect(first.found.size).toBe(customers.length);
  for (const [key, found] of first.found) expect([key, found]).toEqual([key, expected(key)]);

  // A payment, a void, a deletion and a new invoice.
  it.pass(600_000);
  const open = [...money.all()].filter((one) => one.kind === 'Invoice' && one.open > 0 && one.currency === 'USD');
  const [paid, voided, removed] = open.filter(
    ({ customer }, at) => open.findIndex((one) => one.customer === customer) === at,
  );
  if (!paid || !voided || !removed) throw new Error('The company has too few open invoices.');
  money.pay({ customer: paid.customer, amount: 1000, date: '2026-03-10', apply: [{ id: paid.id, amount: 0.01 }] });
  money.void(voided.id);
  money.remove(removed.id);
  const touched = new Set([paid.customer, voided.customer, removed.customer]);
  const parents = customers.filter(({ Id }) => touched.has(Id)).flatMap(({ ParentRef }) => ParentRef?.value ?? []);
  const second = await read(first.cursor);
  for (const id of [...touched, ...parents]) expect(second.found.has(id)).toBe(true);
  const after = recompute(it.box, customers, '2026-03-10');
  for (const [key, found] of second.found) expect([key, found]).toEqual([key, after(key)]);
  const changedNow = customers
    .filter(({ Id }) => JSON.stringify(expected(Id)) !== JSON.stringify(after(Id)))
    .map(({ Id }) => Id);
  expect(changedNow.filter((id) => !second.found.has(id))).toEqual([]);

  // Midnight, and nothing else.
  it.pass(12 * 3_600_000);
  const third = await read(second.cursor);
  const next = recompute(it.box, customers, '2026-03-11');
  const byDay = customers
    .filter(({ Id }) => JSON.stringify(after(Id)) !== JSON.stringify(next(Id)))
    .map(({ Id }) => Id);
  expect([...third.found.keys()].sort()).toEqual(byDay.sort());
  expect(byDay.length).toBeGreaterThan(size / 10);
  for (const [key, found] of third.found) expect([key, found]).toEqual([key, next(key)]);
  await opened.close();
});
