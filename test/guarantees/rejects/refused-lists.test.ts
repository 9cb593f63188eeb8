import { expect, test } from 'vitest';
import { runWithNotes } from '../../kit/environment/run-with-notes.ts';
import { customer, duplicatesOf } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment, type TestEnvironment, userOf } from '../../kit/environment/test-environment.ts';

/** A list of ids that Zendesk refuses as a whole, for one id in it or for its length, keeps nobody from being found. */

const customers = 7;
const lists = { fault: '400', path: '/users/show_many' };

async function start(fields: (id: number) => Readonly<Record<string, unknown>> = () => ({})): Promise<TestEnvironment> {
  const it = await startTestEnvironment({ customers: 0, jobLatencyMs: 0 });
  for (let id = 1; id <= customers; id += 1) it.box.quickbooks.company.upsert(customer(id, fields(id)));
  return it;
}

const rename = ({ box }: TestEnvironment): void => {
  for (let id = 1; id <= customers; id += 1) box.quickbooks.company.upsert(customer(id, { DisplayName: `New ${id}` }));
};
const inCompanies = (details: string) => (id: number) => ({
  Notes: JSON.stringify({ organizations: [{ external_id: `o${id}`, name: `Company ${id}`, details }] }),
});

test.each(['400', '414', '422'])('lists of users that are refused with %s are asked for in halves', async (fault) => {
  const it = await start();
  await it.run();
  rename(it);
  // Any list of more than one: its ids are parted by commas.
  it.box.zendesk.faults.add({ ...lists, fault, text: ',' });
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { updated: customers, rejected: 0 } });
  expect(userOf(it.box, customers)).toMatchObject({ name: `New ${customers}` });
});

test('an external id that no list may hold is asked for alone: after a lost reply nobody is made twice', async () => {
  const it = await start();
  it.box.zendesk.faults.add({ fault: 'reset-after', path: 'create_many', times: 1 });
  it.box.zendesk.faults.add({ ...lists, text: ':4' });
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { created: customers, rejected: 0 } });
  expect(duplicatesOf(it.box)).toEqual([]);
});

test.each(['400', '414', '422'])('lists of organizations that are refused with %s likewise', async (fault) => {
  const it = await start(inCompanies('Old'));
  await runWithNotes(it);
  for (let id = 1; id <= customers; id += 1) it.box.quickbooks.company.upsert(customer(id, inCompanies('New')(id)));
  it.box.zendesk.faults.add({ fault, path: '/organizations/show_many', text: 'o4' });
  expect(await runWithNotes(it)).toMatchObject({ outcome: 'completed', warnings: [] });
  const details = [...it.box.zendesk.organizations.byId.values()].map((one) => one.details);
  expect(details).toEqual(Array.from({ length: customers }, () => 'New'));
});

test('a list that is refused for a reason of the account is not cut: the run ends, and says what to do', async () => {
  const it = await start();
  await it.run();
  rename(it);
  it.box.zendesk.faults.add({ ...lists, fault: 'suspended' });
  expect(await it.run()).toMatchObject({ outcome: 'failed', error: { code: 'zendesk-suspended', exitCode: 3 } });
  expect(it.box.zendesk.faults.list()).toMatchObject([{ applied: 1 }]);
});
