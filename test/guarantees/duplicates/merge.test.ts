import { expect, test } from 'vitest';
import type { MergeChoice } from '../../../src/core/duplicates/decide-merge.ts';
import { auditPipeline } from '../../kit/environment/audit-pipeline.ts';
import { customer } from '../../kit/environment/snapshots.ts';
import { linkOf, resultsOf } from '../../kit/environment/stored-records.ts';
import { idOf, startTestEnvironment, type TestEnvironment, userOf } from '../../kit/environment/test-environment.ts';
import { planUndo, undone } from '../../kit/environment/undo-helpers.ts';

/**
 * Zendesk (help center, "Merging a user's duplicate account"): the addresses and tickets of the user that ends become the
 * other's, everything else of it is lost, and nothing brings it back.
 */

const start = (more = '') => startTestEnvironment({ customers: 0, users: 0, more });
const phone = '+16505550142';

function make({ box }: TestEnvironment, fields: Readonly<Record<string, unknown>>) {
  const user = box.zendesk.users.create({ skip_verify_email: true, phone, ...fields });
  box.zendesk.users.age(user, 600_000);
  return user;
}

/** As a person ticks it in the file: these users become part of that one. */
async function choose(it: TestEnvironment, keep: number, ...merge: number[]): Promise<MergeChoice> {
  await using pipeline = await it.pipeline();
  await using report = await pipeline.duplicates();
  const users = (await Array.fromAsync(report.groups())).flatMap((group) => group.users);
  const chosen = (id: number) => {
    const user = users.find((one) => one.id === String(id));
    if (!user) throw new Error(`User ${id} has no duplicate.`);
    return { id: user.id, version: user.version, ...(user.email !== undefined && { email: user.email }) };
  };
  return { group: '1', keep: chosen(keep), merge: merge.map(chosen) };
}

/** Two users, of whom a person has chosen to merge the second into the first. */
async function chosenTwo(it: TestEnvironment) {
  const users = two(it);
  const [kept, merged] = users;
  return { users, kept, merged, choice: await choose(it, kept.id, merged.id) };
}

async function merge(it: TestEnvironment, ...choices: MergeChoice[]) {
  await using pipeline = await it.pipeline();
  const result = await pipeline.merge(choices);
  if (result.kind !== 'merged') throw new Error('Nobody was asked, and the merge was declined.');
  return result;
}

const addressesOf = ({ box }: TestEnvironment, id: number) =>
  box.zendesk.users.identitiesOf(id).map(({ value, primary }) => [value, primary]);

const two = (it: TestEnvironment) =>
  [
    make(it, { name: 'Kept', email: 'kept@example.com' }),
    make(it, { name: 'Merged', email: 'merged@example.com' }),
  ] as const;

test('a pair that a person has chosen is merged: addresses and tickets move, and a run says so', async () => {
  const it = await start();
  const [kept, merged] = two(it);
  it.box.zendesk.users.tickets.set(merged.id, 3);
  const choice = await choose(it, kept.id, merged.id);
  it.box.zendesk.resetRequests();
  const { report, outcomes } = await merge(it, choice);
  // As the documentation says.
  expect(it.box.zendesk.requests()).toMatchObject({ total: 5 });
  expect(outcomes).toEqual([{ group: '1', keep: `${kept.id}`, merge: `${merged.id}`, outcome: 'merged' }]);
  expect(report).toMatchObject({ outcome: 'completed', tallies: { read: 1, updated: 1 } });
  expect(merged).toMatchObject({ active: false });
  expect(kept).toMatchObject({ active: true, name: 'Kept', email: 'kept@example.com' });
  expect(addressesOf(it, kept.id)).toEqual([
    ['kept@example.com', true],
    ['merged@example.com', false],
  ]);
  expect(it.box.zendesk.users.tickets.get(kept.id)).toBe(3);
  expect(it.box.zendesk.state().mails).toEqual([]);
  expect(await resultsOf(it, report.run)).toMatchObject([
    { key: `user:${kept.id}`, outcome: 'updated', code: 'merge', destinationId: `${kept.id}` },
  ]);
});

test('three users become one', async () => {
  const it = await start();
  const [kept, first] = two(it);
  const second = make(it, { name: 'Third', email: 'third@example.com' });
  const { outcomes, report } = await merge(it, await choose(it, kept.id, first.id, second.id));
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['merged', 'merged']);
  expect(report.tallies).toMatchObject({ read: 1, updated: 1 });
  const [result] = await resultsOf(it, report.run);
  expect(result?.changes).toEqual({ merged_users: [null, [`${first.id}`, `${second.id}`]] });
});

test('the customer of the user that ends is linked to the user that stays, and the next syncs make nobody again', async () => {
  const it = await start();
  it.box.quickbooks.company.upsert(customer(58, { PrimaryPhone: { FreeFormNumber: phone } }));
  await it.run();
  const own = userOf(it.box, 58);
  const kept = make(it, { name: 'Kept', email: 'kept@example.com', tags: ['vip'] });
  const { outcomes } = await merge(it, await choose(it, kept.id, own?.id ?? 0));
  expect(outcomes).toMatchObject([{ outcome: 'merged', customer: '58' }]);
  expect(await linkOf(it, '58')).toMatchObject({ destinationId: `${kept.id}` });
  const report = await it.run({ full: true });
  expect(report).toMatchObject({ outcome: 'completed', tallies: { created: 0, updated: 1 } });
  expect(kept).toMatchObject({ name: 'Customer 58', external_id: idOf(58), email: 'kept@example.com' });
  expect(kept.tags).toContain('vip');
  expect(await it.run({ full: true })).toMatchObject({ tallies: { unchanged: 1 } });
  expect(await auditPipeline(it)).toMatchObject({ inSync: true });
  await using pipeline = await it.pipeline();
  const { history } = await pipeline.showCustomer('58');
  expect(history.find(({ code }) => code === 'merge')?.message).toContain(`${own?.id} was merged into user ${kept.id}`);
});

test('a user that is merged into a customer’s stands in the history of that customer', async () => {
  const it = await start();
  it.box.quickbooks.company.upsert(customer(58, { PrimaryPhone: { FreeFormNumber: phone } }));
  await it.run();
  const own = userOf(it.box, 58);
  const other = make(it, { name: 'Other', email: 'other@example.com' });
  await merge(it, await choose(it, own?.id ?? 0, other.id));
  await using pipeline = await it.pipeline();
  const { history } = await pipeline.showCustomer('58');
  expect(history[0]).toMatchObject({ code: 'merge', changes: { merged_users: [null, [`${other.id}`]] } });
  expect(await it.run({ full: true })).toMatchObject({ tallies: { unchanged: 1, created: 0 } });
});

test('two customers are never made one user: the pair is skipped with both keys', async () => {
  const it = await start();
  for (const id of [58, 61])
    it.box.quickbooks.company.upsert(customer(id, { PrimaryPhone: { FreeFormNumber: phone } }));
  await it.run();
  const choice = await choose(it, userOf(it.box, 58)?.id ?? 0, userOf(it.box, 61)?.id ?? 0);
  const { outcomes, report } = await merge(it, choice);
  expect(outcomes).toMatchObject([{ outcome: 'skipped', code: 'two-customers' }]);
  expect(report.skips).toEqual({ 'two-customers': 1 });
  expect(userOf(it.box, 61)).toMatchObject({ active: true });
  expect(await it.run({ full: true })).toMatchObject({ tallies: { unchanged: 2 } });
});

test('the user of an inactive customer may end, and is not made again; it is not kept for an active one', async () => {
  const it = await start();
  for (const id of [58, 61])
    it.box.quickbooks.company.upsert(customer(id, { PrimaryPhone: { FreeFormNumber: phone } }));
  await it.run();
  it.box.quickbooks.company.deactivate('61');
  await it.run({ allowDeactivations: 1 });
  const [active, inactive] = [userOf(it.box, 58)?.id ?? 0, userOf(it.box, 61)?.id ?? 0];
  expect((await merge(it, await choose(it, inactive, active))).outcomes).toMatchObject([{ code: 'two-customers' }]);
  expect((await merge(it, await choose(it, active, inactive))).outcomes).toMatchObject([
    { outcome: 'merged', customer: '58' },
  ]);
  const report = await it.run({ full: true });
  expect(report.tallies).toMatchObject({ created: 0, updated: 0, rejected: 0 });
  expect(userOf(it.box, 58)).toMatchObject({ id: active, name: 'Customer 58' });
});

test('an external id that is not of a customer here is not lost, unless policies.conflict is takeover', async () => {
  const it = await start();
  const [kept, merged] = two(it);
  it.box.zendesk.edit(merged.id, { external_id: 'crm-1' });
  const choice = await choose(it, kept.id, merged.id);
  expect((await merge(it, choice)).outcomes).toMatchObject([{ outcome: 'skipped', code: 'external-id-conflict' }]);
  it.configure('policies:\n  conflict: takeover\n');
  expect((await merge(it, choice)).outcomes).toMatchObject([{ outcome: 'merged' }]);
});

test('a customer is not moved to a user that another system has named', async () => {
  const it = await start();
  it.box.quickbooks.company.upsert(customer(58, { PrimaryPhone: { FreeFormNumber: phone } }));
  await it.run();
  const theirs = make(it, { name: 'Theirs', email: 'theirs@example.com', external_id: 'crm-1' });
  const { outcomes } = await merge(it, await choose(it, theirs.id, userOf(it.box, 58)?.id ?? 0));
  expect(outcomes).toMatchObject([{ code: 'external-id-conflict', message: expect.stringContaining('customer 58') }]);
});

test.each([
  ['a name', { name: 'Renamed' }],
  ['a number', { phone: '+16505550199' }],
  ['an external id', { external_id: 'crm-1' }],
])('a user whose %s has changed since it was chosen is left alone', async (_, change) => {
  const it = await start();
  for (const who of [0, 1]) {
    const { users, merged, choice } = await chosenTwo(it);
    it.box.zendesk.edit(users[who]?.id ?? 0, change);
    expect((await merge(it, choice)).outcomes).toMatchObject([{ outcome: 'skipped', code: 'changed-since' }]);
    expect(merged.active).toBe(true);
    for (const user of users) it.box.zendesk.users.remove(user);
  }
});

test.each([
  ['an agent', { role: 'agent' }, 'staff-account'],
  ['an admin', { role: 'admin' }, 'staff-account'],
  ['suspended', { suspended: true }, 'not-mergeable'],
])('a user who is %s by now is left alone, on either side', async (_, change, code) => {
  const it = await start();
  for (const who of [0, 1]) {
    const { users, choice } = await chosenTwo(it);
    it.box.zendesk.edit(users[who]?.id ?? 0, change);
    it.box.zendesk.resetRequests();
    expect((await merge(it, choice)).outcomes).toMatchObject([{ outcome: 'skipped', code }]);
    expect(it.box.zendesk.requests().byRoute).not.toHaveProperty('PUT /api/v2/users/{id}/merge');
    for (const user of users) it.box.zendesk.users.remove(user);
  }
});

test('the same choice again finds out that it is done, also by hand, and merges nobody', async () => {
  const it = await start();
  const [kept, merged] = two(it);
  const choice = await choose(it, kept.id, merged.id);
  await merge(it, choice);
  const writes = it.box.zendesk.writes().accepted;
  expect((await merge(it, choice)).outcomes).toMatchObject([{ outcome: 'already-merged' }]);
  expect(it.box.zendesk.writes().accepted).toBe(writes);

  const [one, other] = two(await renamed(it, kept));
  const byHand = await choose(it, one.id, other.id);
  it.box.zendesk.merge(other, one);
  expect((await merge(it, byHand)).outcomes).toMatchObject([{ outcome: 'already-merged' }]);
});

/** Its addresses are free again. */
async function renamed(it: TestEnvironment, user: ReturnType<typeof make>): Promise<TestEnvironment> {
  it.box.zendesk.users.remove(user);
  return it;
}

test('a customer whose user a person has merged by hand is linked to the user that was to be kept', async () => {
  const it = await start();
  it.box.quickbooks.company.upsert(customer(58, { PrimaryPhone: { FreeFormNumber: phone } }));
  await it.run();
  const kept = make(it, { name: 'Kept', email: 'kept@example.com' });
  const own = it.box.zendesk.users.byId.get(userOf(it.box, 58)?.id ?? 0);
  if (!own) throw new Error('The customer has a user.');
  const choice = await choose(it, kept.id, own.id);
  it.box.zendesk.merge(own, kept);
  expect((await merge(it, choice)).outcomes).toMatchObject([{ outcome: 'already-merged', customer: '58' }]);
  expect(await linkOf(it, '58')).toMatchObject({ destinationId: `${kept.id}` });
});

test('a user that was deleted or merged elsewhere, and one to keep that is gone, are skipped', async () => {
  const it = await start();
  const [kept, merged] = two(it);
  const elsewhere = make(it, { name: 'Elsewhere', email: 'elsewhere@example.com' });
  const choice = await choose(it, kept.id, merged.id, elsewhere.id);
  it.box.zendesk.merge(merged, elsewhere);
  const other = await choose(it, kept.id, elsewhere.id);
  it.box.zendesk.users.remove(elsewhere);
  expect((await merge(it, choice)).outcomes).toMatchObject([{ code: 'user-gone' }, { code: 'user-gone' }]);
  it.box.zendesk.users.remove(kept);
  expect((await merge(it, other)).outcomes).toMatchObject([{ code: 'user-gone' }]);
});

test('ids that nobody has are skipped, and stop no other pair', async () => {
  const it = await start();
  const [kept, merged] = two(it);
  const nobody = { id: '999999999999', version: 'v000000000000' };
  const good = await choose(it, kept.id, merged.id);
  const { outcomes } = await merge(
    it,
    { group: '8', keep: nobody, merge: [good.keep] },
    { group: '9', keep: good.keep, merge: [nobody] },
    good,
  );
  expect(outcomes).toMatchObject([{ code: 'user-gone' }, { code: 'user-gone' }, { outcome: 'merged' }]);
});

test('what Zendesk refuses is that pair’s, with its words: single sign-on, too many tickets, no address', async () => {
  const it = await start();
  const [kept, merged] = two(it);
  const caller = make(it, { name: 'Caller' });
  it.box.zendesk.users.tickets.set(merged.id, 10_001);
  const { outcomes, report } = await merge(it, await choose(it, kept.id, merged.id, caller.id));
  expect(outcomes).toMatchObject([
    { outcome: 'refused', code: 'refused', message: expect.stringContaining('422') },
    { outcome: 'refused', message: expect.stringContaining('Unverified users') },
  ]);
  expect(report).toMatchObject({ outcome: 'completed', tallies: { rejected: 2 }, rejects: [{ code: 'refused' }, {}] });
  it.box.zendesk.users.tickets.set(merged.id, 1);
  it.box.zendesk.edit(kept.id, { external_id: 'crm-1' });
  it.box.zendesk.setSingleSignOn(true);
  expect((await merge(it, await choose(it, kept.id, merged.id))).outcomes).toMatchObject([{ outcome: 'refused' }]);
});

test('a merge cannot be undone, and an earlier run is not undone over it: the user that another was merged into stays', async () => {
  const it = await start();
  it.box.quickbooks.company.upsert(customer(58, { PrimaryPhone: { FreeFormNumber: phone } }));
  const sync = await it.run();
  const own = userOf(it.box, 58);
  const other = make(it, { name: 'Other', email: 'other@example.com' });
  const { report } = await merge(it, await choose(it, own?.id ?? 0, other.id));
  await expect(undone(it, report.run)).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('merge'),
  });
  expect(await planUndo(it, sync.run)).toMatchObject({ deleted: 0, conflicts: 1 });
  const { unreverted } = await undone(it, sync.run);
  expect(unreverted).toMatchObject([
    { key: '58', code: 'changed-since', message: expect.stringContaining('merged into') },
  ]);
  expect(userOf(it.box, 58)).toMatchObject({ active: true });
});

test('an undo of the run that made a user which has been merged away does not touch the user that stayed', async () => {
  const it = await start();
  it.box.quickbooks.company.upsert(customer(58, { PrimaryPhone: { FreeFormNumber: phone } }));
  const sync = await it.run();
  const kept = make(it, { name: 'Kept', email: 'kept@example.com' });
  await merge(it, await choose(it, kept.id, userOf(it.box, 58)?.id ?? 0));
  await undone(it, sync.run);
  expect(kept).toMatchObject({ active: true, name: 'Kept', suspended: false });
});

test('while a sync has the lease nothing is merged', async () => {
  const it = await start();
  const [kept, merged] = two(it);
  const choice = await choose(it, kept.id, merged.id);
  const parts = await it.open();
  await expect(merge(it, choice)).rejects.toMatchObject({ code: 'locked' });
  await parts.close();
  expect(merged.active).toBe(true);
});

test('a dry run and a declined merge write nothing, on either side', async () => {
  const it = await start();
  const [kept, merged] = two(it);
  it.box.zendesk.edit(merged.id, { external_id: 'crm-1' });
  it.configure('policies:\n  conflict: takeover\n');
  const choice = await choose(it, kept.id, merged.id);
  const writes = it.box.zendesk.writes().accepted;
  await using pipeline = await it.pipeline();
  const plan = {
    pairs: [{ group: '1', keep: `${kept.id}`, merge: `${merged.id}`, action: 'merge' }],
    counts: { merge: 1, gone: 0, skip: 0 },
    withExternalId: 1,
  };
  expect(await pipeline.planMerge([choice])).toEqual(plan);
  expect(await pipeline.merge([choice], { approve: async () => false })).toEqual({ kind: 'declined', plan });
  expect(it.box.zendesk.writes().accepted).toBe(writes);
  expect(await pipeline.runs()).toEqual([]);
});

/** Known by a number that it has confirmed, and by no address. */
function withoutAddress(it: TestEnvironment, name: string, number: string) {
  const user = make(it, { name });
  confirmNumber(it, user, number);
  return user;
}

function confirmNumber({ box }: TestEnvironment, user: ReturnType<typeof make>, number: string): void {
  box.zendesk.users.addPhone(user, number);
  for (const identity of box.zendesk.users.identitiesOf(user.id)) identity.verified = true;
}

test('a user that is known by a number alone is merged as well', async () => {
  const it = await start();
  const [kept] = two(it);
  const caller = withoutAddress(it, 'Caller', '+16505550143');
  expect((await merge(it, await choose(it, kept.id, caller.id))).outcomes).toMatchObject([{ outcome: 'merged' }]);
  expect(caller.active).toBe(false);
});

test('what the first merge changes of the user that stays is no change by others: the second one follows', async () => {
  const it = await start();
  const caller = withoutAddress(it, 'Caller', '+16505550143');
  const [first, second] = two(it);
  if (!first || !second) throw new Error('There are two.');
  const { outcomes } = await merge(it, await choose(it, caller.id, first.id, second.id));
  expect(outcomes).toMatchObject([{ outcome: 'merged' }, { outcome: 'merged' }]);
  expect(caller).toMatchObject({ active: true, email: 'kept@example.com' });
});

test('with sharedEmail: merge, the user of a customer that was set aside is merged into the shared one', async () => {
  const it = await start('policies:\n  sharedEmail: merge\n');
  const { company } = it.box.quickbooks;
  for (const id of [58, 61]) company.upsert(customer(id, { PrimaryPhone: { FreeFormNumber: phone } }));
  await it.run();
  const [shared, aside] = [userOf(it.box, 58)?.id ?? 0, userOf(it.box, 61)?.id ?? 0];
  company.upsert(
    customer(61, { PrimaryPhone: { FreeFormNumber: phone }, PrimaryEmailAddr: { Address: 'c58@example.com' } }),
  );
  await it.run({ allowDeactivations: 1 });
  // It has given up its address. Zendesk merges nobody who is unverified and has none.
  const choice = await choose(it, shared, aside);
  expect((await merge(it, choice)).outcomes).toMatchObject([{ outcome: 'refused' }]);
  const user = it.box.zendesk.users.byId.get(aside);
  if (user) confirmNumber(it, user, '+16505550143');
  const { outcomes } = await merge(it, choice);
  expect(outcomes).toMatchObject([{ outcome: 'merged', customer: '58' }]);
  expect(await it.run({ full: true })).toMatchObject({ tallies: { created: 0, updated: 0, rejected: 0 } });
  company.upsert(customer(61, { PrimaryEmailAddr: { Address: 'own@example.com' } }));
  const report = await it.run({ full: true });
  expect(report).toMatchObject({ outcome: 'completed', tallies: { rejected: 0 } });
  expect(userOf(it.box, 58)).toMatchObject({ id: shared, name: 'Customer 58' });
});
