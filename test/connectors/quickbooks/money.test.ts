import nock from 'nock';
import { expect, test } from 'vitest';
import { moneyNeeds } from '../../../src/connectors/quickbooks/money/needs.ts';
import { createEntryReader } from '../../../src/connectors/quickbooks/money/read-entries.ts';
import { createContext } from '../../kit/ports.ts';
import { api, createSource, grant, rows } from '../../kit/twins/intuit.ts';
import { withoutNetwork } from '../../kit/twins/no-network.ts';

withoutNetwork();

const time = '2026-11-23T04:00:01.000-08:00';
const invoice = (id: number, Balance: number) => ({
  Id: String(id),
  CustomerRef: { value: '1' },
  Balance,
  TotalAmt: 1,
});

/** Pages of a list, by offset, as it is when each is asked for. */
function listThatMoves(open: { Id: string }[], afterPage: (page: number) => void) {
  const asked: number[] = [];
  const client = {
    count: async () => ({ total: open.length, time }),
    query: async (
      _: unknown,
      __: unknown,
      criteria: readonly { readonly field: string; readonly value: unknown }[],
    ) => {
      const numberOf = (field: string): number => Number(criteria.find((one) => one.field === field)?.value);
      const position = numberOf('offset');
      const found = open.slice(position - 1, position - 1 + numberOf('limit'));
      asked.push(position);
      afterPage(asked.length);
      return { rows: found, time };
    },
  };
  return { client, asked };
}

const needs = moneyNeeds({ include: ['overdue'] }, ['Money.openBalance']);

test('an invoice that is paid while the pages are read moves all others up: none is missed, none counts twice', async () => {
  if (!needs) throw new Error('Something is needed.');
  const open = Array.from({ length: 1500 }, (_, n) => invoice(n + 1, 1));
  const { client, asked } = listThatMoves(open, (page) => {
    if (page === 1) open.shift();
  });
  const { context } = createContext();
  const found = await createEntryReader(client, needs).all(context);
  expect(new Set(found.map(({ id }) => id)).size).toBe(1499);
  expect(asked).toEqual([1, 1000, 1, 1000]);
});

test('an invoice that is opened again while the pages are read moves all others down: they come twice and count once', async () => {
  if (!needs) throw new Error('Something is needed.');
  const open = Array.from({ length: 1500 }, (_, n) => invoice(n + 2, 1));
  const { client, asked } = listThatMoves(open, (page) => {
    if (page === 1) open.unshift(invoice(1, 1));
  });
  const { context } = createContext();
  const found = await createEntryReader(client, needs).all(context);
  expect(found.map(({ id }) => id).filter((id, at, all) => all.indexOf(id) !== at)).toEqual(['1000', '1001']);
  expect(asked).toEqual([1, 1000]);
});

test('invoices that keep vanishing leave the run to the next one', async () => {
  if (!needs) throw new Error('Something is needed.');
  const open = Array.from({ length: 3000 }, (_, n) => invoice(n + 1, 1));
  const { client } = listThatMoves(open, () => open.shift());
  const { context } = createContext();
  await expect(createEntryReader(client, needs).all(context)).rejects.toMatchObject({ code: 'scan-moved' });
});

test('change data capture that says nothing of invoices keeps nothing from being read', async () => {
  const { read } = createSource({
    config: { include: ['overdue'], timeZone: 'UTC' },
    uses: ['Id', 'Money.openBalance'],
  });
  grant('access-1');
  rows('where metadata.lastupdatedtime', 'Customer', [{ Id: '7', DisplayName: 'Seven', Active: true }]);
  rows("from invoice where balance > '0' and customerref in ('7')", 'Invoice', [
    { ...invoice(90, 12.34), CustomerRef: { value: '7' } },
  ]);
  nock(api)
    .get(/\/cdc$/)
    .query(({ entities }) => entities === 'Customer,Invoice')
    .reply(200, { CDCResponse: [], time });
  const [page] = await read({ watermark: '2026-11-23T11:55:00Z', day: '2026-11-23' });
  expect(page?.records).toMatchObject([{ key: '7', data: { Money: { openBalance: '12.34' } } }]);
});
