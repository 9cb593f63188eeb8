import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { check } from '../../../src/cli/handlers/check.ts';
import { createCompanyReader } from '../../../src/connectors/quickbooks/company.ts';
import { dayOf, daysBetween } from '../../../src/connectors/quickbooks/money/calendar.ts';
import { commandContext } from '../../kit/environment/command-context.ts';
import { startMoney } from '../../kit/environment/money.ts';
import { customer, userOf } from '../../kit/environment/snapshots.ts';
import { createContext } from '../../kit/ports.ts';
import { createSource, grant, rows } from '../../kit/twins/intuit.ts';

const hour = 3_600_000;
const start = Date.parse('2026-03-10T18:00:00Z');
type Money = Awaited<ReturnType<typeof startMoney>>;
const fieldsOf = (it: Money, key: number): Record<string, unknown> =>
  Object(Reflect.get(Object(userOf(it.box, key)), 'user_fields'));

test('a company is asked for its country and its time zone once a day, whoever asks', async () => {
  let now = start;
  let asked = 0;
  const { context } = createContext();
  const client = {
    companyInfo: async () => {
      asked += 1;
      return { Country: 'US', DefaultTimeZone: asked === 1 ? 'America/New_York' : 'Asia/Tokyo' };
    },
  };
  const first = await createCompanyReader(client, () => now).facts(undefined, context);
  expect(first).toEqual({ country: 'US', timeZone: 'America/New_York', askedAt: '2026-03-10T18:00:00.000Z' });
  // Another process has only what the cursor kept.
  now += 24 * hour - 1;
  expect(await createCompanyReader(client, () => now).facts(first, context)).toEqual(first);
  expect(asked).toBe(1);
  now += 1;
  expect(await createCompanyReader(client, () => now).facts(first, context)).toMatchObject({ timeZone: 'Asia/Tokyo' });
  expect(asked).toBe(2);
  // A clock that was set back by a week knows nothing of what was asked when.
  now -= 168 * hour;
  await createCompanyReader(client, () => now).facts(first, context);
  expect(asked).toBe(3);
});

test('a time zone that there is not is as none, and other odd words of the company as well', async () => {
  const { context } = createContext();
  const client = { companyInfo: async () => ({ Country: undefined, DefaultTimeZone: 'Pacific Standard Time' }) };
  expect(await createCompanyReader(client, () => start).facts(undefined, context)).toEqual({
    askedAt: '2026-03-10T18:00:00.000Z',
  });
});

test('another time zone in the configuration holds from the next run on: days are counted there', async () => {
  const it = await startMoney({ fields: ['overdue_amount'] });
  it.box.quickbooks.company.upsert(customer(1));
  // 18:00 UTC on 10 March: in Tokyo it is the 11th.
  it.box.quickbooks.money.invoice({ customer: '1', amount: 10, date: '2026-02-01', due: '2026-03-10' });
  it.pass(hour);
  await it.run();
  expect(fieldsOf(it, 1).overdue_amount).toBe(0);
  const config = readFileSync(it.path, 'utf8');
  writeFileSync(it.path, config.replace('include:', 'timeZone: Asia/Tokyo\n  include:'));
  await it.run();
  expect(fieldsOf(it, 1).overdue_amount).toBe(10);
});

test('a day that a clock change makes shorter or longer is one day', () => {
  const zone = 'America/New_York';
  const days = (...times: readonly string[]) => times.map((time) => dayOf(Date.parse(time), zone));
  // 8 March 2026 has 23 hours there, 1 November 25.
  expect(days('2026-03-08T04:59:59Z', '2026-03-08T05:00:00Z', '2026-03-09T03:59:59Z', '2026-03-09T04:00:00Z')).toEqual([
    '2026-03-07',
    '2026-03-08',
    '2026-03-08',
    '2026-03-09',
  ]);
  expect(days('2026-11-01T03:59:59Z', '2026-11-01T04:00:00Z', '2026-11-02T04:59:59Z', '2026-11-02T05:00:00Z')).toEqual([
    '2026-10-31',
    '2026-11-01',
    '2026-11-01',
    '2026-11-02',
  ]);
  expect([daysBetween('2026-03-07', '2026-03-09'), daysBetween('2026-10-31', '2026-11-02')]).toEqual([2, 2]);
  expect(daysBetween('2028-02-28', '2028-03-01')).toBe(2);
});

test('a due date that passes with the clock change makes late exactly once', async () => {
  const it = await startMoney({ fields: ['overdue_amount'], startAt: '2026-03-08T03:00:00Z' });
  it.box.quickbooks.company.upsert(customer(1));
  it.box.quickbooks.money.invoice({ customer: '1', amount: 10, date: '2026-02-01', due: '2026-03-08' });
  it.pass(hour);
  await it.run();
  const updates: number[] = [];
  for (let n = 0; n < 30; n += 1) {
    it.pass(hour);
    if ((await it.run()).tallies.updated === 1) updates.push(n);
  }
  // From 04:00 UTC on the 8th to 04:00 UTC on the 9th: the day has 23 hours, after the one before it ended at 05:00.
  expect(updates).toHaveLength(1);
  expect(fieldsOf(it, 1).overdue_amount).toBe(10);
});

test.each(['5020', '3100', '120'])(
  'fault %s of invoices alone: check names it, and a sync changes nothing',
  async (fault) => {
    const it = await startMoney({ fields: ['overdue_amount'] });
    const { company, money } = it.box.quickbooks;
    company.upsert(customer(1));
    money.invoice({ customer: '1', amount: 10, date: '2026-01-01', due: '2026-01-31' });
    await it.run();
    it.box.quickbooks.faults.add({ fault, text: 'from invoice' });
    it.pass(hour);
    company.upsert({ Id: '1', Notes: 'x', DisplayName: 'Another name' });
    const { cli, printed } = commandContext(it);
    expect(await check(cli)).toBe(3);
    expect(printed()).toMatch(/✖ money: the person who connected the company may not read invoices/);
    expect(await it.run()).toMatchObject({ outcome: 'failed', error: { code: 'quickbooks-forbidden', exitCode: 3 } });
    expect(fieldsOf(it, 1).overdue_amount).toBe(10);
    expect(userOf(it.box, 1)).toMatchObject({ name: 'Customer 1' });
    it.box.quickbooks.faults.clear();
    expect((await it.run()).tallies).toMatchObject({ updated: 1 });
  },
);

test('a field of the wrong type in Zendesk: the line is named, nobody is written, and a retry brings all once it is mended', async () => {
  const it = await startMoney({ fields: ['open_balance', 'aging'] });
  const { company, money } = it.box.quickbooks;
  // Somebody has made it a date.
  it.box.zendesk.customFields.define({ key: 'open_balance', type: 'date', title: 'Open balance' });
  for (const id of [1, 2]) company.upsert(customer(id));
  money.invoice({ customer: '1', amount: 10, date: '2026-01-01', due: '2026-01-31' });
  const { cli, printed } = commandContext(it);
  await check(cli);
  expect(printed()).toContain('open_balance');
  const report = await it.run();
  expect(report.rejects[0]).toMatchObject({
    code: 'invalid-field',
    message: expect.stringMatching(
      /^user_fields\.open_balance \(rolodesk\.yaml:\d+\): not a date\. Allowed: YYYY-MM-DD/,
    ),
  });
  expect(report.tallies).toMatchObject({ rejected: 2, created: 0 });
  it.box.zendesk.customFields.define({ key: 'open_balance', type: 'decimal', title: 'Open balance' });
  expect((await it.run({ kind: 'retry' })).tallies).toMatchObject({ created: 2 });
  expect([1, 2].map((id) => fieldsOf(it, id).open_balance)).toEqual([10, 0]);
});

test('a customer’s link is its page in the QuickBooks of its environment', async () => {
  for (const [environment, origin] of [
    ['sandbox', 'https://app.sandbox.qbo.intuit.com'],
    ['production', 'https://app.qbo.intuit.com'],
  ] as const) {
    const { source, context } = createSource({ config: { environment }, uses: ['Id', 'Link'] });
    grant('access-1');
    const host = environment === 'sandbox' ? undefined : 'https://quickbooks.api.intuit.com';
    rows("where id in ('58')", 'Customer', [{ Id: '58', DisplayName: 'Weiss', Active: true }], host);
    const pages = await Array.fromAsync(source.readKeys?.(['58'], context) ?? []);
    expect(pages.flatMap(({ records }) => records.map(({ data }) => Reflect.get(Object(data), 'Link')))).toEqual([
      `${origin}/app/customerdetail?nameId=58`,
    ]);
  }
});
