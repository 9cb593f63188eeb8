import { expect, test } from 'vitest';
import { runWithNotes } from '../../kit/environment/run-with-notes.ts';
import { customer, duplicatesOf, sumOf, usersOf } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment, type TestEnvironment, userOf } from '../../kit/environment/test-environment.ts';

/** One row that Zendesk does not take stops nobody else's, whatever way Zendesk has of not taking it. */

const customers = 7;
const odd = 4;
const others = [1, 2, 3, 5, 6, 7];
const acme = { external_id: 'acme', name: 'Acme' };
const says = (id: number, said: object, fields = {}) => customer(id, { Notes: JSON.stringify(said), ...fields });

async function start(more = ''): Promise<TestEnvironment> {
  const it = await startTestEnvironment({ customers: 0, more });
  for (let id = 1; id <= customers; id += 1) it.box.quickbooks.company.upsert(customer(id));
  return it;
}

const rename = ({ box }: TestEnvironment): void => {
  for (let id = 1; id <= customers; id += 1) box.quickbooks.company.upsert(customer(id, { DisplayName: `New ${id}` }));
};
const namesOf = (it: TestEnvironment) => others.map((id) => userOf(it.box, id)?.name);

test('one value of the wrong type refuses a whole request: that customer is rejected with Zendesk’s words, the others are made', async () => {
  const it = await start();
  it.box.quickbooks.company.upsert(says(odd, { organization_id: 12.5 }));
  const report = await runWithNotes(it);
  expect(report).toMatchObject({ outcome: 'completed', tallies: { read: 7, created: 6, rejected: 1 } });
  expect(report.rejects).toMatchObject([{ key: String(odd), code: 'refused' }]);
  expect(report.rejects[0]?.message).toContain('users.0.organization_id must be an integer');
  expect(duplicatesOf(it.box)).toEqual([]);

  it.box.quickbooks.company.upsert(says(odd, {}));
  expect(await runWithNotes(it)).toMatchObject({ tallies: { created: 1 } });
});

test('the same for an update', async () => {
  const it = await start();
  await runWithNotes(it);
  rename(it);
  it.box.quickbooks.company.upsert(says(odd, { organization_id: 12.5 }, { DisplayName: 'New 4' }));
  const report = await runWithNotes(it);
  expect(report).toMatchObject({ outcome: 'completed', tallies: { updated: 6, rejected: 1 } });
  expect(report.rejects[0]?.message).toContain('users.0.organization_id must be an integer');
  expect(namesOf(it)).toEqual(others.map((id) => `New ${id}`));
});

test.each(['400', '413', '422'])(
  'a deletion that is refused with %s is refused for the one user alone',
  async (fault) => {
    const it = await start('policies:\n  inactive: delete\n');
    await it.run();
    const { id } = userOf(it.box, odd) ?? {};
    for (let key = 1; key <= customers; key += 1) it.box.quickbooks.company.deactivate(String(key));
    it.box.zendesk.faults.add({ fault, path: 'destroy_many', text: String(id) });
    const report = await it.run({ allowDeactivations: 10 });
    expect(report).toMatchObject({ outcome: 'completed', tallies: { updated: 6, rejected: 1 } });
    expect(report.rejects).toMatchObject([{ key: String(odd), code: 'refused' }]);
    expect(usersOf(it.box).filter(({ active }) => active)).toMatchObject([{ id }]);
  },
);

test('organizations: one that is refused with its whole request keeps nobody else from theirs', async () => {
  const it = await start();
  for (let id = 1; id <= customers; id += 1)
    it.box.quickbooks.company.upsert(says(id, { organizations: [{ external_id: `o${id}`, name: `Company ${id}` }] }));
  it.box.zendesk.faults.add({ fault: '400', path: 'organizations/create_many', text: `Company ${odd}` });
  const report = await runWithNotes(it);
  expect(report).toMatchObject({ outcome: 'completed', tallies: { created: 6, rejected: 1 } });
  expect(report.rejects).toMatchObject([{ key: String(odd), code: 'organization-refused' }]);
  expect(it.box.zendesk.organizations.byId.size).toBe(6);

  it.box.zendesk.faults.clear();
  for (let id = 1; id <= customers; id += 1)
    it.box.quickbooks.company.upsert(
      says(id, { organizations: [{ external_id: `o${id}`, name: `Company ${id}`, details: 'New' }] }),
    );
  it.box.zendesk.faults.add({ fault: '422', path: 'organizations/update_many', text: `${firstOrganization(it)}` });
  const changed = await runWithNotes(it);
  expect(changed).toMatchObject({ outcome: 'completed', warnings: [{ code: 'organization-not-updated' }] });
  const details = [...it.box.zendesk.organizations.byId.values()].map((one) => one.details);
  expect(details.filter((text) => text === 'New')).toHaveLength(6);
});

function firstOrganization({ box }: TestEnvironment): number | undefined {
  return [...box.zendesk.organizations.byId.keys()][0];
}

test('memberships: one that is refused with its whole request is that user’s outcome', async () => {
  const it = await start();
  await runWithNotes(it);
  const { id } = userOf(it.box, odd) ?? {};
  for (let key = 1; key <= customers; key += 1) it.box.quickbooks.company.upsert(says(key, { organizations: [acme] }));
  it.box.zendesk.faults.add({ fault: '400', path: 'organization_memberships/create_many', text: String(id) });
  it.box.zendesk.faults.add({ fault: '422', path: `users/${id}/organization_memberships`, method: 'POST' });
  const report = await runWithNotes(it);
  expect(report).toMatchObject({ outcome: 'completed', tallies: { updated: 6, rejected: 1 } });
  expect(report.rejects).toMatchObject([{ key: String(odd), code: 'organization-refused' }]);
});

test.each(['rows-wordless', 'rows-missing'] as const)(
  '%s: a customer who comes to no outcome in several tries is rejected, and the run goes on',
  async (kind) => {
    const it = await start();
    it.box.zendesk.setJobFault({ kind, name: `Customer ${odd}` });
    const first = await it.run();
    expect(first).toMatchObject({ outcome: 'completed', tallies: { created: 6, rejected: 1 } });
    expect(first.rejects).toMatchObject([{ key: String(odd), code: 'unsettled' }]);
    it.box.zendesk.setJobFault(undefined);
    expect(await it.run({ kind: 'retry' })).toMatchObject({ tallies: { created: 1 } });

    rename(it);
    it.box.zendesk.setJobFault({ kind, name: `New ${odd}` });
    const second = await it.run();
    expect(second).toMatchObject({ outcome: 'completed', tallies: { updated: 6, rejected: 1 } });
    expect(second.rejects).toMatchObject([{ key: String(odd), code: 'unsettled' }]);
    expect(sumOf(second)).toBe(7);
    expect(namesOf(it)).toEqual(others.map((id) => `New ${id}`));
    expect(duplicatesOf(it.box)).toEqual([]);
  },
);

test('a deletion and an organization that come to no outcome are reported, and the run goes on', async () => {
  const it = await start('policies:\n  inactive: delete\n');
  await it.run();
  it.box.quickbooks.company.deactivate(String(odd));
  it.box.zendesk.setJobFault({ kind: 'rows-missing', rows: 1, job: 'delete' });
  const deleting = await it.run();
  expect(deleting).toMatchObject({ outcome: 'completed', tallies: { rejected: 1 } });
  expect(deleting.rejects).toMatchObject([{ key: String(odd), code: 'unsettled' }]);

  it.box.zendesk.setJobFault(undefined);
  await it.run({ kind: 'retry' });
  it.box.zendesk.setJobFault({ kind: 'rows-wordless', name: 'Acme' });
  it.box.quickbooks.company.upsert(says(1, { organizations: [acme] }));
  it.box.quickbooks.company.upsert(says(2, { organizations: [{ external_id: 'blue', name: 'Blue Heron' }] }));
  const joining = await runWithNotes(it);
  expect(joining).toMatchObject({ outcome: 'completed', tallies: { updated: 1 } });
  expect(joining.rejects).toMatchObject([{ key: '1', code: 'organization-refused' }]);
});
