import { expect, test } from 'vitest';
import { moneyFields, startMoney } from '../../kit/environment/money.ts';
import { customer, userOf } from '../../kit/environment/snapshots.ts';

const hour = 3_600_000;
/** Of the user; a field that was never written is null. */
const fieldsOf = (it: Awaited<ReturnType<typeof startMoney>>, key: number): Record<string, unknown> => ({
  ...Object.fromEntries(Object.keys(moneyFields).map((name) => [name, null])),
  ...Object(Reflect.get(Object(userOf(it.box, key)), 'user_fields')),
});

test('a user has what its customer owes, and a payment, a void and a new due date reach it in one run', async () => {
  const it = await startMoney({
    fields: [
      'open_balance',
      'overdue_amount',
      'oldest_due_date',
      'open_invoices',
      'aging',
      'credit',
      'last_invoice',
      'last_payment',
    ],
  });
  const { company, money } = it.box.quickbooks;
  company.upsert(customer(1));
  company.upsert(customer(2));
  const first = money.invoice({ customer: '1', amount: 100.1, date: '2026-01-05', due: '2026-02-04', number: 'A7' });
  const second = money.invoice({ customer: '1', amount: 50.2, date: '2026-03-01', due: '2026-03-31', number: 'A8' });
  await it.run();
  expect(fieldsOf(it, 1)).toMatchObject({
    open_balance: 150.3,
    overdue_amount: 100.1,
    oldest_due_date: expect.stringMatching(/^2026-02-04/),
    open_invoices: 2,
    aging: '31_60',
    credit: 0,
    last_invoice: 'A8',
    last_payment: null,
  });
  expect(fieldsOf(it, 2)).toMatchObject({
    open_balance: 0,
    overdue_amount: 0,
    oldest_due_date: null,
    open_invoices: 0,
  });

  it.pass(hour);
  money.pay({ customer: '1', amount: 120, date: '2026-03-10', apply: [{ id: first.id, amount: 100.1 }] });
  expect((await it.run()).tallies).toMatchObject({ updated: 1 });
  expect(fieldsOf(it, 1)).toMatchObject({
    open_balance: 50.2,
    overdue_amount: 0,
    oldest_due_date: expect.stringMatching(/^2026-03-31/),
    aging: 'current',
    credit: 19.9,
    last_payment: expect.stringMatching(/^2026-03-10/),
  });

  it.pass(hour);
  // No balance moves, so the customer's own record stays as it is.
  money.edit(second.id, { dueDate: '2026-03-01' });
  expect((await it.run()).tallies).toMatchObject({ read: 1, updated: 1 });
  expect(fieldsOf(it, 1)).toMatchObject({ overdue_amount: 50.2, aging: '1_30' });

  it.pass(hour);
  money.void(second.id);
  expect((await it.run()).tallies).toMatchObject({ updated: 1 });
  expect(fieldsOf(it, 1)).toMatchObject({ open_balance: 0, oldest_due_date: null, aging: null, last_invoice: 'A7' });
});

test('a quiet run asks for money in the call that is made anyway, and companyinfo once a day', async () => {
  const it = await startMoney({ fields: ['overdue_amount', 'last_invoice', 'family_balance'] });
  it.box.quickbooks.company.upsert(customer(1));
  it.pass(hour);
  await it.run();
  const calls = async () => {
    it.pass(hour / 4);
    it.box.quickbooks.resetRequests();
    await it.run();
    return it.box.quickbooks.requests().byRoute;
  };
  const quiet = { 'GET /v3/company/{id}/query': 1, 'GET /v3/company/{id}/cdc': 1 };
  expect(await calls()).toEqual(quiet);
  expect(await calls()).toEqual(quiet);
});

test('a due date that passes changes exactly the users that it makes late, at midnight where the company is', async () => {
  // 18:00 UTC is 14:00 in New York; its day ends at 04:00 UTC.
  const it = await startMoney({ fields: ['overdue_amount', 'aging'] });
  const { company, money } = it.box.quickbooks;
  for (const id of [1, 2, 3, 4]) company.upsert(customer(id));
  const invoice = (id: string, due: string) => money.invoice({ customer: id, amount: 10, date: '2026-02-01', due });
  invoice('1', '2026-03-10');
  invoice('2', '2026-03-11');
  invoice('3', '2026-02-08');
  invoice('4', '2026-02-20');
  it.pass(hour);
  await it.run();
  expect([1, 2, 3, 4].map((id) => fieldsOf(it, id).aging)).toEqual(['current', 'current', '1_30', '1_30']);
  it.pass(8 * hour);
  expect((await it.run()).tallies).toMatchObject({ read: 0 });
  it.pass(hour + 60_000);
  const report = await it.run();
  expect(report.tallies).toMatchObject({ read: 2, updated: 2 });
  expect([1, 2, 3, 4].map((id) => fieldsOf(it, id).aging)).toEqual(['1_30', 'current', '31_60', '1_30']);
  it.box.quickbooks.resetRequests();
  it.pass(hour / 4);
  expect((await it.run()).tallies).toMatchObject({ read: 0 });
  expect(it.box.quickbooks.requests().total).toBe(2);
});

test('a parent has the sum of its sub-customers, and follows them', async () => {
  const it = await startMoney({ fields: ['open_balance', 'family_balance'] });
  const { company, money } = it.box.quickbooks;
  company.upsert(customer(1));
  company.upsert(customer(2, { Job: true, ParentRef: { value: '1' } }));
  company.upsert(customer(3, { Job: true, ParentRef: { value: '2' }, BillWithParent: true }));
  money.invoice({ customer: '1', amount: 1, date: '2026-01-05', due: '2026-02-04' });
  money.invoice({ customer: '2', amount: 0.1, date: '2026-01-05', due: '2026-02-04' });
  const deepest = money.invoice({ customer: '3', amount: 0.2, date: '2026-01-05', due: '2026-02-04' });
  await it.run();
  const sums = () => [1, 2, 3].map((id) => [fieldsOf(it, id).open_balance, fieldsOf(it, id).family_balance]);
  expect(sums()).toEqual([
    [1, 1.3],
    [0.1, 0.3],
    [0.2, 0.2],
  ]);
  it.pass(hour);
  money.remove(deepest.id);
  await it.run();
  expect(sums()).toEqual([
    [1, 1.1],
    [0.1, 0.1],
    [0, 0],
  ]);
});

test('a yen has no decimals, a dinar three, and an empty company is read', async () => {
  const it = await startMoney({ fields: ['open_balance'] });
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { read: 0 } });
  const { company, money } = it.box.quickbooks;
  company.upsert(customer(1, { CurrencyRef: { value: 'JPY' } }));
  company.upsert(customer(2, { CurrencyRef: { value: 'KWD' } }));
  it.pass(hour);
  money.invoice({ customer: '1', amount: 1234, date: '2026-01-05', due: '2026-02-04' });
  money.invoice({ customer: '2', amount: 1.005, date: '2026-01-05', due: '2026-02-04' });
  await it.run();
  expect([1, 2].map((id) => fieldsOf(it, id).open_balance)).toEqual([1234, 1.005]);
});

test('a filter and further keys read what is mapped, and --keys brings figures too', async () => {
  const it = await startMoney({
    include: 'overdue',
    more: 'filter: Money.daysOverdue > 30\nmapping:\n  notes: "{{ Money.overdueAmount }} {{ Money.currency }}"\n',
    fields: [],
  });
  const { company, money } = it.box.quickbooks;
  for (const id of [1, 2]) company.upsert(customer(id));
  money.invoice({ customer: '1', amount: 10.5, date: '2026-01-01', due: '2026-01-31' });
  money.invoice({ customer: '2', amount: 10.5, date: '2026-01-01', due: '2026-03-01' });
  const report = await it.run();
  expect(report.tallies).toMatchObject({ created: 1, skipped: 1 });
  expect(Object(userOf(it.box, 1)).notes).toBe('10.50 USD');
  expect((await it.run({ keys: ['1'] })).tallies).toMatchObject({ unchanged: 1 });
});

test('without the right to read invoices a run fails by name, and what users have stays', async () => {
  const it = await startMoney({ fields: ['overdue_amount'] });
  const { company, money } = it.box.quickbooks;
  company.upsert(customer(1));
  money.invoice({ customer: '1', amount: 10, date: '2026-01-01', due: '2026-01-31' });
  await it.run();
  it.box.quickbooks.faults.add({ fault: '5020', text: 'from invoice' });
  it.pass(hour);
  company.upsert({ Id: '1', Notes: 'x' });
  const report = await it.run();
  expect(report).toMatchObject({ outcome: 'failed', error: { code: 'quickbooks-forbidden' } });
  expect(JSON.stringify(report)).toContain('may not read its records of Invoice');
  expect(fieldsOf(it, 1).overdue_amount).toBe(10);
});

test('custom fields are read by label or id where a mapping names them, and the customer has a link only where there is one', async () => {
  const it = await startMoney({
    include: 'customFields',
    more: 'mapping:\n  notes: "{{ CustomFields[\'Account tier\'] }} {{ CustomFields[\'1000000003\'] }}"\n  details: "{{ PrimaryTaxIdentifier }}"\n',
    fields: [],
  });
  it.box.quickbooks.company.upsert(customer(1, { PrimaryTaxIdentifier: '12-3456789' }));
  await it.run();
  expect(userOf(it.box, 1)).toMatchObject({ notes: 'Silver AC-000001', details: 'XXXXXX56789' });
});

test('odd rows count as they can be read, and one without an amount is reported', async () => {
  const it = await startMoney({ fields: ['open_balance'] });
  const { company, money } = it.box.quickbooks;
  company.upsert(customer(1));
  money.invoice({ customer: '1', amount: 10.25, date: '2026-01-01', due: '2026-01-31' });
  it.box.quickbooks.faults.add({ fault: 'odd-fields', text: 'from invoice' });
  await it.run();
  expect(fieldsOf(it, 1).open_balance).toBe(10.25);
});

test('an include that there is not, and money that is not included, are found with their lines', async () => {
  const unknown = await startMoney({ include: 'overdues' });
  await expect(unknown.run()).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/:\d+ source\.include/),
  });
  const missing = await startMoney({ include: 'lastInvoice', fields: ['overdue_amount'] });
  await expect(missing.run()).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/:\d+ mapping\.user_fields\.overdue_amount: .*source\.include names overdue/),
  });
});
