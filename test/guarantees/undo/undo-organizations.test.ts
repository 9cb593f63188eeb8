import { expect, test } from 'vitest';
import { customer, usersOf } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment, type TestEnvironment, userOf } from '../../kit/environment/test-environment.ts';
import { planUndo, resumed, undo, wholeSnapshot } from '../../kit/environment/undo-helpers.ts';
import { start } from '../../kit/processes/process.ts';

/** What a run has made in addition to its users goes with its undo, as far as it is ours and nothing else is in it. */

const of = (company: string, fields = {}) => ({ CompanyName: company, ...fields });

async function withCompanies(companies: readonly string[], more = {}): Promise<TestEnvironment> {
  const it = await startTestEnvironment({
    customers: 0,
    more: 'organizations: { name: CompanyName }\n',
    jobLatencyMs: 0,
    ...more,
  });
  for (const [index, company] of companies.entries())
    it.box.quickbooks.company.upsert(customer(index + 1, of(company)));
  return it;
}

const organizationsOf = ({ box }: TestEnvironment): readonly string[] =>
  [...box.zendesk.organizations.byId.values()].map(({ name }) => name).sort();

function organization(it: TestEnvironment, name: string) {
  const found = it.box.zendesk.organizations.byName(name);
  if (!found) throw new Error(`No organization ${name}.`);
  return found;
}

test('the organizations that a run made go with its undo, a hundred a job, and the plan says how many', async () => {
  const it = await withCompanies(Array.from({ length: 130 }, (_, index) => `Company ${index}`));
  const before = wholeSnapshot(it);
  const { run } = await it.run();
  expect(organizationsOf(it)).toHaveLength(130);
  expect(await planUndo(it, run)).toMatchObject({ deleted: 130, related: 130 });
  it.box.zendesk.resetRequests();
  const report = await undo(it, run);
  expect(report).toMatchObject({ outcome: 'completed', related: { deleted: 130, left: 0 } });
  expect(organizationsOf(it)).toEqual([]);
  expect(wholeSnapshot(it)).toEqual(before);
  expect(it.box.zendesk.requests().byRoute).toMatchObject({
    'DELETE /api/v2/users/destroy_many': 2,
    'DELETE /api/v2/organizations/destroy_many': 2,
  });
  await resumed(it);
  expect(organizationsOf(it)).toHaveLength(130);
});

test("an organization with somebody or something else in it is left and named; people's own and older ones are not touched", async () => {
  // The run that is reverted is of today by either clock; the one before it is not.
  let now = Date.now() - 600_000;
  const it = await withCompanies(['Old', 'Emptied'], { now: () => now });
  await it.run();
  const theirs = it.box.zendesk.organizations.create({ name: 'Theirs', external_id: 'crm-1' });
  now += 600_000;
  for (const [id, company] of [
    [3, 'Shared'],
    [4, 'Alone'],
    [5, 'Theirs'],
    [6, 'Old'],
    [7, 'Busy'],
  ] as const)
    it.box.quickbooks.company.upsert(customer(id, of(company)));
  const { run } = await it.run();
  const helper = it.box.zendesk.users.create({ name: 'Helper', email: 'helper@example.org', skip_verify_email: true });
  it.box.zendesk.organizations.join(helper, organization(it, 'Shared'), true);
  it.box.zendesk.users.tickets.set(userOf(it.box, 7)?.id ?? 0, 2);
  now += 600_000;
  const report = await undo(it, run);
  expect(report).toMatchObject({ tallies: { updated: 5 }, related: { deleted: 1, left: 2 } });
  expect(organizationsOf(it)).toEqual(['Busy', 'Emptied', 'Old', 'Shared', 'Theirs']);
  expect(report.related?.reasons.map(({ id }) => Number(id)).sort()).toEqual(
    [organization(it, 'Shared').id, organization(it, 'Busy').id].sort(),
  );
  expect(report.related?.reasons[0]?.message).toMatch(/was left: it has 1 user and [02] tickets/);
  expect(organization(it, 'Theirs')).toEqual(theirs);
});

test('the plan and the report of an undo count in good grammar', async () => {
  const it = await withCompanies(['Alone']);
  const { run } = await it.run();
  it.box.zendesk.users.tickets.set(userOf(it.box, 1)?.id ?? 0, 1);
  const say = async (how: string) => (await start(['undo', run, how], { cwd: it.folder }).ended).stdout;
  const plan = await say('--dry-run');
  expect(plan).toContain('has 1 ticket by now: suspended, not deleted.');
  expect(plan).toContain('0 users to delete, 1 to change back');
  expect(plan).toContain('1 organization of the run to delete, unless something else is in there by then.');
  const report = await say('--yes');
  expect(report).toContain('0 organizations of the run deleted, 1 left.');
  expect(report).toMatch(/it has 1 user and [01] tickets?\./);
});

test('an organization that only an update has made goes with its undo as well', async () => {
  let now = Date.now();
  const it = await withCompanies(['First'], { now: () => now });
  await it.run();
  now += 600_000;
  it.box.quickbooks.company.upsert(customer(1, of('Second')));
  const { run } = await it.run();
  expect(organizationsOf(it)).toEqual(['First', 'Second']);
  expect(await undo(it, run)).toMatchObject({ tallies: { updated: 1 }, related: { deleted: 1, left: 0 } });
  expect(organizationsOf(it)).toEqual(['First']);
  const { id } = organization(it, 'First');
  expect(it.box.zendesk.organizations.membershipsOf(userOf(it.box, 1)?.id ?? 0)).toMatchObject([
    { organization_id: id },
  ]);
});

test('what is not deleted at once, for lack of a reply, of a job or of bulk import, is deleted all the same', async () => {
  const it = await withCompanies(['One', 'Two', 'Three']);
  const { run } = await it.run();
  it.box.zendesk.faults.add({ fault: 'reset-after', route: 'DELETE /api/v2/organizations/destroy_many', times: 1 });
  it.box.zendesk.setJobFault({ kind: 'vanished', job: 'other', times: 1 });
  expect(await undo(it, run)).toMatchObject({ related: { deleted: 3, left: 0 } });
  const again = await resumed(it);
  it.box.zendesk.setJobFault(undefined);
  it.box.zendesk.setBulk(false);
  expect(await undo(it, again.run)).toMatchObject({ related: { deleted: 3, left: 0 } });
  expect(usersOf(it.box).filter(({ active }) => active)).toEqual([]);
});

test.each([
  [403, '403'],
  [404, '404'],
  [422, '422'],
])(
  'an organization whose uses Zendesk does not show (%i) is left, the others go, and a later undo takes it',
  async (_, fault) => {
    const it = await withCompanies(['One', 'Two', 'Three']);
    const { run } = await it.run();
    const kept = organization(it, 'Two');
    it.box.zendesk.faults.add({
      fault,
      route: 'GET /api/v2/organizations/{id}/related',
      path: `organizations/${kept.id}/`,
    });
    const report = await undo(it, run);
    expect(report).toMatchObject({ outcome: 'completed', related: { deleted: 2, left: 1 } });
    expect(report.related?.reasons).toEqual([{ id: String(kept.id), message: expect.stringContaining(fault) }]);
    expect(organizationsOf(it)).toEqual(['Two']);
    it.box.zendesk.faults.clear();
    expect(await undo(it, run)).toMatchObject({ related: { deleted: 1, left: 0 } });
    expect(organizationsOf(it)).toEqual([]);
  },
);
