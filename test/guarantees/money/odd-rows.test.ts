import { expect, test } from 'vitest';
import { startMoney } from '../../kit/environment/money.ts';
import { customer, userOf } from '../../kit/environment/snapshots.ts';

const hour = 3_600_000;
type Money = Awaited<ReturnType<typeof startMoney>>;
const fieldsOf = (it: Money, key: number): Record<string, unknown> => ({
  last_invoice: null,
  ...Object(Reflect.get(Object(userOf(it.box, key)), 'user_fields')),
});
const invoice = (it: Money, id: string, amount: number, due = '2026-02-04') =>
  it.box.quickbooks.money.invoice({ customer: id, amount, date: '2026-01-05', due });

/** What Intuit's pages call required or typed came otherwise for others: one such row never stops the rest. */
const odd: readonly {
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly figures: Readonly<Record<string, unknown>>;
  readonly isReported?: true;
}[] = [
  {
    name: 'no due date: its own date counts',
    fields: { DueDate: undefined },
    figures: { open_balance: 40.1, oldest_due_date: '2026-01-05', aging: '61_90' },
  },
  {
    name: 'a due date of null',
    fields: { DueDate: null },
    figures: { open_balance: 40.1, oldest_due_date: '2026-01-05' },
  },
  {
    name: 'a due date that is not one',
    fields: { DueDate: '0000-00-00' },
    figures: { open_balance: 40.1, oldest_due_date: '2026-01-05' },
  },
  {
    name: 'a due date with a time',
    fields: { DueDate: '2026-02-04T00:00:00-08:00' },
    figures: { open_balance: 40.1, oldest_due_date: '2026-02-04' },
  },
  {
    name: 'neither date: open, and never late',
    fields: { DueDate: undefined, TxnDate: null },
    figures: { open_balance: 40.1, overdue_amount: 10.1, oldest_due_date: '2026-02-04', open_invoices: 2 },
  },
  { name: 'a balance as text', fields: { Balance: '30.00' }, figures: { open_balance: 40.1, overdue_amount: 40.1 } },
  {
    name: 'a balance with the noise of binary fractions',
    fields: { Balance: 30.000000000000004 },
    figures: { open_balance: 40.1 },
  },
  {
    name: 'a balance that is nothing but that noise',
    fields: { Balance: 4.440892098500626e-16 },
    figures: { open_balance: 10.1, open_invoices: 1 },
  },
  {
    name: 'a negative balance owes nothing',
    fields: { Balance: -5 },
    figures: { open_balance: 10.1, open_invoices: 1 },
  },
  { name: 'no balance', fields: { Balance: undefined }, figures: { open_balance: 10.1 }, isReported: true },
  { name: 'a balance of null', fields: { Balance: null }, figures: { open_balance: 10.1 }, isReported: true },
  { name: 'no customer', fields: { CustomerRef: null }, figures: { open_balance: 10.1 }, isReported: true },
  {
    name: 'a customer without an id',
    fields: { CustomerRef: { name: 'x', value: null } },
    figures: { open_balance: 10.1 },
    isReported: true,
  },
  { name: 'a customer that is not there', fields: { CustomerRef: { value: '987' } }, figures: { open_balance: 10.1 } },
  { name: 'no currency', fields: { CurrencyRef: undefined }, figures: { open_balance: 40.1 } },
  { name: 'a currency of null', fields: { CurrencyRef: null }, figures: { open_balance: 40.1 } },
  { name: 'no number', fields: { DocNumber: null }, figures: { open_balance: 40.1, last_invoice: null } },
  { name: 'a number that is one', fields: { DocNumber: 1007 }, figures: { last_invoice: '1007' } },
];

test.each(odd)('an invoice with $name', async ({ fields, figures, isReported }) => {
  const it = await startMoney({
    fields: ['open_balance', 'overdue_amount', 'oldest_due_date', 'open_invoices', 'aging', 'last_invoice'],
  });
  const { company, money } = it.box.quickbooks;
  for (const id of [1, 2]) company.upsert(customer(id));
  invoice(it, '1', 10.1);
  money.misreport(invoice(it, '1', 30).id, fields);
  invoice(it, '2', 7);
  const report = await it.run();
  expect(report).toMatchObject({ outcome: 'completed', tallies: { read: 2, created: 2 } });
  const warned = report.warnings.map(({ code }) => code).filter((code) => code.startsWith('money'));
  expect(warned).toEqual(isReported ? ['money-unreadable'] : []);
  const { oldest_due_date, ...rest } = fieldsOf(it, 1);
  expect({ ...rest, oldest_due_date: String(oldest_due_date).slice(0, 10) }).toMatchObject(figures);
  expect(fieldsOf(it, 2)).toMatchObject({ open_balance: 7, overdue_amount: 7 });
});

test('a payment that does not say what it has left has nothing left, and one in another currency is not counted', async () => {
  const it = await startMoney({ fields: ['credit', 'last_payment'] });
  const { company, money } = it.box.quickbooks;
  for (const id of [1, 2]) company.upsert(customer(id));
  const pay = (id: string, amount: number) => money.pay({ customer: id, amount, date: '2026-03-01' });
  pay('1', 5.05);
  money.misreport(pay('1', 9).id, { UnappliedAmt: undefined, CustomerRef: { value: '1' } });
  money.misreport(pay('2', 9).id, { CurrencyRef: { value: 'EUR' } });
  money.misreport(money.credit({ customer: '2', amount: 3, date: '2026-03-01' }).id, { RemainingCredit: undefined });
  const report = await it.run();
  expect(report.warnings.map(({ code }) => code)).toEqual(['money-other-currency']);
  expect([1, 2].map((id) => fieldsOf(it, id).credit)).toEqual([5.05, 3]);
  expect(fieldsOf(it, 1).last_payment).toMatch(/^2026-03-01/);
});

test('customers that are each other’s parents count once, and an inactive one below counts', async () => {
  const it = await startMoney({ fields: ['family_balance'] });
  const { company } = it.box.quickbooks;
  company.upsert(customer(1, { Job: true, ParentRef: { value: '2' } }));
  company.upsert(customer(2, { Job: true, ParentRef: { value: '1' } }));
  company.upsert(customer(3));
  company.upsert(customer(4, { Job: true, ParentRef: { value: '3' } }));
  for (const id of ['1', '2', '3', '4']) invoice(it, id, 1.1);
  company.deactivate('4');
  await it.run();
  expect([1, 2, 3].map((id) => fieldsOf(it, id).family_balance)).toEqual([2.2, 2.2, 2.2]);
});

test('changes of more than a thousand invoices reach their customers, also those that change data capture has no room for', async () => {
  const it = await startMoney({ fields: ['overdue_amount'], include: 'overdue', customers: 30 });
  const { money } = it.box.quickbooks;
  const made = Array.from({ length: 1230 }, (_, n) => invoice(it, String((n % 30) + 1), 1, '2026-06-01'));
  it.pass(hour);
  const { created } = (await it.run()).tallies;
  it.pass(hour);
  for (const { id } of made) money.edit(id, { dueDate: '2026-01-01' });
  expect((await it.run()).tallies).toMatchObject({ read: 30, updated: created });
  expect([1, 2, 3].map((id) => fieldsOf(it, id).overdue_amount)).toEqual([41, 41, 41]);
});
