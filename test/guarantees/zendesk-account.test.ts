import { expect, test } from 'vitest';
import type { RunReport } from '../../src/core/domain/run/run-report.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { auditPipeline } from '../kit/environment/audit-pipeline.ts';
import { customer, usersOf } from '../kit/environment/snapshots.ts';
import { startTestEnvironment, type TestEnvironment, userOf } from '../kit/environment/test-environment.ts';
import { undo } from '../kit/environment/undo-helpers.ts';

/** States of a Zendesk account as a whole, which no single record can do anything about. */

test.each([
  ['moved', 'zendesk-moved', 'https://renamed.zendesk.com'],
  ['402', 'zendesk-inactive', 'The trial of this account has expired'],
  ['closed', 'zendesk-page', 'Help Center Closed'],
  ['suspended', 'zendesk-suspended', 'This account has been suspended'],
  ['ip-restricted', 'zendesk-ip-restricted', 'this IP address is not allowed'],
])("an account that is %s ends the run with exit 3, in Zendesk's own words", async (fault, code, words) => {
  const { box, run } = await startTestEnvironment({ customers: 0 });
  box.quickbooks.company.upsert(customer(1));
  box.zendesk.faults.add({ fault, path: '/api/v2/' });
  await expect(run()).rejects.toMatchObject({ code, exitCode: 3, message: expect.stringContaining(words) });
  box.zendesk.faults.clear();
  expect(await run()).toMatchObject({ outcome: 'completed', tallies: { created: 1 } });
});

/** `later`: long enough for Zendesk's export to show what was done before. */
async function onAccount(settings: Parameters<Sandbox['zendesk']['setSettings']>[0], more: string) {
  let now = Date.now();
  const it = await startTestEnvironment({ customers: 0, jobLatencyMs: 0, now: () => now, more });
  it.box.zendesk.setSettings(settings);
  const later = (): void => {
    now += 180_000;
  };
  return { ...it, later };
}

const codesOf = ({ warnings }: RunReport) => warnings.map(({ code }) => code);
const suspending = 'policies:\n  inactive: suspend\n';

test('an account that drops the tags of users is reported once, and a full run finds nothing to do', async () => {
  const { box, run, later } = await onAccount({ tagging: false }, suspending);
  for (const id of [1, 2, 3]) box.quickbooks.company.upsert(customer(id));
  const first = await run();
  expect(first).toMatchObject({ outcome: 'completed', tallies: { created: 3 } });
  expect(codesOf(first)).toEqual(['tagging-off']);
  expect(userOf(box, 1)?.tags).toEqual([]);
  for (const round of ['second', 'third', 'fourth']) {
    later();
    expect(await run({ full: true }), round).toMatchObject({ tallies: { unchanged: 3, updated: 0 } });
  }
  box.quickbooks.company.upsert(customer(1, { DisplayName: 'Renamed' }));
  expect(await run()).toMatchObject({ tallies: { updated: 1 } });
  later();
  await run();

  // Turned on, the tags are written after all.
  box.zendesk.setSettings({ tagging: true });
  later();
  await run({ full: true });
  later();
  expect(codesOf(await run({ full: true }))).toEqual([]);
  expect([1, 2, 3].map((id) => userOf(box, id)?.tags)).toEqual([['quickbooks'], ['quickbooks'], ['quickbooks']]);
});

test('a reply that was lost is understood on an account that drops tags', async () => {
  const { box, run, later } = await onAccount({ tagging: false }, suspending);
  box.quickbooks.company.upsert(customer(1));
  await run();
  later();
  box.zendesk.setSettings({ tagging: true });
  box.quickbooks.company.upsert(customer(1, { DisplayName: 'Renamed' }));
  box.zendesk.setSettings({ tagging: false });
  box.zendesk.faults.add({ fault: 'reset-after', path: 'update_many', times: 1 });
  expect(await run()).toMatchObject({ outcome: 'completed', tallies: { updated: 1 } });
  expect(userOf(box, 1)).toMatchObject({ name: 'Renamed' });
});

test('a tag that Zendesk did not keep counts as stored; one that somebody took away later comes back', async () => {
  const { box, run, later } = await onAccount({}, suspending);
  const { company } = box.quickbooks;
  company.upsert(customer(1));
  company.upsert(customer(2));
  await run();
  const id = (key: number) => userOf(box, key)?.id ?? 0;
  box.zendesk.edit(id(1), { tags: [] });
  later();
  expect(await run({ full: true })).toMatchObject({ tallies: { unchanged: 2, updated: 0 } });
  later();
  expect(await run({ full: true })).toMatchObject({ tallies: { unchanged: 2, updated: 0 } });
  expect(userOf(box, 1)?.tags).toEqual([]);
  box.zendesk.edit(id(2), { tags: [] });
  later();
  expect(await run({ full: true })).toMatchObject({ tallies: { unchanged: 1, updated: 1 } });
  expect(userOf(box, 2)?.tags).toEqual(['quickbooks']);
});

test('inactive customers are not marked with tags that nobody keeps: the run is refused before it writes', async () => {
  const { box, run } = await onAccount({ tagging: false }, '');
  box.quickbooks.company.upsert(customer(1));
  expect(await run()).toMatchObject({
    outcome: 'failed',
    error: { code: 'tagging-off', exitCode: 2, hint: expect.stringContaining('policies.inactive') },
  });
  expect(usersOf(box).some(({ external_id }) => external_id !== null)).toBe(false);
});

test('settings that may not be read are unknown, and the run goes on', async () => {
  const { box, run } = await onAccount({}, '');
  box.quickbooks.company.upsert(customer(1));
  box.zendesk.faults.add({ fault: '403', path: 'account/settings' });
  const report = await run();
  expect(report).toMatchObject({ outcome: 'completed', tallies: { created: 1 } });
  expect(codesOf(report)).toEqual(['settings-unknown']);
});

test.each(['400', '404', '410', '422'])(
  'a place in the export that Zendesk no longer takes (%s) costs one list of all users, and no run',
  async (fault) => {
    const { box, run, later } = await onAccount({}, '');
    box.quickbooks.company.upsert(customer(1));
    await run();
    later();
    await run();
    later();
    box.zendesk.faults.add({ fault, path: 'incremental', times: 1 });
    const id = userOf(box, 1)?.id ?? 0;
    box.zendesk.edit(id, { name: 'By hand' });
    later();
    const listed = await run({ full: true });
    expect(listed).toMatchObject({ outcome: 'completed', tallies: { updated: 1 } });
    expect(codesOf(listed)).toEqual(['export-cursor-refused']);
    later();
    expect(codesOf(await run())).toEqual([]);
  },
);

const inCompany = 'organizations:\n  name: CompanyName\n';

function organizationsOf({ box }: TestEnvironment, key: number): readonly (string | undefined)[] {
  const { byId, membershipsOf } = box.zendesk.organizations;
  return membershipsOf(userOf(box, key)?.id ?? 0).map(({ organization_id: id }) => byId.get(id)?.name);
}

test.each([
  ['in jobs', true],
  ['one by one', false],
])('one organization per user, %s: a change moves the user, who is never in none', async (_, bulk) => {
  const it = await onAccount({ multipleOrganizations: false }, inCompany);
  const { company } = it.box.quickbooks;
  it.box.zendesk.setBulk(bulk);
  company.upsert(customer(1, { CompanyName: 'Acme' }));
  company.upsert(customer(2, { CompanyName: 'Acme' }));
  const first = await it.run();
  expect(codesOf(first)).toContain('one-organization');
  it.later();
  company.upsert(customer(1, { CompanyName: 'Blue Heron' }));
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { updated: 1, rejected: 0 } });
  expect(organizationsOf(it, 1)).toEqual(['Blue Heron']);
  expect(organizationsOf(it, 2)).toEqual(['Acme']);
  const routes = Object.keys(it.box.zendesk.requests().byRoute);
  expect(routes.filter((route) => route.startsWith('DELETE'))).toEqual([]);
  it.later();
  company.upsert(customer(2, { CompanyName: null }));
  await it.run();
  expect(organizationsOf(it, 2)).toEqual([]);
});

test('one organization per user: an undo moves users back, and an audit finds them where they belong', async () => {
  const it = await onAccount({ multipleOrganizations: false }, inCompany);
  const { company } = it.box.quickbooks;
  company.upsert(customer(1, { CompanyName: 'Acme' }));
  company.upsert(customer(2, { CompanyName: 'Acme' }));
  await it.run();
  it.later();
  company.upsert(customer(1, { CompanyName: 'Blue Heron' }));
  const { run } = await it.run();
  expect(await undo(it, run)).toMatchObject({
    outcome: 'completed',
    tallies: { updated: 1, rejected: 0 },
    related: { deleted: 1, left: 0 },
  });
  expect(organizationsOf(it, 1)).toEqual(['Acme']);
  expect((await auditPipeline(it)).entries).toMatchObject([
    { key: '1', fields: { organizations: [['Blue Heron'], ['Acme']] } },
  ]);
});

test('one organization per user: of several the first counts, and nothing is to be done again', async () => {
  const several = 'organizations:\n  - { name: CompanyName }\n  - { name: Notes }\n';
  const it = await onAccount({ multipleOrganizations: false }, several);
  it.box.quickbooks.company.upsert(customer(1, { CompanyName: 'Acme', Notes: 'Cedar' }));
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { created: 1, rejected: 0 } });
  expect(organizationsOf(it, 1)).toEqual(['Acme']);
  it.later();
  expect(await it.run({ full: true })).toMatchObject({ tallies: { unchanged: 1, updated: 0 } });
});

test('who could not be made a member of the new organization stays in the old one', async () => {
  const it = await onAccount({}, inCompany);
  const { company } = it.box.quickbooks;
  company.upsert(customer(1, { CompanyName: 'Acme' }));
  await it.run();
  it.later();
  company.upsert(customer(1, { CompanyName: 'Blue Heron' }));
  // The setting may not be read, and several organizations are not possible: each membership is refused.
  it.box.zendesk.setSettings({ multipleOrganizations: false });
  it.box.zendesk.faults.add({ fault: '403', path: 'account/settings' });
  expect(await it.run()).toMatchObject({ tallies: { rejected: 1 }, rejects: [{ code: 'organization-refused' }] });
  expect(organizationsOf(it, 1)).toEqual(['Acme']);
});
