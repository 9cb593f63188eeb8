import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { zendeskCredentials } from '../../src/sandbox/index.ts';
import { auditPipeline } from '../kit/environment/audit-pipeline.ts';
import type { EnvironmentOptions } from '../kit/environment/create-environment.ts';
import { startTestEnvironment } from '../kit/environment/test-environment.ts';

/** Older than the last minute, which the export leaves out. */
const aWhileMs = 120_000;

/** Two accounts; the other one has the fields of the first. */
async function migration(options: EnvironmentOptions = {}) {
  const it = await startTestEnvironment({ from: 'zendesk', plan: 'unlimited', jobLatencyMs: 0, ...options });
  const { zendesk: here, zendeskSource: there } = it.box;
  if (!there) throw new Error('The sandbox has no second account.');
  for (const [key, field] of there.customFields.byKey)
    if (!here.customFields.byKey.has(key)) here.customFields.define({ ...field });
  return { it, here, there };
}

type Accounts = Awaited<ReturnType<typeof migration>>;
type Account = Accounts['here'];

/** What an admin would look at: a user with all that belongs to it, except for ids. */
function lookAt({ users, organizations }: Account, id: number) {
  const user = users.byId.get(id);
  if (!user) throw new Error(`No user ${id}.`);
  const { name, email, phone, alias, details, notes, time_zone, locale, suspended, tags, user_fields } = user;
  const plain = { name, email, phone, alias, details, notes, time_zone, locale, suspended, tags };
  const given = Object.entries(user_fields).filter(
    ([, value]) => !['null', 'false', '[]'].includes(JSON.stringify(value)),
  );
  return {
    ...plain,
    user_fields: Object.fromEntries(given),
    identities: users
      .identitiesOf(id)
      .map(({ type, value, primary }) => `${type} ${value} ${primary}`)
      .sort(),
    organizations: organizations.membershipsOf(id).map(({ organization_id, default: isDefault }) => {
      const {
        id: _,
        external_id: __,
        created_at,
        updated_at,
        ...organization
      } = organizations.byId.get(organization_id) ?? {};
      return { ...organization, isDefault };
    }),
  };
}

const endUsers = ({ users }: Account) =>
  [...users.byId.values()].filter(({ role, active }) => role === 'end-user' && active);

/** The migrated user of a user of the other account. */
function userFor({ here }: Pick<Accounts, 'here'>, id: number) {
  const found = here.users.byExternalId(`zendesk:sandbox:${id}`);
  if (!found) throw new Error(`User ${id} was not migrated.`);
  return found;
}

test('3,000 users and 200 organizations go over whole, the audit finds no difference, and a second sync writes nothing', async () => {
  const accounts = await migration({ customers: 3000 });
  const { it, here, there } = accounts;
  expect(there.organizations.byId.size).toBe(200);
  const types = new Set([...there.customFields.byKey.values()].map(({ type }) => type));
  expect(types.size).toBeGreaterThanOrEqual(8);

  expect(await it.run()).toMatchObject({
    outcome: 'completed',
    tallies: { read: 3000, created: 3000, skipped: 0, rejected: 0 },
    warnings: [],
  });
  expect(here.organizations.byId.size).toBe(200);
  for (const { id } of endUsers(there)) expect(lookAt(here, userFor(accounts, id).id)).toEqual(lookAt(there, id));

  expect(await auditPipeline(it)).toMatchObject({
    inSync: true,
    unlistedFields: [],
    warnings: [],
    source: { total: 3000, inSync: 3000 },
    destination: { total: 3000, inSync: 3000 },
  });

  const before = here.writes().accepted;
  expect(await it.run({ full: true })).toMatchObject({ tallies: { read: 3000, unchanged: 3000 } });
  expect(here.writes().accepted).toBe(before);
}, 60_000);

test.each(['404', '422'])(
  'a user whose addresses the old account does not show (%s) is rejected, the others go over, and a full sync brings it',
  async (fault) => {
    const accounts = await migration({ customers: 6 });
    const { it, there } = accounts;
    const [, second] = endUsers(there);
    if (!second) throw new Error('The old account has too few people.');
    there.setSideloads(false);
    it.box.zendeskSource?.faults.add({ fault, path: `/users/${second.id}/identities` });
    const report = await it.run();
    expect(report).toMatchObject({ outcome: 'completed', tallies: { created: 5, rejected: 1 } });
    expect(report.rejects).toMatchObject([{ key: String(second.id), code: 'source-user-refused' }]);
    it.box.zendeskSource?.faults.clear();
    expect(await it.run({ full: true })).toMatchObject({ tallies: { created: 1, unchanged: 5 } });
    expect(lookAt(accounts.here, userFor(accounts, second.id).id)).toEqual(lookAt(there, second.id));
  },
);

/** As if it had been done a while ago: an export leaves out the last minute. */
function aged({ users }: Account, id: number): void {
  const user = users.byId.get(id);
  if (user) users.age(user, aWhileMs);
}

const byName = ({ organizations }: Account, name: string) =>
  organizations.byName(name) ?? organizations.create({ name });

test('what changes in the old account comes over with the next sync, alone', async () => {
  const accounts = await migration({ customers: 40, more: 'policies: { maxDeactivations: 5 }' });
  const { it, here, there } = accounts;
  await it.run();
  const [first, second, third, fourth] = endUsers(there);
  if (!first || !second || !third || !fourth) throw new Error('The old account has too few people.');
  there.edit(first.id, { name: 'Renamed', tags: ['new_tag'], user_fields: { visits: 99, member_level: 'silver' } });
  there.users.addIdentity(first, 'another@example.net', true);
  there.organizations.join(first, byName(there, 'A new one'), true);
  there.edit(second.id, { suspended: true });
  there.users.remove(third);
  const moved = userFor(accounts, third.id);
  for (const { id } of [first, second, third]) aged(there, id);

  expect(await it.run()).toMatchObject({ tallies: { read: 3, updated: 3 } });
  expect(lookAt(here, userFor(accounts, first.id).id)).toEqual(lookAt(there, first.id));
  expect(userFor(accounts, second.id)).toMatchObject({ suspended: true });
  expect(moved).toMatchObject({ active: true, name: third.name });
  expect(moved.tags).toContain('zendesk-inactive');

  there.edit(second.id, { suspended: false });
  here.edit(userFor(accounts, fourth.id).id, { suspended: true });
  there.edit(fourth.id, { name: 'Suspended over there by hand', phone: 'ext. 12' });
  for (const { id } of [second, fourth]) aged(there, id);
  expect(await it.run()).toMatchObject({ tallies: { read: 2, updated: 2 } });
  expect(userFor(accounts, second.id)).toMatchObject({ suspended: false });
  expect(userFor(accounts, fourth.id)).toMatchObject({ suspended: true, phone: 'ext. 12' });
  expect(await it.run()).toMatchObject({ tallies: { read: 0 } });
});

test('the audit finds what people have changed in the new account next to the users themselves', async () => {
  const accounts = await migration({ customers: 31 });
  const { it, here, there } = accounts;
  await it.run();
  const [one, two] = endUsers(there);
  const [a, b] = [userFor(accounts, one?.id ?? 0), userFor(accounts, two?.id ?? 0)];
  const [membership] = here.organizations.membershipsOf(a.id);
  const [further] = here.users.identitiesOf(a.id).filter(({ primary }) => !primary);
  const [number] = here.users.identitiesOf(b.id).filter(({ type }) => type === 'phone_number');
  if (!membership || !further || !number) throw new Error('They have too little to take away.');
  here.organizations.leave(a, membership);
  here.users.removeIdentity(a, further);
  here.users.removeIdentity(b, number);
  const { entries, inSync } = await auditPipeline(it);
  expect(inSync).toBe(false);
  expect(
    entries.map(({ kind, code, key, fields }) => ({ kind, code, key, fields: Object.keys(fields).sort() })),
  ).toEqual([
    { kind: 'differing', code: 'left-by-sync', key: String(one?.id), fields: ['emails', 'organizations'] },
    { kind: 'differing', code: 'left-by-sync', key: String(two?.id), fields: ['phones'] },
  ]);
});

test('where identities do not come along with users, they are asked for one by one', async () => {
  const accounts = await migration({ customers: 31 });
  accounts.here.setSideloads(false);
  accounts.there.setSideloads(false);
  await accounts.it.run();
  for (const { id } of endUsers(accounts.there))
    expect(lookAt(accounts.here, userFor(accounts, id).id)).toEqual(lookAt(accounts.there, id));
  expect(await auditPipeline(accounts.it)).toMatchObject({ inSync: true });
});

test('a custom field that the new account lacks is left out, reported, and filled once it is there; what is not mapped is not asked for', async () => {
  const it = await startTestEnvironment({
    from: 'zendesk',
    customers: 20,
    more: 'mapping: { emails: [], phones: [] }\norganizations: false\npolicies: { invalidEmail: drop }',
  });
  const { zendeskSource: there, zendesk: here } = it.box;
  const report = await it.run();
  expect(report).toMatchObject({ tallies: { created: 20, rejected: 0 } });
  expect(report.warnings.map(({ message }) => message)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^user_fields\.nickname was left out for 16 customers/)]),
  );
  expect(here.organizations.byId.size).toBe(0);
  expect(Object.keys(there?.requests().byRoute ?? {}).filter((route) => /identities|organization/.test(route))).toEqual(
    [],
  );

  here.customFields.define({ key: 'nickname', type: 'text', title: 'Nickname' });
  expect(await it.run()).toMatchObject({ tallies: { read: 20, updated: 16, unchanged: 4 } });
  expect(userFor({ here }, [...(there?.users.byId.keys() ?? [])][0] ?? 0).user_fields.nickname).toBe('Nick 1');
});

test('keepExternalIds: users and organizations keep the external_id that they have, and the others get one of ours', async () => {
  const it = await startTestEnvironment({ from: 'zendesk', customers: 40 });
  const { zendeskSource: there, zendesk: here } = it.box;
  it.configure('');
  const path = join(it.folder, 'rolodesk.yaml');
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace('account: sandbox', 'account: sandbox\n  keepExternalIds: true'),
  );
  expect(await it.run()).toMatchObject({ tallies: { created: 40 } });
  const ids = [...here.users.byId.values()].map(({ external_id: id }) => id);
  expect(ids).toContain('crm-1');
  expect(ids.filter((id) => id?.startsWith('zendesk:sandbox:'))).toHaveLength(33);
  expect([...here.organizations.byId.values()].map(({ external_id: id }) => id).sort()).toEqual([
    'crm-o-1',
    'crm-o-3',
    `zendesk:sandbox:organization:${organizationId(there, 1)}`,
  ]);
});

function organizationId(account: Account | undefined, index: number): number | undefined {
  return [...(account?.organizations.byId.keys() ?? [])][index];
}

test('an agent of the old account reads everybody every time; the same account on both sides is refused', async () => {
  const it = await startTestEnvironment({ from: 'zendesk', customers: 5 });
  const path = join(it.folder, 'rolodesk.yaml');
  const text = readFileSync(path, 'utf8');
  const { clientId, clientSecret, agentToken } = zendeskCredentials;
  const oauth = `    type: oauth\n    clientId: ${clientId}\n    clientSecret: ${clientSecret}\n`;
  writeFileSync(path, text.replace(oauth, `    type: bearer\n    token: ${agentToken}\n`));
  expect(await it.run()).toMatchObject({ tallies: { created: 5 } });
  expect(await it.run()).toMatchObject({
    tallies: { read: 5, unchanged: 5 },
    warnings: expect.arrayContaining([expect.objectContaining({ code: 'source-not-admin' })]),
  });
  writeFileSync(path, text.replaceAll(it.box.zendeskSource?.url ?? '', it.box.zendesk.url));
  await expect(it.run()).rejects.toThrow('the same account as destination');
});
