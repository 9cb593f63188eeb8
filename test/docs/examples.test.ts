import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { readSettings } from '../../src/app/settings.ts';
import { createRedactor } from '../../src/core/redaction/redact.ts';
import { customer, usersOf } from '../kit/environment/snapshots.ts';
import { userOf } from '../kit/environment/test-environment.ts';
import { exampleNames, sandboxEnv, textOf } from './example.ts';
import { sandbox, syncExample } from './sync-example.ts';

/** Run by test/docs/package.test.ts, as its author would: it imports the built package. */
const ownConnector = 'own-connector';

test.each(exampleNames.filter((name) => name !== ownConnector))('examples/%s is valid as it stands', async (name) => {
  const cwd = `${import.meta.dirname}/../../examples/${name}`;
  const host = { env: sandboxEnv, cwd, redactor: createRedactor([]) };
  const { path } = await readSettings({ asked: undefined, host });
  expect(path).toContain(name);
});

test('.env.example names every variable of its configuration, and holds no value', () => {
  const used = [...textOf('quickbooks-to-zendesk').matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
  const lines = textOf('quickbooks-to-zendesk', '.env.example').split('\n');
  const reported = lines.filter((line) => /^\w/.test(line));
  expect(reported.map((line) => line.replace('=', ''))).toEqual(expect.arrayContaining(used));
  expect(reported.filter((line) => !line.endsWith('='))).toEqual([]);
});

test.each(['quickbooks-to-zendesk', 'api-token'])('examples/%s makes users of customers', async (name) => {
  const box = await sandbox();
  box.quickbooks.company.upsert(customer(1));
  box.quickbooks.company.upsert(customer(2));
  expect(await syncExample(name, box)).toMatchObject({ outcome: 'completed', tallies: { read: 2, created: 2 } });
  expect(userOf(box, 1)).toMatchObject({ name: 'Customer 1', email: 'c1@example.com', tags: ['quickbooks'] });
});

test('examples/mapping: templates, look-ups, tags, a filter, and two customers with one address', async () => {
  const box = await sandbox();
  const { company } = box.quickbooks;
  const austin = { BillAddr: { City: 'Austin', CountrySubDivisionCode: 'TX' }, CurrencyRef: { value: 'EUR' } };
  company.upsert(customer(1, { ...austin, CompanyName: 'Kestrel Nursery' }));
  company.upsert(customer(2, { PrimaryEmailAddr: { Address: 'c1@example.com' } }));
  company.upsert(customer(3, { Job: true }));
  const options = ['Domestic', 'Abroad', 'Not known'];
  box.zendesk.customFields.define({
    key: 'region',
    type: 'dropdown',
    title: 'Region',
    custom_field_options: ['domestic', 'abroad', 'unknown'].map((value, index) => ({ name: options[index], value })),
  });
  const report = await syncExample('mapping', box);
  expect(report).toMatchObject({ tallies: { read: 3, created: 2, skipped: 1 }, skips: { filter: 1 } });
  expect(userOf(box, 1)).toMatchObject({
    name: 'Kestrel Nursery',
    email: 'c1@example.com',
    details: 'Austin, TX',
    notes: 'QuickBooks customer 1',
    user_fields: { region: 'abroad' },
  });
  expect(userOf(box, 1)?.tags).toEqual(expect.arrayContaining(['quickbooks', 'texas']));
  expect(userOf(box, 2)).toMatchObject({ name: 'Customer 2', email: null, user_fields: { region: 'unknown' } });
});

test('examples/worksheet: headings, letters, and a customer who is closed', async () => {
  const box = await sandbox();
  const report = await syncExample('worksheet', box);
  expect(report).toMatchObject({ tallies: { read: 4, created: 3, skipped: 1 }, skips: { inactive: 1 } });
  const users = new Map(usersOf(box).map((user) => [user.external_id, user]));
  expect(users.get('worksheet:head-office:1001')).toMatchObject({
    name: 'Kestrel Nursery',
    email: 'office@kestrel.example.com',
    user_fields: { member_level: 'gold' },
  });
  expect(users.get('worksheet:head-office:1003')).toMatchObject({ user_fields: { member_level: 'bronze' } });
});

test('examples/rest-api: pages by number, names inside names, and a customer who is closed', async () => {
  const box = await sandbox();
  const rows = [
    { number: 7, title: 'Harbour Lane', contact: { email: 'lane@example.com', phone: '650 555 0107' }, status: 'open' },
    { number: 8, title: 'Old Mill', contact: {}, status: 'closed' },
  ];
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://127.0.0.1');
    asked.push(`${request.headers.authorization} ${request.url}`);
    const customers = searchParams.get('page') === '1' ? rows : [];
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ data: { customers } }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.close();
  });
  // An address of a TCP server, which it is.
  const { port } = server.address() as AddressInfo;
  const report = await syncExample('rest-api', box, `http://127.0.0.1:${port}`);
  expect(report).toMatchObject({ outcome: 'completed', tallies: { read: 2, created: 1, skipped: 1 } });
  expect(usersOf(box)).toMatchObject([
    { name: 'Harbour Lane', email: 'lane@example.com', phone: '+16505550107', tags: ['crm'] },
  ]);
  expect(asked.at(-1)).toBe('Bearer crm-token /v1/customers?expand=contact&per_page=100&page=2');
});

test('examples/zendesk-to-zendesk: users move, those who are suspended stay', async () => {
  const box = await sandbox({ from: 'zendesk', customers: 20 });
  const old = box.zendeskSource;
  const [first, second] = [...(old?.users.byId.values() ?? [])];
  old?.edit(second?.id ?? 0, { suspended: true });
  const report = await syncExample('zendesk-to-zendesk', box, old?.url);
  expect(report).toMatchObject({ outcome: 'completed', tallies: { created: 19, skipped: 1 }, skips: { filter: 1 } });
  expect(usersOf(box).find(({ external_id: id }) => id === 'crm-1')).toMatchObject({ name: first?.name });
});
