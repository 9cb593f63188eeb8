import { expect, test } from 'vitest';
import { runWithNotes } from '../../kit/environment/run-with-notes.ts';
import { customer } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment, type TestEnvironment, userOf } from '../../kit/environment/test-environment.ts';

/** What Zendesk refuses of one user is that user's outcome, and no other's. */

const customers = 4;
const odd = 2;
const single = '  bulk: never\n';
const says = (id: number, said: object, fields = {}) => customer(id, { Notes: JSON.stringify(said), ...fields });
const moved = { PrimaryEmailAddr: { Address: 'moved@example.org' } };

async function start(more = ''): Promise<TestEnvironment> {
  const it = await startTestEnvironment({ customers: 0, more });
  for (let id = 1; id <= customers; id += 1) it.box.quickbooks.company.upsert(customer(id));
  await it.run();
  return it;
}

const rename = ({ box }: TestEnvironment): void => {
  for (let id = 1; id <= customers; id += 1) box.quickbooks.company.upsert(customer(id, { DisplayName: `New ${id}` }));
};
const addressesOf = ({ box }: TestEnvironment, key: number): readonly string[] =>
  box.zendesk.users
    .identitiesOf(userOf(box, key)?.id ?? 0)
    .map(({ value, primary }) => (primary ? `${value}*` : value));

test.each([
  ['in a job', ''],
  ['by itself', single],
])('a user of another account, whom nobody here may change, written %s: that one is rejected', async (_, more) => {
  const it = await start(more);
  const user = it.box.zendesk.users.byId.get(userOf(it.box, odd)?.id ?? 0);
  if (user) user.shared = true;
  rename(it);
  const report = await it.run();
  expect(report).toMatchObject({ outcome: 'completed', tallies: { updated: 3, rejected: 1 } });
  expect(report.rejects).toMatchObject([{ key: String(odd), code: 'refused' }]);
});

test.each(['400', '403', '422'])('a single update that is refused with %s is that user’s outcome', async (fault) => {
  const it = await start(single);
  it.box.zendesk.faults.add({ fault, method: 'PUT', path: `/users/${userOf(it.box, odd)?.id}` });
  rename(it);
  const report = await it.run();
  expect(report).toMatchObject({ outcome: 'completed', tallies: { updated: 3, rejected: 1 } });
  expect(report.rejects).toMatchObject([{ key: String(odd), code: 'refused' }]);
});

test.each<[string, Readonly<Record<string, unknown>>]>([
  ['a role that is a number', { role: 7 }],
  ['no role', { role: null }],
  ['a state that is a word', { active: 'perhaps' }],
])('a user who is shown with %s counts as staff: it is not written, and all others are', async (_, odd) => {
  const it = await startTestEnvironment({ customers: 0 });
  for (let id = 1; id <= 3; id += 1) it.box.quickbooks.company.upsert(customer(id));
  const known = it.box.zendesk.users.create({ name: 'Known', email: 'c2@example.com', skip_verify_email: true });
  known.odd = odd;
  const report = await it.run();
  expect(report).toMatchObject({ outcome: 'completed', tallies: { created: 2, skipped: 1 } });
  expect(report.skips).toEqual({ 'staff-account': 1 });
  expect(report.warnings.map(({ code }) => code)).toContain('users-unreadable');
  expect(it.box.zendesk.users.byId.get(known.id)).toMatchObject({ name: 'Known', external_id: null });
});

test('a user who is shown without an id does not end the run, and a linked one whose role has become odd stays as it is', async () => {
  const it = await start();
  const [nameless, unclear] = [1, 2].map((key) => it.box.zendesk.users.byId.get(userOf(it.box, key)?.id ?? 0));
  rename(it);
  if (unclear) unclear.odd = { role: 'owner?', active: 'true' };
  if (nameless) nameless.odd = { id: { odd: true } };
  const report = await it.run({ full: true });
  expect(report).toMatchObject({ outcome: 'completed', tallies: { updated: 2 } });
  expect(unclear?.name).toBe('Customer 2');
});

test('a refusal that speaks of the whole account is not one user’s: the run ends, and says what to do', async () => {
  const it = await start(single);
  it.box.zendesk.faults.add({ fault: 'suspended', method: 'PUT', path: '/users/' });
  rename(it);
  expect(await it.run()).toMatchObject({ outcome: 'failed', error: { exitCode: 3, code: 'zendesk-suspended' } });
});

test.each(['403', '404', '422'])(
  'make_primary refused with %s: the new address does not stay behind, and a retry moves it',
  async (fault) => {
    const it = await start();
    it.box.quickbooks.company.upsert(customer(odd, { ...moved, DisplayName: 'New 2' }));
    it.box.zendesk.faults.add({ fault, path: 'make_primary' });
    const report = await it.run();
    expect(report).toMatchObject({ outcome: 'completed', tallies: { rejected: 1 } });
    expect(report.rejects).toMatchObject([{ key: String(odd), code: 'refused' }]);
    expect(report.rejects[0]?.message).toContain(`(${fault})`);
    expect(addressesOf(it, odd)).toEqual(['c2@example.com*']);
    expect(userOf(it.box, odd)).toMatchObject({ name: 'New 2' });
    it.box.zendesk.faults.clear();
    expect(await it.run({ kind: 'retry' })).toMatchObject({ tallies: { updated: 1 } });
    expect(addressesOf(it, odd)).toEqual(['moved@example.org*']);
  },
);

test.each(['403', '404', '422'])(
  'a further address that Zendesk does not release (%s) is reported, and taken away by a retry',
  async (fault) => {
    const it = await start();
    it.box.quickbooks.company.upsert(says(odd, { emails: ['former@example.net'] }));
    await runWithNotes(it);
    it.box.quickbooks.company.upsert(says(odd, { emails: ['latter@example.net'] }));
    it.box.zendesk.faults.add({ fault, method: 'DELETE', path: '/identities/' });
    const report = await runWithNotes(it);
    expect(report).toMatchObject({ outcome: 'completed', tallies: { rejected: 1 } });
    expect(report.rejects).toMatchObject([{ key: String(odd), code: 'refused' }]);
    expect(addressesOf(it, odd)).toEqual(['c2@example.com*', 'former@example.net', 'latter@example.net']);
    it.box.zendesk.faults.clear();
    expect(await runWithNotes(it, { kind: 'retry' })).toMatchObject({ tallies: { updated: 1 } });
    expect(addressesOf(it, odd)).toEqual(['c2@example.com*', 'latter@example.net']);
  },
);

test('a deletion that finds nobody (404), of a user who is shown, is that user’s rejection', async () => {
  const it = await start(`${single}policies:\n  inactive: delete\n`);
  for (const key of [odd, 3]) it.box.quickbooks.company.deactivate(String(key));
  const user = userOf(it.box, odd);
  it.box.zendesk.faults.add({ fault: '404', method: 'DELETE', path: `/users/${user?.id}` });
  const report = await it.run({ allowDeactivations: 10 });
  expect(report).toMatchObject({ outcome: 'completed', tallies: { updated: 1, rejected: 1 } });
  expect(report.rejects).toMatchObject([{ key: String(odd), code: 'refused' }]);
  expect(userOf(it.box, odd)).toMatchObject({ active: true });
  it.box.zendesk.faults.clear();
  expect(await it.run({ kind: 'retry' })).toMatchObject({ tallies: { updated: 1 } });
  expect(it.box.zendesk.users.byId.get(user?.id ?? 0)).toMatchObject({ active: false });
});

test('an update that finds nobody (404), of a user who is shown, is a rejection, and nobody is taken for deleted', async () => {
  const it = await start(single);
  const user = userOf(it.box, odd);
  it.box.zendesk.faults.add({ fault: '404', method: 'PUT', path: `/users/${user?.id}` });
  rename(it);
  const report = await it.run();
  expect(report).toMatchObject({ outcome: 'completed', tallies: { updated: 3, rejected: 1 } });
  expect(report.rejects).toMatchObject([{ key: String(odd), code: 'refused' }]);
  it.box.zendesk.faults.clear();
  expect(await it.run({ kind: 'retry' })).toMatchObject({ tallies: { updated: 1 } });
  expect(it.box.zendesk.users.byId.get(user?.id ?? 0)).toMatchObject({ name: 'New 2' });
});

test('a membership that is not found (404), of a user who is a member, is not taken for left', async () => {
  const it = await start();
  const [acme, blue] = ['Acme', 'Blue'].map((name) => ({ external_id: name.toLowerCase(), name }));
  it.box.quickbooks.company.upsert(says(odd, { organizations: [acme] }));
  await runWithNotes(it);
  it.box.quickbooks.company.upsert(says(odd, { organizations: [blue] }));
  it.box.zendesk.faults.add({ fault: '404', method: 'DELETE', path: '/organizations/' });
  const report = await runWithNotes(it);
  expect(report.rejects).toMatchObject([{ key: String(odd), code: 'organization-refused' }]);
  it.box.zendesk.faults.clear();
  expect(await runWithNotes(it, { kind: 'retry' })).toMatchObject({ tallies: { updated: 1 } });
  const { membershipsOf, byId } = it.box.zendesk.organizations;
  const names = membershipsOf(userOf(it.box, odd)?.id ?? 0).map((one) => byId.get(one.organization_id)?.name);
  expect(names).toEqual(['Blue']);
});

test('an old address that Zendesk does not release is reported, and taken away by a retry', async () => {
  const it = await start();
  it.box.quickbooks.company.upsert(customer(odd, moved));
  it.box.zendesk.faults.add({ fault: '403', method: 'DELETE', path: '/identities/' });
  expect((await it.run()).rejects).toMatchObject([{ key: String(odd), code: 'refused' }]);
  expect(addressesOf(it, odd)).toEqual(['c2@example.com', 'moved@example.org*']);
  it.box.zendesk.faults.clear();
  expect(await it.run({ kind: 'retry' })).toMatchObject({ tallies: { updated: 1 } });
  expect(addressesOf(it, odd)).toEqual(['moved@example.org*']);
});

test.each([
  ['403', 'GET'],
  ['404', 'GET'],
  ['400', 'POST'],
  ['403', 'POST'],
  ['404', 'POST'],
] as const)(
  'identities refused (%s at %s): that user is rejected, with everything else written',
  async (fault, method) => {
    const it = await start();
    for (let id = 1; id <= customers; id += 1)
      it.box.quickbooks.company.upsert(says(id, { emails: [`more${id}@example.net`] }, { DisplayName: `New ${id}` }));
    it.box.zendesk.faults.add({ fault, method, path: `/users/${userOf(it.box, odd)?.id}/identities` });
    const report = await runWithNotes(it);
    expect(report).toMatchObject({ outcome: 'completed', tallies: { updated: 3, rejected: 1 } });
    expect(report.rejects).toMatchObject([{ key: String(odd), code: 'refused' }]);
    expect(userOf(it.box, odd)).toMatchObject({ name: 'New 2' });
    it.box.zendesk.faults.clear();
    expect(addressesOf(it, 1)).toContain('more1@example.net');
  },
);

test.each(['400', '403', '404', '422'])(
  'memberships refused with %s: that user is rejected, the others are members',
  async (fault) => {
    const it = await start(single);
    for (let id = 1; id <= customers; id += 1)
      it.box.quickbooks.company.upsert(says(id, { organizations: [{ external_id: 'acme', name: 'Acme' }] }));
    it.box.zendesk.faults.add({ fault, path: `/users/${userOf(it.box, odd)?.id}/organization_memberships` });
    const report = await runWithNotes(it);
    expect(report).toMatchObject({ outcome: 'completed', tallies: { updated: 3, rejected: 1 } });
    expect(report.rejects).toMatchObject([{ key: String(odd), code: 'organization-refused' }]);
  },
);

test('a search index that still shows somebody deleted: the user who has the address is found all the same', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  const { zendesk, quickbooks } = it.box;
  const gone = zendesk.users.create({ name: 'Gone', email: 'c1@example.com', skip_verify_email: true });
  zendesk.setSearchLag(600_000);
  zendesk.users.remove(gone);
  const successor = zendesk.users.create({ name: 'Heir', email: 'heir@example.com', skip_verify_email: true });
  zendesk.users.addIdentity(successor, 'c1@example.com', true);
  quickbooks.company.upsert(customer(1));
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { updated: 1 }, rejects: [] });
  expect(userOf(it.box, 1)).toMatchObject({ id: successor.id, name: 'Customer 1' });
});

test.each(['403', '404'])(
  'a user whose addresses may not be looked at (%s), found for the address of a new customer, does not end the run',
  async (fault) => {
    const it = await startTestEnvironment({ customers: 0 });
    const { users } = it.box.zendesk;
    const other = users.create({ name: 'Other', email: 'other@example.org', skip_verify_email: true });
    users.addIdentity(other, 'c2@example.com', true);
    it.box.zendesk.faults.add({ fault, method: 'GET', path: `/users/${other.id}/identities` });
    for (let id = 1; id <= 3; id += 1) it.box.quickbooks.company.upsert(customer(id));
    const report = await it.run();
    expect(report).toMatchObject({ outcome: 'completed', tallies: { created: 2, rejected: 1 } });
    expect(report.rejects).toMatchObject([{ key: String(odd) }]);
    expect(users.byId.get(other.id)).toMatchObject({ name: 'Other', external_id: null });
  },
);
