import { expect, test } from 'vitest';
import { runWithNotes } from '../../kit/environment/run-with-notes.ts';
import { customer, usersOf } from '../../kit/environment/snapshots.ts';
import { linkOf } from '../../kit/environment/stored-records.ts';
import { idOf, startTestEnvironment, type TestEnvironment, userOf } from '../../kit/environment/test-environment.ts';

/** Whatever order results come in, and whatever was done to users meanwhile: nobody gets another one's data. */

const keys = [1, 2, 3];
const says = (id: number, said: object, fields = {}) => customer(id, { Notes: JSON.stringify(said), ...fields });
const acme = { external_id: 'acme', name: 'Acme' };
const blue = { external_id: 'blue', name: 'Blue Heron' };
const cedar = { external_id: 'cedar', name: 'Cedar' };

async function start(more = ''): Promise<TestEnvironment> {
  const it = await startTestEnvironment({ customers: 0, more });
  for (const id of keys) it.box.quickbooks.company.upsert(customer(id));
  return it;
}

const rename = ({ box }: TestEnvironment): void => {
  for (const id of keys) box.quickbooks.company.upsert(customer(id, { DisplayName: `New ${id}` }));
};
const people = ({ box }: TestEnvironment) =>
  keys.map((id) => {
    const user = userOf(box, id);
    return [user?.name, user?.email];
  });
const renamed = keys.map((id) => [`New ${id}`, `c${id}@example.com`]);

/** Which user each customer is linked to, by that user's external id. */
async function linksOf(it: TestEnvironment): Promise<readonly (string | null | undefined)[]> {
  const users = new Map(usersOf(it.box).map((user) => [String(user.id), user]));
  const links = await Promise.all(keys.map(async (key) => await linkOf(it, String(key))));
  return links.map((link) => users.get(link?.destinationId ?? '')?.external_id);
}

test.each(['rows-reversed', 'rows-reversed-unmarked'] as const)(
  'results that come in another order (%s): the next sync renames everybody rightly, and links are right',
  async (kind) => {
    const it = await start();
    it.box.zendesk.setJobFault({ kind });
    expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { created: 3 } });
    if (kind === 'rows-reversed') expect(await linksOf(it)).toEqual(keys.map(idOf));
    rename(it);
    expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { updated: 3 } });
    expect(people(it)).toEqual(renamed);
    expect(await linksOf(it)).toEqual(keys.map(idOf));
    expect(await it.run({ full: true })).toMatchObject({ tallies: { unchanged: 3 } });
  },
);

test.each([
  ['tag', { tags: ['quickbooks', 'quickbooks-inactive'] }],
  ['suspend', { suspended: true }],
  ['delete', { active: false }],
])(
  'results in another order: of a customer who is gone by the next sync its own user is deactivated (inactive: %s)',
  async (inactive, as) => {
    const it = await start(`policies:\n  inactive: ${inactive}\n`);
    it.box.zendesk.setJobFault({ kind: 'rows-reversed-unmarked' });
    await it.run();
    const ids = keys.map((key) => userOf(it.box, key)?.id);
    it.box.quickbooks.company.remove('1');
    expect(await it.run({ full: true })).toMatchObject({
      outcome: 'completed',
      tallies: { updated: 1, unchanged: 2, rejected: 0 },
    });
    const [own, ...others] = ids.map((id) => usersOf(it.box).find((user) => user.id === id));
    expect(own).toMatchObject({ name: 'Customer 1', ...as });
    for (const other of others) expect(other).toMatchObject({ active: true, suspended: false, tags: ['quickbooks'] });
    expect(await it.run({ full: true })).toMatchObject({ tallies: { updated: 0, rejected: 0 } });
  },
);

test('results in another order, of which one failed: who was not made does not count as created, and nobody is linked to another one', async () => {
  const it = await start();
  const agent = it.box.zendesk.users.create({ name: 'Agent', email: 'agent@example.org', role: 'agent' });
  it.box.zendesk.users.addIdentity(agent, 'c1@example.com', true);
  it.box.zendesk.setJobFault({ kind: 'rows-reversed-unmarked' });
  const report = await it.run();
  expect(report).toMatchObject({ outcome: 'completed', tallies: { created: 2, skipped: 1 } });
  expect(report.skips).toEqual({ 'staff-account': 1 });
  expect(await linksOf(it)).toEqual([undefined, idOf(2), idOf(3)]);
  expect(it.box.zendesk.users.byId.get(agent.id)).toMatchObject({ name: 'Agent', external_id: null });
});

test('results in another order: nobody becomes a member of another one’s organization, nor gets their addresses', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  for (const [at, organization] of [acme, blue, cedar].entries())
    it.box.quickbooks.company.upsert(
      says(at + 1, {
        organizations: [organization, { external_id: `own${at}`, name: `Own ${at}` }],
        emails: [`more${at}@example.net`],
      }),
    );
  it.box.zendesk.setJobFault({ kind: 'rows-reversed-unmarked' });
  expect(await runWithNotes(it)).toMatchObject({ outcome: 'completed', tallies: { created: 3 } });
  const { byId, membershipsOf } = it.box.zendesk.organizations;
  for (const [at, { name }] of [acme, blue, cedar].entries()) {
    const { id = 0 } = userOf(it.box, at + 1) ?? {};
    expect(membershipsOf(id).map((one) => byId.get(one.organization_id)?.name)).toEqual([name, `Own ${at}`]);
    expect(it.box.zendesk.users.identitiesOf(id).map(({ value }) => value)).toEqual([
      `c${at + 1}@example.com`,
      `more${at}@example.net`,
    ]);
  }
});

test('a user who has been given to another customer since is not written: the conflict is reported, and its own customer is looked for', async () => {
  const it = await start();
  await it.run();
  const { id = 0 } = userOf(it.box, 1) ?? {};
  it.box.zendesk.edit(id, { external_id: 'crm:9' });
  rename(it);
  const report = await it.run();
  expect(report).toMatchObject({ outcome: 'completed', tallies: { updated: 2, rejected: 1 } });
  expect(report.rejects).toMatchObject([{ key: '1', code: 'external-id-conflict' }]);
  expect(usersOf(it.box).find((user) => user.id === id)).toMatchObject({ name: 'Customer 1', external_id: 'crm:9' });

  const { users } = it.box.zendesk;
  users.age(users.create({ name: 'Customer 1', external_id: idOf(1), skip_verify_email: true }), 70_000);
  // The address is still the other one's.
  expect((await it.run({ kind: 'retry' })).rejects).toMatchObject([{ key: '1', code: 'email-taken' }]);
  expect(userOf(it.box, 1)).toMatchObject({ name: 'New 1' });
});

test('conflict: takeover takes such a user back', async () => {
  const it = await start('policies:\n  conflict: takeover\n');
  await it.run();
  const { id = 0 } = userOf(it.box, 1) ?? {};
  it.box.zendesk.edit(id, { external_id: 'crm:9' });
  rename(it);
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { updated: 3 } });
  expect(people(it)).toEqual(renamed);
});

test.each(['reject', 'takeover'])(
  'a user who belongs to another customer by now is never deleted (conflict: %s)',
  async (conflict) => {
    const it = await start(`policies:\n  inactive: delete\n  conflict: ${conflict}\n`);
    await it.run();
    const { id = 0 } = userOf(it.box, 1) ?? {};
    it.box.zendesk.edit(id, { external_id: 'crm:9' });
    for (const key of keys) it.box.quickbooks.company.deactivate(String(key));
    const report = await it.run({ allowDeactivations: 3 });
    expect(report).toMatchObject({ outcome: 'completed', tallies: { updated: 2, rejected: 1 } });
    expect(report.rejects).toMatchObject([{ key: '1', code: 'external-id-conflict' }]);
    expect(usersOf(it.box).filter(({ active }) => active)).toMatchObject([{ id, external_id: 'crm:9' }]);
  },
);
