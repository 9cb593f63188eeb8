import { expect, test } from 'vitest';
import { auditPipeline } from '../../kit/environment/audit-pipeline.ts';
import { planned } from '../../kit/environment/planned.ts';
import { customer, usersOf } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment, type TestEnvironment, userOf } from '../../kit/environment/test-environment.ts';
import { planUndo, resumed, undo, wholeSnapshot } from '../../kit/environment/undo-helpers.ts';

/** `policies.sharedEmail: merge`: customers with one e-mail address are one Zendesk user. */

const config = (policies = '') => `organizations: { name: CompanyName }\npolicies:\n  sharedEmail: merge\n${policies}`;

const person = (id: number, email: string, fields: Readonly<Record<string, unknown>> = {}) =>
  customer(id, { PrimaryEmailAddr: { Address: email }, CompanyName: `Company ${id}`, ...fields });

const start = (policies = '') => startTestEnvironment({ customers: 0, jobLatencyMs: 0, more: config(policies) });

function companiesOf({ box }: TestEnvironment, userId: number | undefined): readonly string[] {
  const { byId, membershipsOf } = box.zendesk.organizations;
  const names = membershipsOf(userId ?? 0).map(
    (one) => `${byId.get(one.organization_id)?.name}${one.default ? '*' : ''}`,
  );
  return names.sort();
}

const userWith = ({ box }: TestEnvironment, email: string) =>
  usersOf(box).find((user) => user.active && user.email === email);

async function check(it: TestEnvironment) {
  await using pipeline = await it.pipeline();
  return (await pipeline.check()).warnings;
}

/** What people see of a user: everything but whose external id it has. */
const seen = (it: TestEnvironment, email: string) => {
  const user = userWith(it, email);
  return user && { name: user.name, phone: user.phone, tags: user.tags, in: companiesOf(it, user.id) };
};

const active = (it: TestEnvironment) => usersOf(it.box).filter((user) => user.active);

test('two customers with one address are one user in both organizations', async () => {
  const it = await start();
  it.box.quickbooks.company.upsert(person(1, 'both@example.com'));
  it.box.quickbooks.company.upsert(
    person(2, 'Both@Example.com', { PrimaryPhone: { FreeFormNumber: '(650) 555-3311' } }),
  );
  expect(await it.run()).toMatchObject({
    outcome: 'completed',
    tallies: { created: 1, skipped: 1 },
    skips: { 'shared-user': 1 },
  });
  expect(active(it)).toHaveLength(1);
  expect(seen(it, 'both@example.com')).toMatchObject({
    name: 'Customer 1',
    phone: '+16505553311',
    in: ['Company 1*', 'Company 2'],
  });
  expect(await it.run({ full: true })).toMatchObject({ tallies: { created: 0, updated: 0, unchanged: 1, skipped: 1 } });
});

test('whoever comes first, the customer with the lowest key gives the user its name', async () => {
  const it = await start();
  it.box.quickbooks.company.upsert(person(10, 'both@example.com'));
  await it.run();
  const { id } = userWith(it, 'both@example.com') ?? {};
  it.box.quickbooks.company.upsert(person(9, 'both@example.com'));
  await it.run();
  expect(active(it)).toHaveLength(1);
  expect(userWith(it, 'both@example.com')?.id).toBe(id);
  expect(seen(it, 'both@example.com')).toMatchObject({ name: 'Customer 9', in: ['Company 10', 'Company 9*'] });
});

test('a customer that leaves the address gets a user of its own, and its organization goes with it', async () => {
  const it = await start();
  for (const id of [1, 2, 3]) it.box.quickbooks.company.upsert(person(id, 'all@example.com'));
  await it.run();
  it.box.quickbooks.company.upsert(person(2, 'two@example.com'));
  await it.run();
  expect(seen(it, 'all@example.com')?.in).toEqual(['Company 1*', 'Company 3']);
  expect(seen(it, 'two@example.com')).toMatchObject({ name: 'Customer 2', in: ['Company 2*'] });
});

test('the user goes with the customer whose external id it has; those that remain share another one', async () => {
  const it = await start();
  for (const id of [1, 2, 3]) it.box.quickbooks.company.upsert(person(id, 'all@example.com'));
  await it.run();
  const first = userOf(it.box, 1)?.id;
  it.box.quickbooks.company.upsert(person(1, 'one@example.com'));
  expect(await it.run()).toMatchObject({ outcome: 'completed' });
  expect(userWith(it, 'one@example.com')?.id).toBe(first);
  expect(seen(it, 'one@example.com')?.in).toEqual(['Company 1*']);
  expect(seen(it, 'all@example.com')).toMatchObject({ name: 'Customer 2', in: ['Company 2*', 'Company 3'] });
  expect(active(it)).toHaveLength(2);
});

test('a customer with a user of its own joins another: its user is set aside without the address, and comes back', async () => {
  const it = await start();
  it.box.quickbooks.company.upsert(person(1, 'one@example.com'));
  it.box.quickbooks.company.upsert(person(2, 'two@example.com'));
  await it.run();
  const second = userOf(it.box, 2)?.id;
  it.box.quickbooks.company.upsert(person(2, 'one@example.com'));
  expect(await it.run()).toMatchObject({ outcome: 'completed', skips: { 'shared-user': 1 } });
  expect(seen(it, 'one@example.com')?.in).toEqual(['Company 1*', 'Company 2']);
  expect(userOf(it.box, 2)).toMatchObject({ id: second, email: null, tags: ['quickbooks', 'quickbooks-inactive'] });

  it.box.quickbooks.company.upsert(person(3, 'two@example.com'));
  expect(await it.run()).toMatchObject({ tallies: { created: 1 } });
  it.box.quickbooks.company.upsert(person(2, 'new@example.com'));
  await it.run();
  expect(userOf(it.box, 2)).toMatchObject({ id: second, email: 'new@example.com', tags: ['quickbooks'] });
  expect(seen(it, 'one@example.com')?.in).toEqual(['Company 1*']);
});

test('the user stays active until the last of its customers is gone', async () => {
  const it = await start();
  for (const id of [1, 2, 3]) it.box.quickbooks.company.upsert(person(id, 'all@example.com'));
  await it.run();
  it.box.quickbooks.company.upsert(person(1, 'all@example.com', { Active: false }));
  await it.run();
  expect(seen(it, 'all@example.com')).toMatchObject({ name: 'Customer 2', tags: ['quickbooks'] });
  expect(seen(it, 'all@example.com')?.in).toEqual(['Company 2*', 'Company 3']);
  it.box.quickbooks.company.upsert(person(2, 'all@example.com', { Active: false }));
  await it.run({ full: true });
  expect(seen(it, 'all@example.com')).toMatchObject({ name: 'Customer 3', tags: ['quickbooks'], in: ['Company 3*'] });
  it.box.quickbooks.company.upsert(person(3, 'all@example.com', { Active: false }));
  await it.run();
  expect(seen(it, 'all@example.com')).toMatchObject({ tags: ['quickbooks', 'quickbooks-inactive'] });
  it.box.quickbooks.company.upsert(person(4, 'all@example.com'));
  await it.run();
  expect(seen(it, 'all@example.com')).toMatchObject({ name: 'Customer 4', tags: ['quickbooks'], in: ['Company 4*'] });
  expect(active(it)).toHaveLength(1);
});

test('an account without the feature keeps the user in one organization, and says so', async () => {
  const it = await start();
  it.box.zendesk.setSettings({ multipleOrganizations: false });
  for (const id of [1, 2]) it.box.quickbooks.company.upsert(person(id, 'both@example.com'));
  const report = await it.run();
  expect(report).toMatchObject({ outcome: 'completed', tallies: { created: 1, skipped: 1 } });
  expect((await check(it)).map(({ code }) => code)).toContain('one-organization');
  expect(seen(it, 'both@example.com')?.in).toEqual(['Company 1*']);
  expect(await it.run({ full: true })).toMatchObject({ tallies: { updated: 0 } });
});

test('an undo takes it back: who joined has its own user again', async () => {
  const it = await start();
  it.box.quickbooks.company.upsert(person(1, 'one@example.com'));
  it.box.quickbooks.company.upsert(person(2, 'two@example.com'));
  await it.run();
  const before = wholeSnapshot(it);
  it.box.quickbooks.company.upsert(person(2, 'one@example.com'));
  const { run } = await it.run();
  expect(wholeSnapshot(it)).not.toEqual(before);
  await planUndo(it, run);
  expect(await undo(it, run)).toMatchObject({ outcome: 'completed' });
  expect(wholeSnapshot(it)).toEqual(before);
  expect(companiesOf(it, userOf(it.box, 1)?.id)).toEqual(['Company 1*']);
  await resumed(it);
  expect(seen(it, 'one@example.com')?.in).toEqual(['Company 1*', 'Company 2']);
});

test('a customer that vanishes from the source takes its organization with it, and the others keep the user', async () => {
  const it = await start();
  for (const id of [1, 2, 3]) it.box.quickbooks.company.upsert(person(id, 'all@example.com'));
  await it.run();
  it.box.quickbooks.company.remove('3');
  await it.run({ full: true });
  expect(seen(it, 'all@example.com')?.in).toEqual(['Company 1*', 'Company 2']);
  it.box.quickbooks.company.remove('1');
  await it.run({ full: true });
  expect(seen(it, 'all@example.com')).toMatchObject({ name: 'Customer 2', in: ['Company 2*'], tags: ['quickbooks'] });
});

test('nothing is left for the next run when a user has been set aside', async () => {
  const it = await start();
  for (const id of [1, 2]) it.box.quickbooks.company.upsert(person(id, `own${id}@example.com`));
  await it.run();
  it.box.quickbooks.company.upsert(person(2, 'own1@example.com'));
  expect(await it.run()).toMatchObject({ outcome: 'completed', skips: { 'shared-user': 1 } });
  // Nobody is there by this key, so nobody has a result.
  expect(await it.run({ keys: ['99'] })).toMatchObject({ tallies: { read: 0 } });
});

test('a customer that is gone when its plan is carried out leaves nothing for the next run', async () => {
  const it = await start();
  for (const id of [1, 2]) it.box.quickbooks.company.upsert(person(id, 'both@example.com'));
  await it.run();
  it.box.quickbooks.company.upsert(person(2, 'both@example.com', { DisplayName: 'New 2' }));
  const { path } = await planned(it);
  it.box.quickbooks.company.remove('2');
  await using pipeline = await it.pipeline();
  await pipeline.sync({ plan: path });
  expect(await pipeline.sync({ keys: ['99'] })).toMatchObject({ tallies: { read: 0 } });
});

test('show names the customers of the user for each of them, and a plan says whose user it is', async () => {
  const it = await start();
  it.box.quickbooks.company.upsert(person(5, 'both@example.com'));
  it.box.quickbooks.company.upsert(person(6, 'both@example.com'));
  const { changes, path } = await planned(it);
  expect(changes).toMatchObject([
    { key: '5', action: 'create' },
    { key: '6', action: 'skip', code: 'shared-user', message: expect.stringContaining('Customer 5') },
  ]);
  expect(JSON.stringify(changes[0])).toContain('Company 6');
  await using pipeline = await it.pipeline();
  const report = await pipeline.sync({ plan: path });
  expect(report).toMatchObject({ tallies: { created: 1, skipped: 1 }, skips: { 'shared-user': 1 } });
  for (const key of ['5', '6'])
    expect(await pipeline.showCustomer(key)).toMatchObject({ shared: { keys: ['5', '6'], holder: '5' } });
});

test('an audit finds shared users in step, and those that were set aside accounted for', async () => {
  const it = await start();
  for (const id of [1, 2, 3, 4])
    it.box.quickbooks.company.upsert(person(id, id === 4 ? 'own@example.com' : 'all@example.com'));
  await it.run();
  it.box.quickbooks.company.upsert(person(4, 'all@example.com'));
  it.box.quickbooks.company.upsert(person(1, 'all@example.com', { Active: false }));
  await it.run();
  for (const user of it.box.zendesk.users.byId.values()) it.box.zendesk.users.age(user, 120_000);
  expect(await auditPipeline(it)).toMatchObject({
    inSync: true,
    causes: [{ code: 'shared-user', count: 3 }],
  });
});
