import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AuditEntry } from '../../src/core/audit/findings.ts';
import { auditPipeline } from '../kit/environment/audit-pipeline.ts';
import { customer, snapshotOf } from '../kit/environment/snapshots.ts';
import { idOf, startTestEnvironment, type TestEnvironment, userOf } from '../kit/environment/test-environment.ts';

async function withCustomers(count: number, more = ''): Promise<TestEnvironment> {
  const it = await startTestEnvironment({ customers: 0, more });
  for (let id = 1; id <= count; id += 1) it.box.quickbooks.company.upsert(customer(id));
  return it;
}

/** A customer's user as the twin keeps it. */
function twinUser({ box }: TestEnvironment, key: number) {
  const user = box.zendesk.users.byId.get(userOf(box, key)?.id ?? 0);
  if (!user) throw new Error(`Customer ${key} has no user.`);
  return user;
}

/** As if its last change were long enough ago to stand in the export. */
function shownToExports(it: TestEnvironment, user: ReturnType<typeof twinUser>): void {
  it.box.zendesk.users.age(user, 120_000);
}

const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

const reported = (entries: readonly AuditEntry[]) =>
  entries.map(({ kind, code, key, fields }) => ({ kind, code, key, fields }));

test('after a clean sync of untidy customers everything is in step, and both sides add up', async () => {
  const it = await startTestEnvironment({ customers: 1000, users: 130 });
  const { tallies, skips } = await it.run();
  const { source, destination, inSync, entries, causes } = await auditPipeline(it);

  expect(inSync).toBe(true);
  expect(source).toMatchObject({ total: 1000, differing: 0, missing: 0, skipped: skips });
  expect(source.inSync).toBe(tallies.created + tallies.updated + tallies.unchanged);
  expect(sumOf(source.rejected)).toBe(tallies.rejected);
  expect(source.inSync + sumOf(source.skipped) + sumOf(source.rejected)).toBe(1000);

  const { total, ...users } = destination;
  expect(total).toBe(snapshotOf(it.box).length);
  expect(sumOf(users)).toBe(total);
  expect(destination).toMatchObject({ inSync: source.inSync, differing: 0, extra: 0, duplicated: 0 });
  expect(entries.map(({ kind }) => kind)).not.toContain('differing');
  expect(entries).toHaveLength(causes.reduce((sum, { count }) => sum + count, 0));
}, 60_000);

test('an audit writes nothing, and lists all users, a hundred a call', async () => {
  const it = await startTestEnvironment({ customers: 50, users: 230 });
  await it.run();
  const before = snapshotOf(it.box);
  it.box.zendesk.resetRequests();
  const { destination } = await auditPipeline(it);
  expect(snapshotOf(it.box)).toEqual(before);
  const { byRoute } = it.box.zendesk.requests();
  expect(Object.keys(byRoute).filter((route) => !route.startsWith('GET '))).toEqual([]);
  expect(byRoute['GET /api/v2/users']).toBe(Math.ceil(destination.total / 100));
});

test('a field that was edited by hand is found, also when no sync has seen it since, and in both values', async () => {
  const it = await withCustomers(5);
  await it.run();
  it.box.zendesk.edit(twinUser(it, 2).id, { name: 'By hand', tags: ['vip'] });
  it.box.zendesk.edit(twinUser(it, 4).id, { details: "A note of ours that is nobody else's business" });
  const { source, destination, entries, inSync } = await auditPipeline(it);
  expect(inSync).toBe(false);
  expect(source).toMatchObject({ total: 5, inSync: 4, differing: 1 });
  expect(destination).toMatchObject({ inSync: 4, differing: 1 });
  expect(reported(entries)).toEqual([
    {
      kind: 'differing',
      code: 'differing',
      key: '2',
      fields: { name: ['Customer 2', 'By hand'], tags: [['quickbooks', 'vip'], ['vip']] },
    },
  ]);
});

test('an edit that was quicker than the first look of a sync does not pass for a form of Zendesk', async () => {
  const it = await withCustomers(2);
  await it.run();
  it.box.zendesk.edit(twinUser(it, 2).id, { name: 'By hand' });
  shownToExports(it, twinUser(it, 2));
  expect(await it.run({ full: true })).toMatchObject({ tallies: { unchanged: 2 } });
  expect(reported((await auditPipeline(it)).entries)).toEqual([
    { kind: 'differing', code: 'left-by-sync', key: '2', fields: { name: ['Customer 2', 'By hand'] } },
  ]);
});

test('a customer that changed at the source since the last sync differs, and a new one is missing', async () => {
  const it = await withCustomers(3);
  await it.run();
  it.box.quickbooks.company.upsert(
    customer(1, { DisplayName: 'Renamed', PrimaryEmailAddr: { Address: 'new@example.com' } }),
  );
  it.box.quickbooks.company.upsert(customer(4));
  const { source, entries } = await auditPipeline(it);
  expect(source).toMatchObject({ total: 4, inSync: 2, differing: 1, missing: 1 });
  expect(reported(entries)).toEqual([
    { kind: 'missing', code: 'missing', key: '4', fields: {} },
    {
      kind: 'differing',
      code: 'differing',
      key: '1',
      fields: { name: ['Renamed', 'Customer 1'], email: ['new@example.com', 'c1@example.com'] },
    },
  ]);
  await it.run();
  expect(await auditPipeline(it)).toMatchObject({ inSync: true, source: { total: 4, inSync: 4 } });
});

test('a user that was deleted in Zendesk is missing, until a run has recorded that it stays so', async () => {
  const it = await withCustomers(3);
  await it.run();
  const user = twinUser(it, 2);
  it.box.zendesk.users.remove(user);
  const before = await auditPipeline(it);
  expect(before).toMatchObject({ inSync: false, source: { inSync: 2, missing: 1 }, destination: { total: 2 } });
  expect(reported(before.entries)).toEqual([{ kind: 'missing', code: 'deleted-in-zendesk', key: '2', fields: {} }]);

  shownToExports(it, user);
  expect(await it.run({ full: true })).toMatchObject({ skips: { 'deleted-in-zendesk': 1 } });
  expect(await auditPipeline(it)).toMatchObject({
    inSync: true,
    source: { inSync: 2, missing: 0, skipped: { 'deleted-in-zendesk': 1 } },
  });
});

test('the user of a customer that is gone from the source is extra, until it is deactivated as the policy says', async () => {
  const it = await withCustomers(3);
  await it.run();
  it.box.quickbooks.company.remove('2');
  const before = await auditPipeline(it);
  expect(before).toMatchObject({ inSync: false, source: { total: 2 }, destination: { inSync: 2, extra: 1 } });
  expect(reported(before.entries)).toEqual([{ kind: 'extra', code: 'gone-from-source', key: '2', fields: {} }]);
  await it.run({ full: true });
  expect(await auditPipeline(it)).toMatchObject({ inSync: true, destination: { inSync: 2, extra: 0, deactivated: 1 } });
  it.box.zendesk.edit(twinUser(it, 2).id, { tags: [] });
  expect(await auditPipeline(it)).toMatchObject({ inSync: false, destination: { extra: 1, deactivated: 0 } });
});

test('second users of a customer are found: by external id, by e-mail, by name and phone', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  const phone = { PrimaryPhone: { FreeFormNumber: '(650) 555-0101' } };
  for (let id = 1; id <= 4; id += 1) it.box.quickbooks.company.upsert(customer(id, id === 3 ? phone : {}));
  await it.run();
  const { users, edit } = it.box.zendesk;
  edit(twinUser(it, 1).id, { external_id: 'other:1' });
  users.create({ name: 'Once more', external_id: idOf(1) });
  users.create({ name: 'Customer Two', email: 'c2@example.com' });
  users.create({ name: ' customer  3', phone: '+1 650-555-0101' });
  users.create({ name: 'Customer 4' });
  const { destination, source, entries } = await auditPipeline(it);
  expect(source).toMatchObject({ total: 4, inSync: 3, differing: 1 });
  expect(destination).toMatchObject({ total: 8, inSync: 3, differing: 1, duplicated: 3, unmanaged: 1 });
  expect(reported(entries.filter(({ kind }) => kind === 'duplicated'))).toEqual([
    { kind: 'duplicated', code: 'same-external-id', key: '1', fields: {} },
    { kind: 'duplicated', code: 'same-email', key: '2', fields: {} },
    { kind: 'duplicated', code: 'same-name-and-phone', key: '3', fields: {} },
  ]);
});

test('what a rule or Zendesk refuses is reported with its reason, and is no difference', async () => {
  const it = await startTestEnvironment({ customers: 0, more: 'filter: Balance == nil or Balance < 100\n' });
  const { company } = it.box.quickbooks;
  const { users } = it.box.zendesk;
  company.upsert(customer(1));
  company.upsert(customer(2, { PrimaryEmailAddr: { Address: 'nobody' } }));
  company.upsert(customer(3, { PrimaryEmailAddr: { Address: 'c1@example.com' } }));
  company.upsert(customer(4, { Balance: 500 }));
  company.upsert(customer(5, { Active: false }));
  company.upsert(customer(6));
  company.upsert(customer(7));
  users.create({ name: 'Agent', email: 'c6@example.com', role: 'agent' });
  users.create({ name: 'Of another system', email: 'c7@example.com', external_id: 'crm:7' });
  await it.run();
  const { source, destination, entries, inSync } = await auditPipeline(it);
  expect(inSync).toBe(true);
  expect(source).toEqual({
    total: 7,
    inSync: 1,
    differing: 0,
    missing: 0,
    skipped: { 'shared-email': 1, filter: 1, inactive: 1, 'staff-account': 1 },
    rejected: { 'invalid-email': 1, 'external-id-conflict': 1 },
  });
  expect(destination).toMatchObject({ total: 3, inSync: 1, unmanaged: 2, duplicated: 0 });
  expect(entries.map(({ key, code }) => [key, code])).toEqual([
    ['2', 'invalid-email'],
    ['7', 'external-id-conflict'],
    ['3', 'shared-email'],
    ['4', 'filter'],
    ['5', 'inactive'],
    ['6', 'staff-account'],
  ]);
});

test('a reject counts as one only while the customer is as it was refused', async () => {
  const it = await withCustomers(2);
  it.box.zendesk.users.create({ name: 'Of another system', email: 'c1@example.com', external_id: 'crm:1' });
  await it.run();
  expect((await auditPipeline(it)).source).toMatchObject({ rejected: { 'external-id-conflict': 1 }, missing: 0 });
  it.box.quickbooks.company.upsert(customer(1, { PrimaryEmailAddr: { Address: 'mine@example.com' } }));
  expect((await auditPipeline(it)).source).toMatchObject({ rejected: {}, missing: 1 });
});

test('a value that Zendesk keeps in a form of its own is in step, and the form is told apart from an edit', async () => {
  const it = await startTestEnvironment({
    customers: 0,
    more: 'mapping:\n  time_zone: { const: America/Los_Angeles }\n  user_fields:\n    since: { const: "2024-05-01" }\n    code: { const: a-1 }\n',
  });
  it.box.zendesk.customFields.define({ key: 'code', title: 'Code' });
  it.box.quickbooks.company.upsert(customer(1));
  it.box.quickbooks.company.upsert(customer(2));
  await it.run();
  for (const key of [1, 2]) {
    // As Zendesk may echo what was written. Of a time zone both names are known.
    twinUser(it, key).time_zone = 'America/Los_Angeles';
    twinUser(it, key).user_fields.code = 'A-1';
    shownToExports(it, twinUser(it, key));
  }
  await it.run();
  expect(await auditPipeline(it)).toMatchObject({ inSync: true, normalized: 2, source: { inSync: 2 } });
  it.box.zendesk.edit(twinUser(it, 2).id, { time_zone: 'Copenhagen', user_fields: { code: 'b-2' } });
  const { entries } = await auditPipeline(it);
  expect(reported(entries)).toEqual([
    {
      kind: 'differing',
      code: 'differing',
      key: '2',
      fields: { time_zone: ['Pacific Time (US & Canada)', 'Copenhagen'], 'user_fields.code': ['a-1', 'b-2'] },
    },
  ]);
});

test('a user field that Zendesk does not know is dropped without a word by Zendesk, and reported by the audit', async () => {
  const it = await withCustomers(1, 'mapping:\n  user_fields:\n    level: { const: gold }\n');
  // Credentials that may not read the definitions: otherwise the run would refuse to begin.
  it.box.zendesk.faults.add({ fault: '403', path: 'user_fields' });
  const dropped = [{ kind: 'differing', code: 'dropped', key: '1', fields: { 'user_fields.level': ['gold', null] } }];
  await it.run();
  expect(reported((await auditPipeline(it)).entries)).toEqual(dropped);
  shownToExports(it, twinUser(it, 1));
  await it.run();
  expect(reported((await auditPipeline(it)).entries)).toEqual(dropped);
  // Made in Zendesk afterwards: it shows a field that it knows for every user, empty or not.
  it.box.zendesk.customFields.define({ key: 'level', title: 'Level' });
  twinUser(it, 1).user_fields = { level: null };
  shownToExports(it, twinUser(it, 1));
  expect(await it.run({ full: true })).toMatchObject({ tallies: { updated: 1 } });
  expect(await auditPipeline(it)).toMatchObject({ inSync: true });
});

test('an inactive customer whose user is not yet deactivated differs; one whose deactivation the cap holds is skipped', async () => {
  const it = await withCustomers(20);
  await it.run();
  for (let id = 1; id <= 8; id += 1) it.box.quickbooks.company.deactivate(String(id));
  const before = await auditPipeline(it);
  expect(before.source).toMatchObject({ inSync: 12, differing: 8 });
  expect(before.causes).toMatchObject([{ kind: 'differing', code: 'not-deactivated', count: 8 }]);
  await it.run();
  expect((await auditPipeline(it)).source).toMatchObject({
    inSync: 12,
    differing: 0,
    skipped: { 'deactivation-cap': 8 },
  });
  await it.run({ allowDeactivations: 8 });
  expect((await auditPipeline(it)).source).toMatchObject({ inSync: 20, differing: 0, skipped: {} });
});

test.each([
  { policy: 'tag', source: { inSync: 5, skipped: {} }, destination: { total: 6, inSync: 5, deactivated: 1, extra: 0 } },
  {
    policy: 'suspend',
    source: { inSync: 5, skipped: {} },
    destination: { total: 6, inSync: 5, deactivated: 1, extra: 0 },
  },
  { policy: 'delete', source: { inSync: 4, skipped: { inactive: 1 } }, destination: { total: 4, inSync: 4, extra: 0 } },
  {
    policy: 'ignore',
    source: { inSync: 5, skipped: {} },
    destination: { total: 6, inSync: 5, deactivated: 0, extra: 1 },
  },
])('policies.inactive: $policy, carried out, is what the audit expects', async ({ policy, source, destination }) => {
  const it = await withCustomers(6, `policies:\n  inactive: ${policy}\n`);
  await it.run();
  it.box.quickbooks.company.deactivate('1');
  it.box.quickbooks.company.remove('2');
  await it.run({ full: true });
  const found = await auditPipeline(it);
  expect(found.source).toMatchObject({ total: 5, differing: 0, missing: 0, ...source });
  expect(found.destination).toMatchObject({ differing: 0, duplicated: 0, ...destination });
});

test('a field that the configuration leaves to others is no difference once it is there', async () => {
  const ownership = 'phone: if_empty\n    details: create_only\n    email: if_empty\n    tags: create_only';
  const it = await startTestEnvironment({ customers: 0, more: `policies:\n  ownership:\n    ${ownership}\n` });
  const fields = { PrimaryPhone: { FreeFormNumber: '(650) 555-0101' }, BillAddr: { City: 'Austin' } };
  for (const id of [1, 2]) it.box.quickbooks.company.upsert(customer(id, fields));
  await it.run();
  const byHand = { phone: '+1 650 555 0199', details: 'Elsewhere', tags: ['vip'] };
  it.box.zendesk.edit(twinUser(it, 1).id, byHand);
  it.box.zendesk.edit(twinUser(it, 2).id, { ...byHand, phone: null, name: 'By hand' });
  it.box.quickbooks.company.upsert(customer(1, { ...fields, PrimaryEmailAddr: { Address: 'new@example.com' } }));
  const { source, entries } = await auditPipeline(it);
  expect(source).toMatchObject({ inSync: 1, differing: 1 });
  expect(entries.map(({ key, fields }) => [key, fields])).toEqual([
    ['2', { name: ['Customer 2', 'By hand'], phone: ['+16505550101', null] }],
  ]);
});

test('an audit with an empty state still knows our users, by their external ids', async () => {
  const it = await withCustomers(4);
  await it.run();
  it.box.quickbooks.company.remove('4');
  writeFileSync(join(it.folder, 'rolodesk.yaml'), it.box.configText().replace('name: customers', 'name: other'));
  const { source, destination, entries } = await auditPipeline(it);
  expect(source).toMatchObject({ total: 3, inSync: 3 });
  expect(destination).toMatchObject({ total: 4, inSync: 3, extra: 1 });
  expect(reported(entries)).toEqual([{ kind: 'extra', code: 'not-remembered', key: '4', fields: {} }]);
});

test('credentials that Zendesk takes for an anonymous user are refused: nobody is reported as missing', async () => {
  const it = await withCustomers(1);
  await it.run();
  const config = it.box.configText().replace(/ {4}type: oauth[\s\S]*$/, '    type: bearer\n    token: not-a-token\n');
  writeFileSync(join(it.folder, 'rolodesk.yaml'), config);
  await expect(auditPipeline(it)).rejects.toMatchObject({ exitCode: 3 });
});

test('of records that write one organization differently the first counts, in an audit as in a sync', async () => {
  const it = await withCustomers(0, 'organizations: { name: CompanyName }');
  it.box.quickbooks.company.upsert(customer(1, { CompanyName: 'Acme' }));
  it.box.quickbooks.company.upsert(customer(2, { CompanyName: 'ACME' }));
  await it.run();
  expect([...it.box.zendesk.organizations.byId.values()].map(({ name }) => name)).toEqual(['Acme']);
  const { inSync, entries } = await auditPipeline(it);
  expect(entries).toEqual([]);
  expect(inSync).toBe(true);
});
