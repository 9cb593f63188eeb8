import { expect, test } from 'vitest';
import { customer } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment, userOf } from '../../kit/environment/test-environment.ts';
import { undo, wholeSnapshot } from '../../kit/environment/undo-helpers.ts';

/** A changed phone number, on accounts that replace it and on those that add it and go on showing the old one. */

const phone = (last: number) => ({ PrimaryPhone: { FreeFormNumber: `(650) 555-010${last}` } });
const numbered = (last: number): string => `+1650555010${last}`;

async function onAccount(phoneUpdates: 'replace' | 'add', more = '') {
  let now = Date.now();
  const it = await startTestEnvironment({ customers: 0, jobLatencyMs: 0, now: () => now, more });
  it.box.zendesk.setSettings({ phoneUpdates });
  const { users } = it.box.zendesk;
  return {
    ...it,
    company: it.box.quickbooks.company,
    later: (): void => {
      now += 180_000;
    },
    idOf: (key: number): number => userOf(it.box, key)?.id ?? 0,
    phoneOf: (key: number) => userOf(it.box, key)?.phone,
    numbersOf: (key: number): readonly string[] =>
      users
        .identitiesOf(userOf(it.box, key)?.id ?? 0)
        .filter(({ type }) => type === 'phone_number')
        .map(({ value }) => value),
  };
}

test.each(['replace', 'add'] as const)('%s: the new number is shown, the old one of ours is gone', async (how) => {
  const it = await onAccount(how);
  it.company.upsert(customer(1, phone(1)));
  it.company.upsert(customer(2, phone(2)));
  await it.run();
  it.later();
  it.company.upsert(customer(1, phone(3)));
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { updated: 1 } });
  expect(it.phoneOf(1)).toBe(numbered(3));
  expect(it.numbersOf(1)).toEqual(how === 'add' ? [numbered(3)] : []);
  it.later();
  expect(await it.run({ full: true })).toMatchObject({ tallies: { unchanged: 2, updated: 0 } });
});

test.each(['403', '404'])('add: an old number that Zendesk does not release (%s) is reported', async (fault) => {
  const it = await onAccount('add');
  it.company.upsert(customer(1, phone(1)));
  await it.run();
  it.later();
  it.company.upsert(customer(1, phone(3)));
  it.box.zendesk.faults.add({ fault, method: 'DELETE', path: '/identities/' });
  const report = await it.run();
  expect(report).toMatchObject({ outcome: 'completed', tallies: { rejected: 1 } });
  expect(report.rejects).toMatchObject([{ key: '1', code: 'refused' }]);
  expect(report.rejects[0]?.message).toContain('former phone number');
});

test('add: an old number that Zendesk does not release keeps nobody in an organization that its customer has left', async () => {
  const it = await onAccount('add', 'organizations: { name: CompanyName }\n');
  it.company.upsert(customer(1, { ...phone(1), CompanyName: 'Acme' }));
  await it.run();
  it.later();
  it.company.upsert(customer(1, { ...phone(3), CompanyName: 'Blue Heron' }));
  it.box.zendesk.faults.add({ fault: '404', method: 'DELETE', path: '/identities/' });
  expect((await it.run()).rejects).toMatchObject([{ message: expect.stringContaining('former phone number') }]);
  const { byId, membershipsOf } = it.box.zendesk.organizations;
  expect(membershipsOf(it.idOf(1)).map((one) => byId.get(one.organization_id)?.name)).toEqual(['Blue Heron']);
});

test.each(['replace', 'add'] as const)('%s: a number that the customer has no more is gone', async (how) => {
  const it = await onAccount(how);
  it.company.upsert(customer(1, phone(1)));
  await it.run();
  it.later();
  it.company.upsert(customer(1, { PrimaryPhone: null }));
  await it.run();
  expect(it.phoneOf(1)).toBeNull();
  expect(it.numbersOf(1)).toEqual([]);
  it.later();
  expect(await it.run({ full: true })).toMatchObject({ tallies: { unchanged: 1, updated: 0 } });
});

test('add: a number that somebody else gave the user stays behind ours', async () => {
  const it = await onAccount('add');
  const user = it.box.zendesk.users.create({ name: 'Jo', email: 'c1@example.com', phone: numbered(7) });
  it.box.zendesk.users.age(user, 600_000);
  it.company.upsert(customer(1, phone(1)));
  await it.run();
  expect(it.phoneOf(1)).toBe(numbered(1));
  expect([...it.numbersOf(1)].sort()).toEqual([numbered(1), numbered(7)]);
  it.later();
  it.company.upsert(customer(1, phone(2)));
  await it.run();
  expect(it.phoneOf(1)).toBe(numbered(2));
  expect([...it.numbersOf(1)].sort()).toEqual([numbered(2), numbered(7)]);
});

test('add: an old number that is mapped as a further one stays', async () => {
  const it = await onAccount('add', 'mapping:\n  phones: [Mobile.FreeFormNumber]\n');
  it.company.upsert(customer(1, phone(1)));
  await it.run();
  it.later();
  it.company.upsert(customer(1, { ...phone(2), Mobile: phone(1).PrimaryPhone }));
  await it.run();
  expect(it.phoneOf(1)).toBe(numbered(2));
  expect([...it.numbersOf(1)].sort()).toEqual([numbered(1), numbered(2)]);
});

test('add: where identities do not come along with users, they are asked for', async () => {
  const it = await onAccount('add');
  it.box.zendesk.setSideloads(false);
  it.company.upsert(customer(1, phone(1)));
  await it.run();
  it.later();
  it.company.upsert(customer(1, phone(2)));
  await it.run();
  expect(it.numbersOf(1)).toEqual([numbered(2)]);
});

test.each([
  ['in jobs', ''],
  ['one by one', 'bulk: never'],
])('add: a lost reply, %s, leaves no second number', async (_, bulk) => {
  const it = await onAccount('add');
  if (bulk) it.box.zendesk.setBulk(false);
  it.company.upsert(customer(1, phone(1)));
  await it.run();
  it.later();
  it.company.upsert(customer(1, phone(2)));
  it.box.zendesk.faults.add({ fault: 'reset-after', method: 'PUT', path: '/api/v2/users/', times: 1 });
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { updated: 1 } });
  expect(it.phoneOf(1)).toBe(numbered(2));
  expect(it.numbersOf(1)).toEqual([numbered(2)]);
});

test.each(['replace', 'add'] as const)('%s: an undo gives the old number back and takes its own away', async (how) => {
  const it = await onAccount(how);
  it.company.upsert(customer(1, phone(1)));
  await it.run();
  it.later();
  const before = wholeSnapshot(it);
  it.company.upsert(customer(1, phone(2)));
  const report = await it.run();
  it.later();
  expect(await undo(it, report.run)).toMatchObject({ outcome: 'completed', tallies: { updated: 1 } });
  expect(wholeSnapshot(it)).toEqual(before);
});
