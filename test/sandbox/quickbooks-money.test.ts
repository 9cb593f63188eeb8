import { expect, test } from 'vitest';
import { startTwins } from '../kit/twins/twins.ts';

/** The twin's money against Intuit's reference pages. Shapes and sums are written down here by hand. */

const customer = (id: string, more: object = {}) => ({ Id: id, DisplayName: `Customer ${id}`, ...more });

async function startCompany(options: { customers?: number; invoices?: number } = {}) {
  const twins = await startTwins({ customers: 0, ...options });
  const { company, money } = twins.box.quickbooks;
  const rows = async (entity: string, rest = '') =>
    (await twins.query(`select * from ${entity} ${rest} orderby Id maxresults 1000`)).body.QueryResponse[entity] ?? [];
  const cdc = async (entities: string) =>
    (await twins.quickbooks(`/cdc?entities=${entities}&changedSince=${new Date(twins.now() - 60_000).toISOString()}`))
      .body.CDCResponse[0].QueryResponse;
  return { ...twins, company, money, rows, cdc };
}

test('an invoice asks for what no payment has paid, and a customer owes the sum, less its credit', async () => {
  const { company, money, rows } = await startCompany();
  company.upsert(customer('1'));
  const invoice = money.invoice({ customer: '1', amount: 100.1, date: '2026-01-05', due: '2026-02-04', number: '7' });
  money.invoice({ customer: '1', amount: 50.2, date: '2026-01-06', due: '2026-02-05' });
  money.pay({ customer: '1', amount: 40, date: '2026-01-07', apply: [{ id: invoice.id, amount: 30.05 }] });
  money.credit({ customer: '1', amount: 5, date: '2026-01-08' });
  expect(await rows('Invoice')).toMatchObject([
    {
      Id: '1',
      DocNumber: '7',
      TxnDate: '2026-01-05',
      DueDate: '2026-02-04',
      TotalAmt: 100.1,
      Balance: 70.05,
      CustomerRef: { value: '1' },
      CurrencyRef: { value: 'USD' },
      LinkedTxn: [{ TxnId: '3', TxnType: 'Payment' }],
    },
    { Id: '2', TotalAmt: 50.2, Balance: 50.2, LinkedTxn: [] },
  ]);
  expect(await rows('Payment')).toMatchObject([
    {
      Id: '3',
      TotalAmt: 40,
      UnappliedAmt: 9.95,
      Line: [{ Amount: 30.05, LinkedTxn: [{ TxnId: '1', TxnType: 'Invoice' }] }],
    },
  ]);
  expect(await rows('CreditMemo')).toMatchObject([{ Id: '4', Balance: 5, RemainingCredit: 5 }]);
  expect(await rows('Customer')).toMatchObject([{ Balance: 105.3, BalanceWithJobs: 105.3 }]);
  expect(await rows('Invoice', "where Balance > '60'")).toMatchObject([{ Id: '1' }]);
  expect(await rows('Invoice', "where CustomerRef IN ('1', '2') and DueDate > '2026-02-04'")).toMatchObject([
    { Id: '2' },
  ]);
});

test('a credit pays by a payment of nothing, and what is voided or deleted gives back what it took', async () => {
  const { company, money, rows, cdc } = await startCompany();
  company.upsert(customer('1'));
  const invoice = money.invoice({ customer: '1', amount: 20, date: '2026-01-05', due: '2026-02-04' });
  const memo = money.credit({ customer: '1', amount: 15, date: '2026-01-06' });
  const used = [{ id: memo.id, amount: 12 }];
  const payment = money.pay({
    customer: '1',
    amount: 0,
    date: '2026-01-07',
    apply: [{ id: invoice.id, amount: 12 }],
    credits: used,
  });
  expect(await rows('Invoice')).toMatchObject([{ Balance: 8 }]);
  expect(await rows('CreditMemo')).toMatchObject([{ RemainingCredit: 3 }]);
  money.remove(payment.id);
  expect(await rows('Invoice')).toMatchObject([{ Balance: 20 }]);
  expect(await rows('CreditMemo')).toMatchObject([{ RemainingCredit: 15 }]);
  const cash = money.pay({ customer: '1', amount: 20, date: '2026-01-08', apply: [{ id: invoice.id, amount: 20 }] });
  money.void(invoice.id);
  expect(await rows('Invoice')).toMatchObject([{ Balance: 0, TotalAmt: 0, PrivateNote: 'Voided' }]);
  expect(await rows('Payment')).toMatchObject([{ Id: cash.id, UnappliedAmt: 20, Line: [] }]);
  const [changedInvoices, payments] = await cdc('Invoice,Payment');
  expect(changedInvoices).toMatchObject({ Invoice: [{ Id: invoice.id, Balance: 0 }] });
  expect(payments).toMatchObject({ Payment: [{ Id: cash.id }, { Id: payment.id, status: 'Deleted' }], totalCount: 2 });
  expect(Object.keys(payments.Payment[1]).sort()).toEqual(['Id', 'MetaData', 'domain', 'status']);
});

test('a balance moves the time of the customer and of those above it, and no token; an edit of a due date moves neither', async () => {
  const { company, money, rows, pass } = await startCompany();
  company.upsert(customer('1'));
  company.upsert(customer('2', { Job: true, ParentRef: { value: '1' } }));
  company.upsert(customer('3'));
  const times = async () =>
    (await rows('Customer')).map((row: { MetaData: { LastUpdatedTime: string } }) => row.MetaData.LastUpdatedTime);
  const before = await times();
  pass(60_000);
  const invoice = money.invoice({ customer: '2', amount: 10, date: '2026-01-05', due: '2026-02-04' });
  const after = await times();
  expect(after.map((time: string, position: number) => time !== before[position])).toEqual([true, true, false]);
  expect(await rows('Customer')).toMatchObject([
    { SyncToken: '0', Balance: 0, BalanceWithJobs: 10 },
    { SyncToken: '0', Balance: 10 },
    { Balance: 0 },
  ]);
  pass(60_000);
  money.edit(invoice.id, { dueDate: '2026-03-01' });
  expect(await times()).toEqual(after);
  expect(await rows('Invoice')).toMatchObject([{ DueDate: '2026-03-01', SyncToken: '1' }]);
});

test('a yen has no decimals and a dinar three, and sub-customers have the currency of the top', async () => {
  const { company, money, rows } = await startCompany();
  company.upsert(customer('1', { CurrencyRef: { value: 'JPY' } }));
  company.upsert(customer('2', { CurrencyRef: { value: 'KWD' } }));
  company.upsert(customer('3', { Job: true, ParentRef: { value: '2' } }));
  money.invoice({ customer: '1', amount: 1234, date: '2026-01-05', due: '2026-02-04' });
  money.invoice({ customer: '3', amount: 1.005, date: '2026-01-05', due: '2026-02-04' });
  expect(await rows('Invoice')).toMatchObject([
    { TotalAmt: 1234, CurrencyRef: { value: 'JPY' }, HomeTotalAmt: 8.27 },
    { TotalAmt: 1.005, CurrencyRef: { value: 'KWD' } },
  ]);
});

test('what a payment has left cannot be asked for, nor what a credit has', async () => {
  const { query } = await startCompany();
  for (const statement of [
    "Payment where UnappliedAmt > '0'",
    "CreditMemo where Balance > '0'",
    'Invoice where Active = true',
  ]) {
    const { status, text } = await query(`select * from ${statement}`);
    expect([status, text]).toEqual([400, expect.stringContaining('is not queryable')]);
  }
});

test('custom fields come where the request includes them, and a tax number is masked', async () => {
  const { company, quickbooks } = await startCompany();
  const tier = { DefinitionId: '1000000001', Name: 'Account tier', Type: 'StringType', StringValue: 'Gold' };
  company.upsert(customer('1', { CustomField: [tier], PrimaryTaxIdentifier: '12-3456789' }));
  const statement = encodeURIComponent('select * from Customer');
  const read = async (more: string) =>
    (await quickbooks(`/query?query=${statement}${more}`)).body.QueryResponse.Customer[0];
  expect(await read('')).not.toHaveProperty('CustomField');
  expect(await read('&include=enhancedAllCustomFields')).toMatchObject({
    CustomField: [tier],
    PrimaryTaxIdentifier: 'XXXXXX56789',
  });
});

test('a company of a seed has what makes money hard, its books balance, and it is the same again', async () => {
  const options = { customers: 300, invoices: 1_800 };
  const { money, rows } = await startCompany(options);
  const all = [...money.all()];
  const count = (holds: (one: (typeof all)[number]) => boolean): number => all.filter(holds).length;
  expect(count(({ kind }) => kind === 'Invoice')).toBe(1_800);
  expect(count(({ kind, total }) => kind === 'Payment' && total > 0)).toBe(600);
  expect(count(({ kind, open }) => kind === 'Invoice' && open > 0)).toBeGreaterThan(100);
  expect(count(({ kind, open, total }) => kind === 'Invoice' && open > 0 && open < total)).toBeGreaterThan(5);
  expect(count(({ isVoid }) => isVoid === true)).toBeGreaterThan(3);
  expect(count(({ kind, open }) => kind === 'Payment' && open > 0)).toBeGreaterThan(10);
  expect(count(({ kind, open }) => kind === 'CreditMemo' && open > 0)).toBeGreaterThan(5);
  expect(new Set(all.map(({ currency }) => currency))).toEqual(new Set(['USD', 'EUR', 'JPY']));
  expect(count(({ open }) => open < 0)).toBe(0);
  // Each customer's balance, from the rows.
  const owed = new Map<string, number>();
  for (const { kind, customer: id, open } of all)
    owed.set(id, (owed.get(id) ?? 0) + (kind === 'Invoice' ? open : -open));
  for (const { Id, Balance, CurrencyRef } of await rows('Customer'))
    expect(Math.round(Balance * (CurrencyRef.value === 'JPY' ? 1 : 100))).toBe(owed.get(Id) ?? 0);
  const again = await startCompany(options);
  expect([...again.money.all()]).toEqual(all);
});
