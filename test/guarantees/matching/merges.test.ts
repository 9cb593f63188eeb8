import { expect, test } from 'vitest';
import { auditPipeline } from '../../kit/environment/audit-pipeline.ts';
import { customer, usersOf } from '../../kit/environment/snapshots.ts';
import { idOf, startTestEnvironment, type TestEnvironment, userOf } from '../../kit/environment/test-environment.ts';
import { undo } from '../../kit/environment/undo-helpers.ts';

/**
 * What becomes of a customer whose user support has merged into another one. Zendesk (help center, "Merging a user's
 * duplicate account"): the addresses of the one that ends become further addresses of the other; everything else of it is
 * lost, and it shows as deleted.
 */

async function withCustomers(count: number, more = ''): Promise<TestEnvironment> {
  const it = await startTestEnvironment({ customers: 0, more });
  for (let id = 1; id <= count; id += 1) it.box.quickbooks.company.upsert(customer(id));
  await it.run();
  return it;
}

function made({ box }: TestEnvironment, fields: Readonly<Record<string, unknown>>) {
  const user = box.zendesk.users.create({ skip_verify_email: true, ...fields });
  box.zendesk.users.age(user, 600_000);
  return user;
}

/** As support does it, and long enough ago to stand in the export. */
function merge(it: TestEnvironment, key: number, winner: ReturnType<typeof made>): void {
  const { users } = it.box.zendesk;
  const loser = users.byId.get(userOf(it.box, key)?.id ?? 0);
  if (!loser) throw new Error(`Customer ${key} has no user.`);
  it.box.zendesk.merge(loser, winner);
  for (const user of [loser, winner]) users.age(user, 90_000);
}

function linked(it: TestEnvironment, key: number) {
  const user = it.box.zendesk.users.byId.get(userOf(it.box, key)?.id ?? 0);
  if (!user) throw new Error(`Customer ${key} has no user.`);
  return user;
}

const addressesOf = ({ box }: TestEnvironment, id: number) =>
  box.zendesk.users.identitiesOf(id).map(({ value, primary }) => [value, primary]);

test.each(['skip', 'recreate'])(
  'a user that was merged into one of nobody is followed there (deletedInZendesk: %s): its own address stays the primary one',
  async (policy) => {
    const it = await withCustomers(2, `policies:\n  deletedInZendesk: ${policy}\n`);
    const winner = made(it, { name: 'Private', email: 'private@example.org', tags: ['vip'] });
    merge(it, 1, winner);
    expect(await auditPipeline(it)).toMatchObject({
      inSync: false,
      entries: [
        { kind: 'missing', code: 'merged-in-zendesk', key: '1', message: expect.stringContaining(`${winner.id}`) },
      ],
    });
    const report = await it.run({ full: true });
    expect(report).toMatchObject({ outcome: 'completed', tallies: { updated: 1, skipped: 0, created: 0 } });
    expect(userOf(it.box, 1)).toMatchObject({ id: winner.id, name: 'Customer 1', tags: ['quickbooks', 'vip'] });
    const emails = [
      ['private@example.org', true],
      ['c1@example.com', false],
    ];
    expect(addressesOf(it, winner.id)).toEqual(emails);
    expect(usersOf(it.box).filter(({ active }) => active)).toHaveLength(2);
    expect(await auditPipeline(it)).toMatchObject({ inSync: true, source: { inSync: 2 } });
    expect(await it.run({ full: true })).toMatchObject({ tallies: { unchanged: 2 } });
    it.box.quickbooks.company.upsert(customer(1, { DisplayName: 'Renamed' }));
    await it.run();
    expect(userOf(it.box, 1)).toMatchObject({ id: winner.id, name: 'Renamed' });
    expect(addressesOf(it, winner.id)).toEqual(emails);
    expect(it.box.zendesk.state().mails).toEqual([]);
  },
);

test('two customers whose users were merged into one stay two: the one without a user is reported, and nobody is renamed', async () => {
  const it = await withCustomers(2);
  const winner = linked(it, 2);
  merge(it, 1, winner);
  const report = await it.run({ full: true });
  expect(report).toMatchObject({
    outcome: 'completed',
    tallies: { unchanged: 1, skipped: 1 },
    skips: { 'merged-in-zendesk': 1 },
  });
  expect(userOf(it.box, 2)).toMatchObject({ id: winner.id, name: 'Customer 2', external_id: idOf(2) });
  const { entries, source } = await auditPipeline(it);
  expect(source).toMatchObject({ inSync: 1, skipped: { 'merged-in-zendesk': 1 } });
  expect(entries).toMatchObject([{ key: '1', kind: 'skipped', message: expect.stringContaining('customer 2') }]);
});

test("a user that was merged into another system's is a conflict, and one merged into an agent's is passed over", async () => {
  const it = await withCustomers(2);
  const theirs = made(it, { name: 'Theirs', email: 'theirs@example.org', external_id: 'crm-1' });
  const agent = made(it, { name: 'Agent', email: 'agent@example.org' });
  merge(it, 1, theirs);
  merge(it, 2, agent);
  it.box.zendesk.edit(agent.id, { role: 'agent' });
  it.box.zendesk.users.age(agent, 90_000);
  const report = await it.run({ full: true });
  expect(report).toMatchObject({
    rejects: [{ key: '1', code: 'external-id-conflict' }],
    skips: { 'staff-account': 1 },
  });
  expect(theirs).toMatchObject({ name: 'Theirs', external_id: 'crm-1' });
  expect(agent).toMatchObject({ name: 'Agent', external_id: null });
});

test('a customer whose address has changed since the merge is found by its former one', async () => {
  const it = await withCustomers(1);
  const winner = made(it, { name: 'Private', email: 'private@example.org' });
  merge(it, 1, winner);
  it.box.quickbooks.company.upsert(customer(1, { PrimaryEmailAddr: { Address: 'new@example.com' } }));
  expect(await it.run()).toMatchObject({ tallies: { updated: 1 } });
  expect(userOf(it.box, 1)).toMatchObject({ id: winner.id, email: 'new@example.com' });
  expect(addressesOf(it, winner.id)).toEqual([
    ['private@example.org', false],
    ['new@example.com', true],
  ]);
});

test('whose user was deleted, or has no address that could tell, is not made again and taken for nobody else', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  it.box.quickbooks.company.upsert(customer(1));
  it.box.quickbooks.company.upsert(customer(2, { PrimaryEmailAddr: undefined }));
  await it.run();
  const winner = made(it, { name: 'Private', email: 'private@example.org' });
  const deleted = linked(it, 1);
  it.box.zendesk.users.remove(deleted);
  it.box.zendesk.users.age(deleted, 90_000);
  merge(it, 2, winner);
  expect(await it.run({ full: true })).toMatchObject({ skips: { 'deleted-in-zendesk': 2 } });
  expect(winner).toMatchObject({ name: 'Private', external_id: null });
});

test('the user of an inactive customer that was merged is neither tagged nor deleted for it', async () => {
  const it = await withCustomers(2, 'policies:\n  inactive: delete\n  maxDeactivations: 5\n');
  const winner = made(it, { name: 'Private', email: 'private@example.org' });
  merge(it, 1, winner);
  it.box.quickbooks.company.deactivate('1');
  await it.run();
  expect(winner).toMatchObject({ active: true, name: 'Private', tags: [] });
});

test('following a merge is reverted: the user it was merged into has its own name again, and its addresses', async () => {
  const it = await withCustomers(1);
  const winner = made(it, { name: 'Private', email: 'private@example.org', tags: ['vip'] });
  merge(it, 1, winner);
  const before = { emails: addressesOf(it, winner.id), tags: [...winner.tags], external_id: winner.external_id };
  const { run } = await it.run({ full: true });
  expect(await undo(it, run)).toMatchObject({ outcome: 'completed', tallies: { updated: 1, skipped: 0 } });
  expect(winner).toMatchObject({ name: 'Private', tags: before.tags, external_id: before.external_id });
  expect(addressesOf(it, winner.id)).toEqual(before.emails);
});
