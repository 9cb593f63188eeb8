import { expect, test } from 'vitest';
import { runWithNotes } from '../../kit/environment/run-with-notes.ts';
import { customer, usersOf } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment, type TestEnvironment, userOf } from '../../kit/environment/test-environment.ts';

/** One odd row of a list that Zendesk gives is that row's matter, and nobody who is left out of a list counts as gone. */

const acme = { external_id: 'acme', name: 'Acme' };
const says = (id: number, details: string) =>
  customer(id, { Notes: JSON.stringify({ organizations: [{ ...acme, details }], emails: [`more${id}@example.net`] }) });

async function start(details: string): Promise<TestEnvironment> {
  const it = await startTestEnvironment({ customers: 0, jobLatencyMs: 0 });
  for (let id = 1; id <= 3; id += 1) it.box.quickbooks.company.upsert(says(id, details));
  return it;
}

test.each([
  'GET /api/v2/user_fields',
  'GET /api/v2/organizations/show_many',
  'GET /api/v2/organization_fields',
  'GET /api/v2/users/{id}/identities',
  'GET /api/v2/users/{id}/organization_memberships',
  'GET /api/v2/job_statuses/show_many',
])('%s: fields of one row that are of other types than documented end no run', async (route) => {
  const it = await start('Old');
  it.box.zendesk.faults.add({ fault: 'odd-fields', route });
  expect(await runWithNotes(it)).toMatchObject({ outcome: 'completed', tallies: { created: 3, rejected: 0 } });
});

test('a user who comes without an id in a list is asked for alone, and does not count as deleted', async () => {
  const it = await start('Old');
  await runWithNotes(it);
  for (let id = 1; id <= 3; id += 1) it.box.quickbooks.company.upsert(customer(id, { DisplayName: `New ${id}` }));
  it.box.zendesk.faults.add({ fault: 'key-missing', route: 'GET /api/v2/users/show_many', times: 1 });
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { updated: 3, skipped: 0 } });
  expect(usersOf(it.box)).toHaveLength(3);
  expect(userOf(it.box, 1)).toMatchObject({ name: 'New 1' });
});

test('an organization whose update Zendesk refuses is warned of, and the next full sync brings it', async () => {
  const it = await start('Old');
  await runWithNotes(it);
  for (let id = 1; id <= 3; id += 1) it.box.quickbooks.company.upsert(says(id, 'New'));
  it.box.zendesk.faults.add({ fault: '403', route: 'PUT /api/v2/organizations/update_many' });
  const report = await runWithNotes(it);
  expect(report).toMatchObject({ outcome: 'completed', warnings: [{ code: 'organization-not-updated' }] });
  expect(report.tallies.rejected).toBe(0);
  it.box.zendesk.faults.clear();
  await runWithNotes(it, { full: true });
  expect(it.box.zendesk.organizations.byName('Acme')).toMatchObject({ details: 'New' });
  expect(await runWithNotes(it, { full: true })).toMatchObject({ tallies: { unchanged: 3, updated: 0 } });
});
