import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { duplicates } from '../../../src/cli/handlers/duplicates/duplicates.ts';
import { runCommand } from '../../kit/environment/run-command.ts';
import { customer } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment, type TestEnvironment, userOf } from '../../kit/environment/test-environment.ts';

const start = (more = '') => startTestEnvironment({ customers: 0, users: 0, more });

function make({ box }: TestEnvironment, fields: Readonly<Record<string, unknown>>): string {
  return String(box.zendesk.users.create({ skip_verify_email: true, ...fields }).id);
}

async function found(it: TestEnvironment) {
  await using pipeline = await it.pipeline();
  await using report = await pipeline.duplicates();
  const groups = await Array.fromAsync(report.groups());
  return { ...report, groups };
}

/** Reasons and users of each group, as a person counts them. */
async function groupsOf(it: TestEnvironment) {
  const { groups } = await found(it);
  return groups.map(({ reasons, users }) => ({
    why: reasons.map(({ reason }) => reason),
    users: users.map(({ id }) => id),
  }));
}

test('users with one phone number in two notations, one name in one organization, or look-alike addresses are listed with why', async () => {
  const it = await start('country: US\n');
  const acme = it.box.zendesk.organizations.create({ name: 'Acme' });
  const pairs = [
    [make(it, { name: 'A', phone: '+16505550142' }), make(it, { name: 'B', phone: '(650) 555-0142' })],
    [
      make(it, { name: 'Jörg Müller', organization_id: acme.id }),
      make(it, { name: 'MULLER,  Jorg', organization_id: acme.id }),
    ],
    [make(it, { name: 'C', email: 'jo@example.com' }), make(it, { name: 'D', email: 'jo+shop@example.com' })],
  ];
  make(it, { name: 'Jörg Müller' });
  make(it, { name: 'E', phone: '(650) 555-0142 x7', email: 'other@example.com' });
  expect(await groupsOf(it)).toEqual([
    { why: ['phone'], users: pairs[0] },
    { why: ['name-and-organization'], users: pairs[1] },
    { why: ['address'], users: pairs[2] },
  ]);
  const { groups, counts } = await found(it);
  expect(counts).toMatchObject({ groups: 3, duplicates: 6, commonValues: 0 });
  expect(groups[1]?.users[0]).toMatchObject({ name: 'Jörg Müller', organization: 'Acme' });
});

test('a user that is like two others joins them in one group, and stands in no other', async () => {
  const it = await start();
  const ids = [
    make(it, { name: 'A', phone: '+16505550142' }),
    make(it, { name: 'B', phone: '+16505550142', email: 'jo@example.com' }),
    make(it, { name: 'C', email: 'jo+c@example.com' }),
  ];
  expect(await groupsOf(it)).toEqual([{ why: ['address', 'phone'], users: ids }]);
});

test('agents, admins, suspended and deleted users, those of a sharing agreement and those without a readable role are never listed', async () => {
  const it = await start();
  const phone = '+16505550142';
  make(it, { name: 'Only one', phone });
  make(it, { name: 'Agent', phone, role: 'agent' });
  make(it, { name: 'Admin', phone, role: 'admin' });
  make(it, { name: 'Suspended', phone, suspended: true });
  const { users } = it.box.zendesk;
  users.remove(users.create({ name: 'Deleted', phone }));
  users.create({ name: 'Shared', phone }).shared = true;
  users.create({ name: 'Odd', phone }).odd = { role: 7 };
  users.create({ name: 'Odd too', phone }).odd = { active: 'maybe' };
  expect(await groupsOf(it)).toEqual([]);
});

test('odd values of one user make that value absent, and nobody else', async () => {
  const it = await start();
  const { users } = it.box.zendesk;
  const phone = '+16505550142';
  users.create({ name: 'Odd', phone }).odd = { phone: 7, email: 5, name: null, organization_id: 'x' };
  const ids = [make(it, { name: 'A', phone }), make(it, { name: 'B', phone })];
  expect(await groupsOf(it)).toMatchObject([{ users: ids }]);
});

test('a number that more than ten users have, a placeholder and a short number are no reason', async () => {
  const it = await start();
  for (let id = 1; id <= 11; id += 1) make(it, { name: `Extension ${id}`, phone: '+16505550100' });
  for (const phone of ['+15555555555', '0000000', '12345']) {
    make(it, { name: `One ${phone}`, phone });
    make(it, { name: `Two ${phone}`, phone });
  }
  const { groups, counts } = await found(it);
  expect(groups).toEqual([]);
  expect(counts).toMatchObject({ commonValues: 1 });
});

test('linked users name their customer and come first; the search writes nothing and asks only Zendesk', async () => {
  const it = await start();
  const older = make(it, { name: 'Older', phone: '+16505550142' });
  const phone = { PrimaryPhone: { FreeFormNumber: '+1 650 555 0142' } };
  it.box.quickbooks.company.upsert(customer(58, phone));
  await it.run();
  it.box.zendesk.resetRequests();
  it.box.quickbooks.resetRequests();
  const before = it.box.zendesk.writes().accepted;
  const { groups } = await found(it);
  const linked = String(userOf(it.box, 58)?.id);
  expect(groups[0]?.users).toMatchObject([{ id: linked, customer: '58' }, { id: older }]);
  expect(groups[0]?.users[1]).not.toHaveProperty('customer');
  expect(it.box.zendesk.writes().accepted).toBe(before);
  expect(it.box.quickbooks.requests().total).toBe(0);
});

test('a user that moves from one page to the next while they are read counts once', async () => {
  const it = await start();
  for (let id = 1; id <= 100; id += 1) make(it, { name: `User ${id}`, email: `u${id}@example.com` });
  const last = make(it, { name: 'Last', phone: '+16505550142' });
  it.box.zendesk.faults.add({ fault: 'rows-doubled', route: 'GET /api/v2/users' });
  expect(await groupsOf(it)).toEqual([]);
  const other = make(it, { name: 'Other', phone: '+16505550142' });
  expect(await groupsOf(it)).toMatchObject([{ users: [last, other] }]);
});

test('where organizations may not be read their ids are shown, with a warning', async () => {
  const it = await start();
  const { id } = it.box.zendesk.organizations.create({ name: 'Acme' });
  for (const _ of [1, 2]) make(it, { name: 'Jo Bloggs', organization_id: id });
  it.box.zendesk.faults.add({ fault: '403', route: 'GET /api/v2/organizations/show_many' });
  const { groups, warnings } = await found(it);
  expect(groups[0]?.users[0]).toMatchObject({ organization: String(id) });
  expect(warnings).toMatchObject([{ code: 'organizations-unreadable' }]);
});

test('the file to tick names users by their address, keeps formulas from running, and is private', async () => {
  const it = await start();
  const ids = [
    make(it, { name: '=HYPERLINK("https://example.org")', phone: '+16505550142' }),
    make(it, { name: 'B', phone: '+16505550142' }),
  ];
  const path = join(it.folder, 'duplicates.csv');
  const { code, stdout } = await runCommand(it, {}, (cli) => duplicates(cli, { out: path }));
  expect(code).toBe(1);
  expect(stdout).toContain('2 of them look like 1 customer');
  const [head, ...rows] = readFileSync(path, 'utf8').trimEnd().split('\r\n');
  expect(head).toBe(
    '"group","keep","merge","user","name","email","phone","organization","customer","created","why","version"',
  );
  expect(rows).toHaveLength(2);
  expect(rows[0]).toContain(
    `"1","","","${it.box.zendesk.url}/agent/users/${ids[0]}","'=HYPERLINK(""https://example.org"")"`,
  );
  expect(rows[0]).toContain(`"'+16505550142"`);
  expect(rows[0]).toContain(`"same phone number as ${ids[1]}"`);
  expect(rows[0]).toMatch(/,"v[0-9a-f]{12}"$/);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('without duplicates the command exits 0, and JSON is one document', async () => {
  const it = await start();
  make(it, { name: 'A', phone: '+16505550142' });
  const { code, stdout } = await runCommand(it, { json: true }, (cli) => duplicates(cli, {}));
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    schemaVersion: 1,
    pipeline: 'customers',
    counts: { groups: 0, duplicates: 0 },
    warnings: [],
    groups: [],
  });
});

test('credentials that only seem to work end the search with a message', async () => {
  const it = await start();
  it.box.zendesk.disconnect();
  await using pipeline = await it.pipeline();
  await expect(pipeline.duplicates()).rejects.toMatchObject({ exitCode: 3 });
});
