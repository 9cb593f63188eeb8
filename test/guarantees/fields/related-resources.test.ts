import { expect, test } from 'vitest';
import { runWithNotes as run, runWithUncheckedNotes } from '../../kit/environment/run-with-notes.ts';
import { customer, usersOf } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment, type TestEnvironment, userOf } from '../../kit/environment/test-environment.ts';
import { undo } from '../../kit/environment/undo-helpers.ts';

/** What a customer's record says here about organizations and further identities, in its Notes as JSON. */
interface CommandOutput {
  readonly organizations?: readonly {
    readonly external_id: string;
    readonly name: string;
    readonly details?: string;
  }[];
  readonly emails?: readonly string[];
  readonly phones?: readonly string[];
}

const says = (id: number, said: CommandOutput, fields = {}) => customer(id, { Notes: JSON.stringify(said), ...fields });

const acme = { external_id: 'acme', name: 'Acme' };
const blue = { external_id: 'blue', name: 'Blue Heron' };
const cedar = { external_id: 'cedar', name: 'Cedar' };

function membersOf({ box }: TestEnvironment): Record<string, string[]> {
  const { byId, membershipsOf } = box.zendesk.organizations;
  return Object.fromEntries(
    usersOf(box)
      .filter(({ active }) => active)
      .map(({ id, name }) => [
        name,
        membershipsOf(id).map((one) => `${byId.get(one.organization_id)?.name}${one.default ? '*' : ''}`),
      ]),
  );
}

const identitiesOf = ({ box }: TestEnvironment, key: number): string[] =>
  box.zendesk.users
    .identitiesOf(userOf(box, key)?.id ?? 0)
    .map(({ type, value, primary }) => `${type} ${value}${primary ? '*' : ''}`);

test('organizations are made before their users, each once, and the first one is the default', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  for (let id = 1; id <= 250; id += 1)
    it.box.quickbooks.company.upsert(says(id, { organizations: id % 2 === 0 ? [acme] : [blue, acme] }));
  expect(await run(it)).toMatchObject({ outcome: 'completed', tallies: { created: 250 } });
  expect([...it.box.zendesk.organizations.byId.values()]).toMatchObject([
    { name: 'Blue Heron', external_id: 'blue' },
    { name: 'Acme' },
  ]);
  expect(membersOf(it)).toMatchObject({ 'Customer 1': ['Blue Heron*', 'Acme'], 'Customer 2': ['Acme*'] });
  expect(await run(it, { full: true })).toMatchObject({ tallies: { unchanged: 250, updated: 0 } });
});

test('an organization is matched by external id, then by name', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  const ours = it.box.zendesk.organizations.create({ name: 'Old name', external_id: 'ACME' });
  const byHand = it.box.zendesk.organizations.create({ name: 'blue heron' });
  it.box.quickbooks.company.upsert(says(1, { organizations: [acme, blue] }));
  expect(await run(it)).toMatchObject({ tallies: { created: 1 } });
  expect(it.box.zendesk.organizations.byId.size).toBe(2);
  expect(ours).toMatchObject({ name: 'Acme' });
  expect(byHand).toMatchObject({ external_id: 'blue', name: 'Blue Heron' });
  expect(membersOf(it)).toEqual({ 'Customer 1': ['Acme*', 'Blue Heron'] });
});

test('two companies of one name do not become one organization, in one run or in two', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  const { company } = it.box.quickbooks;
  const other = { ...acme, external_id: 'acme-2', details: 'the other one' };
  company.upsert(says(1, { organizations: [acme] }));
  company.upsert(says(2, { organizations: [other] }));
  const report = await run(it);
  expect(report).toMatchObject({ tallies: { created: 1, rejected: 1 } });
  expect(report.rejects).toMatchObject([{ key: '2', code: 'organization-refused' }]);
  company.upsert(says(3, { organizations: [other] }));
  const second = await run(it);
  const [third] = second.rejects.filter(({ key }) => key === '3');
  expect(third).toMatchObject({ code: 'organization-refused' });
  expect(third?.message).toContain('an organization of this name with another external_id');
  expect([...it.box.zendesk.organizations.byId.values()]).toMatchObject([{ external_id: 'acme', details: null }]);
  expect(membersOf(it)).toEqual({ 'Customer 1': ['Acme*'], 'Customer 2': [], 'Customer 3': [] });
});

test('an organization of another system that has the name is not joined where ids say which company is meant', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  const theirs = it.box.zendesk.organizations.create({ name: 'Cedar', external_id: 'crm-9', details: 'theirs' });
  it.box.quickbooks.company.upsert(says(1, { organizations: [{ ...cedar, details: 'ours' }] }));
  expect(await run(it)).toMatchObject({ rejects: [{ key: '1', code: 'organization-refused' }] });
  expect(theirs).toMatchObject({ external_id: 'crm-9', details: 'theirs' });
  expect(membersOf(it)).toEqual({ 'Customer 1': [] });
});

test('one is joined, and left as it is, where nothing but the name says which company is meant', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  const theirs = it.box.zendesk.organizations.create({ name: 'Cedar', external_id: 'crm-9', details: 'theirs' });
  it.box.quickbooks.company.upsert(
    says(1, { organizations: [{ ...cedar, external_id: 'quickbooks:1:cedar', details: 'ours' }] }),
  );
  expect(await run(it)).toMatchObject({ tallies: { created: 1 } });
  expect(theirs).toMatchObject({ external_id: 'crm-9', details: 'theirs' });
  expect(membersOf(it)).toEqual({ 'Customer 1': ['Cedar*'] });
});

const family = { ParentRef: { value: '1' }, Job: true };

test('QuickBooks: sub-customers belong to the customer at the top, others to their company, all by one line of configuration', async () => {
  const it = await startTestEnvironment({ customers: 0, more: 'organizations: true' });
  const { company } = it.box.quickbooks;
  company.upsert(customer(1, { DisplayName: 'Kestrel', FullyQualifiedName: 'Kestrel', CompanyName: 'Kestrel' }));
  company.upsert(customer(2, { DisplayName: 'Site', FullyQualifiedName: 'Kestrel:Site', ...family }));
  company.upsert(
    customer(3, { DisplayName: 'Roof', FullyQualifiedName: 'Kestrel:Site:Roof', CompanyName: 'Roofers', ...family }),
  );
  company.upsert(customer(4, { DisplayName: 'Ann', CompanyName: 'kestrel' }));
  company.upsert(customer(5, { DisplayName: 'Bo' }));
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { created: 5 } });
  expect(membersOf(it)).toEqual({
    Kestrel: ['Kestrel*'],
    Site: ['Kestrel*'],
    Roof: ['Kestrel*'],
    Ann: ['Kestrel*'],
    Bo: [],
  });
  expect([...it.box.zendesk.organizations.byId.values()]).toMatchObject([
    { name: 'Kestrel', external_id: 'quickbooks:9130357992221046:kestrel' },
  ]);
  company.upsert(customer(5, { DisplayName: 'Bo', CompanyName: 'Roofers' }));
  expect(await it.run()).toMatchObject({ tallies: { updated: 1 } });
  expect(membersOf(it)).toMatchObject({ Bo: ['Roofers*'] });
  expect(await it.run({ full: true })).toMatchObject({ tallies: { updated: 0, unchanged: 5 } });
});

test('further addresses and organizations come from rules; what people gave an organization stays', async () => {
  const it = await startTestEnvironment({
    customers: 0,
    more: [
      'mapping:',
      '  emails: PrimaryEmailAddr.Address',
      '  phones: [Mobile.FreeFormNumber, AlternatePhone.FreeFormNumber]',
      'organizations:',
      '  name: CompanyName',
      '  external_id: "{{ CompanyName | slug }}"',
      '  details: "{{ BillAddr.City }}"',
      '  domain_names: ["{{ CompanyName | slug }}.example.com"]',
      '  tags: [customer]',
    ].join('\n'),
  });
  const { company } = it.box.quickbooks;
  const { organizations } = it.box.zendesk;
  const byHand = organizations.create({ name: 'Kestrel', tags: ['vip'], domain_names: ['kestrel.example.org'] });
  company.upsert(
    customer(1, {
      CompanyName: 'Kestrel',
      BillAddr: { City: 'Oslo' },
      PrimaryEmailAddr: { Address: 'One@example.com; two@example.com, broken@' },
      PrimaryPhone: { FreeFormNumber: '(650) 555-3311' },
      Mobile: { FreeFormNumber: '650 555 3311' },
      AlternatePhone: { FreeFormNumber: '650-555-3312' },
    }),
  );
  expect(await it.run()).toMatchObject({ tallies: { created: 1, rejected: 0 } });
  expect(byHand).toMatchObject({
    external_id: 'kestrel',
    details: 'Oslo',
    tags: ['vip', 'customer'],
    domain_names: ['kestrel.example.org', 'kestrel.example.com'],
  });
  expect(identitiesOf(it, 1)).toEqual(['email one@example.com*', 'email two@example.com', 'phone_number +16505553312']);
  expect(await it.run({ full: true })).toMatchObject({ tallies: { unchanged: 1 } });
});

test('memberships come and go with the mapping; those that people made stay', async () => {
  const it = await startTestEnvironment({ customers: 0, plan: 'unlimited' });
  it.box.quickbooks.company.upsert(says(1, { organizations: [acme] }));
  await run(it);
  const { organizations } = it.box.zendesk;
  const user = it.box.zendesk.users.byId.get(userOf(it.box, 1)?.id ?? 0);
  if (user) organizations.join(user, organizations.create({ name: 'By hand' }), false);
  for (let round = 1; round <= 10; round += 1) {
    it.box.quickbooks.company.upsert(says(1, { organizations: round % 2 === 0 ? [acme] : [blue, cedar] }));
    expect(await run(it)).toMatchObject({ tallies: { updated: 1 } });
  }
  expect(membersOf(it)).toEqual({ 'Customer 1': ['By hand', 'Acme*'] });
  it.box.quickbooks.company.upsert(says(1, { organizations: [] }));
  await run(it);
  expect(membersOf(it)).toEqual({ 'Customer 1': ['By hand*'] });
});

test('further addresses and numbers become identities, without a mail, and go when they are gone; others stay', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  it.box.quickbooks.company.upsert(says(1, { emails: ['two@example.com'], phones: ['+16505553311'] }));
  expect(await run(it)).toMatchObject({ tallies: { created: 1 } });
  expect(identitiesOf(it, 1)).toEqual(['email c1@example.com*', 'email two@example.com', 'phone_number +16505553311']);
  const user = it.box.zendesk.users.byId.get(userOf(it.box, 1)?.id ?? 0);
  if (user) it.box.zendesk.users.addIdentity(user, 'by-hand@example.com', true);
  it.box.quickbooks.company.upsert(says(1, { emails: ['three@example.com'], phones: [] }));
  expect(await run(it)).toMatchObject({ tallies: { updated: 1 } });
  expect(identitiesOf(it, 1)).toEqual([
    'email c1@example.com*',
    'email by-hand@example.com',
    'email three@example.com',
  ]);
  expect(it.box.zendesk.state().mails).toEqual([]);
  expect(await run(it, { full: true })).toMatchObject({ tallies: { unchanged: 1 } });
});

test('a further address that another user has is reported as a reject; everything else is written, and a retry finds no more to do', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  it.box.zendesk.users.create({ name: 'Other', email: 'taken@example.com', skip_verify_email: true });
  it.box.quickbooks.company.upsert(
    says(1, { emails: ['taken@example.com', 'free@example.com'], organizations: [acme] }),
  );
  const report = await run(it);
  expect(report).toMatchObject({ tallies: { rejected: 1 }, rejects: [{ key: '1', code: 'identity-taken' }] });
  expect(JSON.stringify(report)).not.toContain('taken@example.com');
  expect(membersOf(it)).toMatchObject({ 'Customer 1': ['Acme*'] });
  expect(await run(it, { full: true })).toMatchObject({ tallies: { rejected: 1, updated: 0 } });
});

test.each([
  ['address', { emails: ['no address', 'free@example.com'] }],
  ['phone number', { phones: ['ext. 12', '+16505553311'] }],
])(
  'a further %s that Zendesk refuses for itself is nobody else’s: the reject has Zendesk’s words',
  async (what, said) => {
    const it = await startTestEnvironment({ customers: 0 });
    it.box.quickbooks.company.upsert(says(1, said));
    const report = await runWithUncheckedNotes(it);
    expect(report).toMatchObject({ tallies: { rejected: 1 }, rejects: [{ key: '1', code: 'refused' }] });
    const message = report.rejects[0]?.message ?? '';
    expect(message).toMatch(
      new RegExp(`A further [a-z-]* ?${what} was refused by Zendesk: .*is not properly formatted`),
    );
    expect(message).not.toMatch(/no address|ext\. 12/);
    expect(identitiesOf(it, 1)).toHaveLength(2);
  },
);

test('an organization that Zendesk refuses is reported, and its users are written all the same', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  it.box.quickbooks.company.upsert(says(1, { organizations: [{ external_id: 'nameless', name: ' ' }] }));
  const report = await runWithUncheckedNotes(it);
  expect(report).toMatchObject({ rejects: [{ key: '1', code: 'organization-refused' }] });
  expect(userOf(it.box, 1)).toMatchObject({ name: 'Customer 1' });
});

test('an undo gives memberships and identities back, and deletes users that were made, also one that counted as rejected', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  it.box.quickbooks.company.upsert(says(1, { organizations: [acme], emails: ['two@example.com'] }));
  await run(it);
  it.box.quickbooks.company.upsert(says(1, { organizations: [blue], emails: [] }));
  it.box.quickbooks.company.upsert(says(2, { emails: ['two@example.com', 'c1@example.com'] }));
  const report = await run(it);
  expect(report).toMatchObject({ tallies: { updated: 1, rejected: 1 } });
  expect(await undo(it, report.run)).toMatchObject({ tallies: { rejected: 0 } });
  expect(membersOf(it)).toEqual({ 'Customer 1': ['Acme*'] });
});

test.each([
  ['bulk import off', { bulkEnabled: false }],
  ['lost replies', { zendeskFaults: [{ fault: 'reset-after', path: 'create_many', every: 2 }] }],
  ['refused pace', { zendeskFaults: [{ fault: '429', probability: 0.2, retryAfterSeconds: 0 }] }],
])('with %s all of it ends as it does without', async (_, options) => {
  const it = await startTestEnvironment({ customers: 0, ...options });
  for (let id = 1; id <= 30; id += 1)
    it.box.quickbooks.company.upsert(
      says(id, { organizations: [id % 3 === 0 ? acme : blue, cedar], emails: [`x${id}@example.com`] }),
    );
  expect(await run(it)).toMatchObject({ outcome: 'completed', tallies: { created: 30 } });
  expect(it.box.zendesk.organizations.byId.size).toBe(3);
  expect(membersOf(it)).toMatchObject({ 'Customer 1': ['Blue Heron*', 'Cedar'], 'Customer 30': ['Acme*', 'Cedar'] });
  expect(identitiesOf(it, 7)).toEqual(['email c7@example.com*', 'email x7@example.com']);
});
