import { expect, test } from 'vitest';
import { customer, usersOf } from '../../kit/environment/snapshots.ts';
import { idOf, startTestEnvironment, type TestEnvironment, userOf } from '../../kit/environment/test-environment.ts';

/** policies: conflict, staff, oldEmail, deletedInZendesk, invalidEmail. What is inactive has a file of its own. */

const mail = (address: string) => ({ PrimaryEmailAddr: { Address: address } });

async function withPolicy(policy: string): Promise<TestEnvironment & { later(): void }> {
  let now = Date.now();
  const it = await startTestEnvironment({
    customers: 0,
    jobLatencyMs: 0,
    now: () => now,
    more: `policies: { ${policy} }\n`,
  });
  // Long enough for Zendesk's export to show what was done before.
  const later = (): void => {
    now += 180_000;
  };
  return { ...it, later };
}

const addressesOf = ({ box }: TestEnvironment, key: number): readonly string[] =>
  box.zendesk.users.identitiesOf(userOf(box, key)?.id ?? 0).map(({ value }) => value);

test("conflict: takeover gives another system's user our external_id and fields, and keeps its own tags", async () => {
  const it = await withPolicy('conflict: takeover');
  const theirs = it.box.zendesk.users.create({
    name: 'Theirs',
    email: 'c1@example.com',
    external_id: 'crm-1',
    tags: ['vip'],
    skip_verify_email: true,
  });
  it.box.quickbooks.company.upsert(customer(1));
  expect(await it.run()).toMatchObject({ tallies: { updated: 1, rejected: 0 } });
  expect(usersOf(it.box)).toMatchObject([
    { id: theirs.id, external_id: idOf(1), name: 'Customer 1', tags: ['quickbooks', 'vip'] },
  ]);
  expect(await it.run({ full: true })).toMatchObject({ tallies: { unchanged: 1 } });
});

test('staff: reject sets a customer aside who is an agent; once it is an end user, the customer is taken up unasked', async () => {
  const it = await withPolicy('staff: reject');
  const agent = it.box.zendesk.users.create({
    name: 'Agent',
    email: 'c1@example.com',
    role: 'agent',
    skip_verify_email: true,
  });
  it.box.quickbooks.company.upsert(customer(1));
  it.box.quickbooks.company.upsert(customer(2, mail('c1@example.com')));
  const report = await it.run();
  expect(report.rejects.map(({ key, code }) => [key, code])).toEqual([
    ['1', 'staff-account'],
    ['2', 'staff-account'],
  ]);
  expect(it.box.zendesk.users.byId.get(agent.id)).toMatchObject({ name: 'Agent', external_id: null });
  expect(await it.run()).toMatchObject({ tallies: { rejected: 2 } });

  it.later();
  it.box.zendesk.edit(agent.id, { role: 'end-user' });
  it.later();
  expect(await it.run()).toMatchObject({ tallies: { updated: 1 } });
  expect(it.box.zendesk.users.byId.get(agent.id)).toMatchObject({ name: 'Customer 1', external_id: idOf(1) });
});

test.each(['skip', 'reject'])('staff: %s never writes a user who became an agent a moment ago', async (staff) => {
  const it = await withPolicy(`staff: ${staff}`);
  it.box.quickbooks.company.upsert(customer(1));
  await it.run();
  // Zendesk's export does not show the last minute: only a look just before the write tells.
  it.box.zendesk.edit(userOf(it.box, 1)?.id ?? 0, { role: 'admin' });
  it.box.quickbooks.company.upsert(customer(1, { DisplayName: 'Renamed', ...mail('new@example.com') }));
  const report = await it.run();
  expect(report.tallies).toMatchObject(staff === 'skip' ? { skipped: 1 } : { rejected: 1 });
  expect(userOf(it.box, 1)).toMatchObject({ name: 'Customer 1', email: 'c1@example.com', role: 'admin' });
  expect(addressesOf(it, 1)).toEqual(['c1@example.com']);
});

test('oldEmail: keep leaves the old address next to the new primary one', async () => {
  const it = await withPolicy('oldEmail: keep');
  it.box.quickbooks.company.upsert(customer(1));
  await it.run();
  it.box.quickbooks.company.upsert(customer(1, mail('new@example.com')));
  expect(await it.run()).toMatchObject({ tallies: { updated: 1 } });
  expect(userOf(it.box, 1)?.email).toBe('new@example.com');
  expect(addressesOf(it, 1)).toEqual(['c1@example.com', 'new@example.com']);
});

test('oldEmail: remove takes away the address that we wrote, and none that support added', async () => {
  const it = await withPolicy('oldEmail: remove');
  it.box.quickbooks.company.upsert(customer(1));
  await it.run();
  const user = it.box.zendesk.users.byId.get(userOf(it.box, 1)?.id ?? 0);
  if (user) it.box.zendesk.users.addIdentity(user, 'private@example.org', true);
  it.box.quickbooks.company.upsert(customer(1, mail('new@example.com')));
  expect(await it.run()).toMatchObject({ tallies: { updated: 1 } });
  expect(addressesOf(it, 1)).toEqual(['private@example.org', 'new@example.com']);
});

test('two customers swap addresses with oldEmail: keep: refused and reported, since no address may go', async () => {
  const it = await withPolicy('oldEmail: keep');
  it.box.quickbooks.company.upsert(customer(1, mail('a@example.com')));
  it.box.quickbooks.company.upsert(customer(2, mail('b@example.com')));
  await it.run();
  it.box.quickbooks.company.upsert(customer(1, mail('b@example.com')));
  it.box.quickbooks.company.upsert(customer(2, { ...mail('a@example.com'), DisplayName: 'Renamed' }));
  const report = await it.run();
  expect(report.rejects).toMatchObject([{ code: 'email-taken' }, { code: 'email-taken' }]);
  expect([userOf(it.box, 1)?.email, userOf(it.box, 2)?.email]).toEqual(['a@example.com', 'b@example.com']);
  expect(userOf(it.box, 2)?.name).toBe('Renamed');
});

test.each([
  { policy: 'skip', tallies: { skipped: 1, created: 0 }, active: 0 },
  { policy: 'recreate', tallies: { skipped: 0, created: 1 }, active: 1 },
])('deletedInZendesk: $policy', async ({ policy, tallies, active }) => {
  const it = await withPolicy(`deletedInZendesk: ${policy}`);
  it.box.quickbooks.company.upsert(customer(1));
  await it.run();
  const user = it.box.zendesk.users.byId.get(userOf(it.box, 1)?.id ?? 0);
  if (user) it.box.zendesk.users.remove(user);
  it.later();
  const report = await it.run({ full: true });
  expect(report).toMatchObject({ outcome: 'completed', tallies });
  expect(report.skips['deleted-in-zendesk'] ?? 0).toBe(tallies.skipped);
  expect(usersOf(it.box).filter((one) => one.active)).toHaveLength(active);
});

test('a user deleted in Zendesk is still known as deleted after the directory was filled again', async () => {
  const it = await withPolicy('deletedInZendesk: skip');
  it.box.quickbooks.company.upsert(customer(1));
  await it.run();
  const user = it.box.zendesk.users.byId.get(userOf(it.box, 1)?.id ?? 0);
  if (user) it.box.zendesk.users.remove(user);
  it.later();
  expect(await it.run({ full: true })).toMatchObject({ skips: { 'deleted-in-zendesk': 1 } });
  // A field that the directory was not filled with: it is filled again, from a list that does not hold the deleted.
  it.configure('policies: { deletedInZendesk: recreate }\nmapping:\n  alias: AlternatePhone.FreeFormNumber\n');
  expect(await it.run()).toMatchObject({ tallies: { created: 1 } });
});

test('invalidEmail: drop syncs a customer without an address that is none; reject sets it aside', async () => {
  const it = await withPolicy('invalidEmail: drop');
  it.box.quickbooks.company.upsert(customer(1, mail('not an address')));
  it.box.quickbooks.company.upsert(customer(2, mail('broken@, c2@example.com; other@example.com')));
  expect(await it.run()).toMatchObject({ tallies: { created: 2 } });
  expect(userOf(it.box, 1)).toMatchObject({ name: 'Customer 1', email: null });
  expect(userOf(it.box, 2)?.email).toBe('c2@example.com');
  it.configure('policies: { invalidEmail: reject }\n');
  const report = await it.run();
  expect(report.rejects).toMatchObject([{ key: '1', code: 'invalid-email' }]);
  expect(JSON.stringify(report)).not.toContain('not an address');
});
