import { expect, test } from 'vitest';
import type { Page } from '../../../src/core/domain/record.ts';
import { customer, usersOf } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment } from '../../kit/environment/test-environment.ts';
import { count, createSource, grant, rows } from '../../kit/twins/intuit.ts';
import { withoutNetwork } from '../../kit/twins/no-network.ts';

const customers = [
  { Id: '1', DisplayName: 'Freeman', CustomerTypeRef: { value: '50' }, SalesTermRef: { value: '3' } },
  {
    Id: '2',
    DisplayName: '55 Twin Lane',
    FullyQualifiedName: 'Freeman:55 Twin Lane',
    CustomerTypeRef: { value: '51' },
    ParentRef: { value: '1' },
  },
  { Id: '3', DisplayName: 'Without a type' },
  { Id: '4', DisplayName: 'Named already', CustomerTypeRef: { value: '50', name: 'As it came' } },
];
const types = [
  { SyncToken: '1', domain: 'QBO', Name: 'Gold', sparse: false, Active: true, Id: '50' },
  { SyncToken: '0', domain: 'QBO', Name: 'Silver', sparse: false, Active: false, Id: '51' },
];
const term = { Name: 'Net 30', DiscountPercent: 0, Type: 'STANDARD', Active: true, DueDays: 30, Id: '3' };

function scan(found: readonly object[] = customers): void {
  count(found.length);
  rows('select * from customer where', 'Customer', found);
  count(found.length);
}

const namesIn = (pages: readonly Page[], reference: string): unknown[] =>
  pages.flatMap(({ records }) =>
    records.map(({ data }) => (data as Record<string, { name?: string }>)[reference]?.name),
  );

withoutNetwork({ but: '127.0.0.1' });

test('names of customer types come from one query, inactive types included, and a name that is there stays', async () => {
  const { read } = createSource({ uses: ['CustomerTypeRef.name'] });
  grant('access-1');
  scan();
  rows('from customertype where active in (true,false)', 'CustomerType', types);
  expect(namesIn(await read(), 'CustomerTypeRef')).toEqual(['Gold', 'Silver', undefined, 'As it came']);
});

test('names of sales terms are asked for when the whole reference is read', async () => {
  const { read } = createSource({ uses: ['SalesTermRef'] });
  grant('access-1');
  scan();
  rows('from term where active in (true,false)', 'Term', [term]);
  expect(namesIn(await read(), 'SalesTermRef')).toEqual(['Net 30', undefined, undefined, undefined]);
});

test("a parent's name comes out of the full name, without a call", async () => {
  const { read } = createSource({ uses: ['ParentRef.name'] });
  grant('access-1');
  scan();
  expect(namesIn(await read(), 'ParentRef')).toEqual([undefined, 'Freeman', undefined, undefined]);
});

test.each([
  ['nothing', []],
  ['ids alone', ['CustomerTypeRef.value', 'SalesTermRef.value', 'DisplayName']],
])('a mapping that reads %s costs no extra call and leaves records as they came', async (_, uses) => {
  const { read } = createSource({ uses });
  grant('access-1');
  scan();
  const pages = await read();
  expect(pages.flatMap(({ records }) => records.map(({ data }) => data))).toEqual(customers);
});

test('customers that have no type cost no extra call', async () => {
  const { read } = createSource({ uses: ['CustomerTypeRef.name'] });
  grant('access-1');
  scan([{ Id: '3', DisplayName: 'Without a type' }]);
  expect(await read()).toHaveLength(2);
});

test('a type that is in no list leaves the reference without a name', async () => {
  const { read } = createSource({ uses: ['CustomerTypeRef.name'] });
  grant('access-1');
  scan();
  rows('from customertype where', 'CustomerType', []);
  expect(namesIn(await read(), 'CustomerTypeRef')).toEqual([undefined, undefined, undefined, 'As it came']);
});

test('a look-up by the name of the customer type reaches Zendesk, and calls grow by one list', async () => {
  const typed = (id: number, value: string) => customer(id, { CustomerTypeRef: { value } });
  const plain = await startTestEnvironment({ customers: 0 });
  const mapped = await startTestEnvironment({
    customers: 0,
    more: `mapping:
  user_fields:
    member_level: { from: CustomerTypeRef.name, lookup: { Gold: gold, Silver: silver }, default: bronze }
`,
  });
  for (const { box } of [plain, mapped])
    for (const row of [typed(1, '5000000000000003466'), typed(2, '5000000000000003467'), customer(3)])
      box.quickbooks.company.upsert(row);
  await plain.run();
  await mapped.run();
  expect(usersOf(mapped.box).map((user) => Object(user).user_fields)).toEqual([
    { member_level: 'gold' },
    { member_level: 'silver' },
    { member_level: 'bronze' },
  ]);
  const queries = ({ box }: typeof plain): number =>
    box.quickbooks.requests().byRoute['GET /v3/company/{id}/query'] ?? 0;
  expect(queries(mapped) - queries(plain)).toBe(1);
});

test("a sub-customer's user holds its parent's name as it is after a rename", async () => {
  const { box, run } = await startTestEnvironment({
    customers: 0,
    more: 'mapping:\n  alias: "{{ ParentRef.name }}"\n',
  });
  box.quickbooks.company.upsert(customer(1, { DisplayName: 'Freeman' }));
  box.quickbooks.company.upsert(customer(2, { ParentRef: { value: '1' }, Job: true }));
  box.quickbooks.company.upsert(customer(1, { DisplayName: 'Freeman & Sons' }));
  await run();
  expect(usersOf(box).map((user) => Object(user).alias)).toEqual([null, 'Freeman & Sons']);
});
