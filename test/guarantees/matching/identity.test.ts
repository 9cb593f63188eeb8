import { expect, test } from 'vitest';
import { customer, duplicatesOf, usersOf } from '../../kit/environment/snapshots.ts';
import { idOf, startTestEnvironment, userOf } from '../../kit/environment/test-environment.ts';

const mail = (address: string) => ({ PrimaryEmailAddr: { Address: address } });

test('a new customer becomes a user, without a mail', async () => {
  const { box, run } = await startTestEnvironment({ customers: 0 });
  box.quickbooks.company.upsert(customer(1, { PrimaryPhone: { FreeFormNumber: '(650) 555-3311' } }));
  const report = await run();
  expect(report).toMatchObject({ outcome: 'completed', tallies: { read: 1, created: 1 } });
  expect(userOf(box, 1)).toMatchObject({
    name: 'Customer 1',
    email: 'c1@example.com',
    phone: '+16505553311',
    tags: ['quickbooks'],
  });
  expect(box.zendesk.state().mails).toEqual([]);
});

test('an agent with the address is never touched', async () => {
  const { box, run } = await startTestEnvironment({ customers: 0 });
  const agent = box.zendesk.users.create({
    name: 'Agent',
    email: 'c1@example.com',
    role: 'agent',
    skip_verify_email: true,
  });
  box.zendesk.users.age(agent, 600_000);
  box.quickbooks.company.upsert(customer(1));
  expect(await run()).toMatchObject({ tallies: { skipped: 1 }, skips: { 'staff-account': 1 } });
  expect(box.zendesk.users.byId.get(agent.id)).toMatchObject({ name: 'Agent', external_id: null, role: 'agent' });
});

test("an agent whose secondary address is the customer's is never touched", async () => {
  const { box, run } = await startTestEnvironment({ customers: 0 });
  const agent = box.zendesk.users.create({
    name: 'Agent',
    email: 'agent@example.org',
    role: 'agent',
    skip_verify_email: true,
  });
  box.zendesk.users.addIdentity(agent, 'c1@example.com', true);
  box.quickbooks.company.upsert(customer(1));
  expect(await run()).toMatchObject({ tallies: { skipped: 1 }, skips: { 'staff-account': 1 } });
  expect(box.zendesk.users.byId.get(agent.id)).toMatchObject({ name: 'Agent', external_id: null });
});

test('a user with the address and no external_id is adopted', async () => {
  const { box, run } = await startTestEnvironment({ customers: 0 });
  const user = box.zendesk.users.create({
    name: 'Old Name',
    email: 'c1@example.com',
    tags: ['vip'],
    skip_verify_email: true,
  });
  box.quickbooks.company.upsert(customer(1));
  expect(await run()).toMatchObject({ tallies: { updated: 1 } });
  expect(box.zendesk.users.byId.get(user.id)).toMatchObject({
    external_id: idOf(1),
    name: 'Customer 1',
    tags: ['quickbooks', 'vip'],
  });
});

test("a user with another system's external_id is a conflict", async () => {
  const { box, run } = await startTestEnvironment({ customers: 0 });
  box.zendesk.users.create({ name: 'Theirs', email: 'c1@example.com', external_id: 'crm-1', skip_verify_email: true });
  box.quickbooks.company.upsert(customer(1));
  const report = await run();
  expect(report.rejects).toMatchObject([{ key: '1', code: 'external-id-conflict' }]);
  expect(usersOf(box)).toMatchObject([{ name: 'Theirs', external_id: 'crm-1' }]);
});

test('a user made by hand a moment ago, which no export shows yet, is found and adopted', async () => {
  const { box, run } = await startTestEnvironment({ customers: 0 });
  box.quickbooks.company.upsert(customer(1));
  await run();
  const user = box.zendesk.users.create({ name: 'By hand', email: 'c2@example.com', skip_verify_email: true });
  box.quickbooks.company.upsert(customer(2));
  expect(await run()).toMatchObject({ tallies: { updated: 1 } });
  expect(box.zendesk.users.byId.get(user.id)).toMatchObject({ external_id: idOf(2), name: 'Customer 2' });
  expect(duplicatesOf(box)).toEqual([]);
});

test('a user matched by a secondary address keeps its primary one, also in later runs', async () => {
  const { box, run } = await startTestEnvironment({ customers: 0 });
  const user = box.zendesk.users.create({
    name: 'Two Addresses',
    email: 'primary@example.com',
    skip_verify_email: true,
  });
  box.zendesk.users.addIdentity(user, 'c1@example.com', true);
  box.quickbooks.company.upsert(customer(1));
  expect(await run()).toMatchObject({ tallies: { updated: 1 } });
  expect(box.zendesk.users.byId.get(user.id)).toMatchObject({ external_id: idOf(1), email: 'primary@example.com' });
  expect(await run({ full: true })).toMatchObject({ tallies: { unchanged: 1 } });
});

test('of two customers with one address the first has it, and the second learns whose it is', async () => {
  const { box, run } = await startTestEnvironment({ customers: 0 });
  box.quickbooks.company.upsert(customer(1, mail('shared@example.com')));
  box.quickbooks.company.upsert(customer(2, mail('Shared@Example.com')));
  expect(await run()).toMatchObject({ tallies: { created: 1, skipped: 1 }, skips: { 'shared-email': 1 } });
  expect(userOf(box, 1)?.email).toBe('shared@example.com');
  expect(userOf(box, 2)).toBeUndefined();
});

test('a parent comes before its child, whatever their ids', async () => {
  const { box, run } = await startTestEnvironment({ customers: 0 });
  box.quickbooks.company.upsert(customer(1, { ...mail('family@example.com'), Job: true, ParentRef: { value: '2' } }));
  box.quickbooks.company.upsert(customer(2, mail('family@example.com')));
  expect(await run()).toMatchObject({ tallies: { created: 1, skipped: 1 } });
  expect(userOf(box, 2)?.email).toBe('family@example.com');
});

test('sharedEmail: none creates the others without the address', async () => {
  const { box, run } = await startTestEnvironment({ customers: 0, more: 'policies:\n  sharedEmail: none\n' });
  box.quickbooks.company.upsert(customer(1, mail('shared@example.com')));
  box.quickbooks.company.upsert(customer(2, mail('shared@example.com')));
  expect(await run()).toMatchObject({ tallies: { created: 2 } });
  expect(userOf(box, 2)).toMatchObject({ email: null });
});

test('a shared address that is given up goes to the one that waits, in the same run', async () => {
  const { box, run } = await startTestEnvironment({ customers: 0 });
  box.quickbooks.company.upsert(customer(1, mail('shared@example.com')));
  box.quickbooks.company.upsert(customer(2, mail('shared@example.com')));
  await run();
  box.quickbooks.company.upsert(customer(1, mail('own@example.com')));
  expect(await run()).toMatchObject({ tallies: { rejected: 0, skipped: 0 } });
  expect(userOf(box, 1)?.email).toBe('own@example.com');
  expect(userOf(box, 2)?.email).toBe('shared@example.com');
  expect(box.zendesk.state().mails).toEqual([]);
});

test('a changed address becomes the primary one, without a mail, and the old one goes', async () => {
  const { box, run } = await startTestEnvironment({ customers: 0 });
  box.quickbooks.company.upsert(customer(1));
  await run();
  box.quickbooks.company.upsert(customer(1, mail('new@example.com')));
  expect(await run()).toMatchObject({ tallies: { updated: 1 } });
  const user = userOf(box, 1);
  expect(user?.email).toBe('new@example.com');
  expect(box.zendesk.users.identitiesOf(user?.id ?? 0).map(({ value }) => value)).toEqual(['new@example.com']);
  expect(box.zendesk.state().mails).toEqual([]);
});

test("two customers who swap addresses between runs end with each other's", async () => {
  const { box, run } = await startTestEnvironment({ customers: 0 });
  box.quickbooks.company.upsert(customer(1, mail('a@example.com')));
  box.quickbooks.company.upsert(customer(2, mail('b@example.com')));
  await run();
  box.quickbooks.company.upsert(customer(1, mail('b@example.com')));
  box.quickbooks.company.upsert(customer(2, mail('a@example.com')));
  expect(await run()).toMatchObject({ tallies: { updated: 2, rejected: 0 } });
  expect([userOf(box, 1)?.email, userOf(box, 2)?.email]).toEqual(['b@example.com', 'a@example.com']);
  expect(box.zendesk.state().mails).toEqual([]);
  expect(await run({ full: true })).toMatchObject({ tallies: { unchanged: 2 } });
});

test('an address that another user holds is refused, and the other fields are still written', async () => {
  const { box, run } = await startTestEnvironment({ customers: 0 });
  box.quickbooks.company.upsert(customer(1));
  await run();
  box.zendesk.users.create({ name: 'Somebody', email: 'taken@example.com', skip_verify_email: true });
  box.quickbooks.company.upsert(customer(1, { ...mail('taken@example.com'), DisplayName: 'New Name' }));
  const report = await run();
  expect(report.rejects).toMatchObject([{ key: '1', code: 'email-taken' }]);
  expect(userOf(box, 1)).toMatchObject({ name: 'New Name', email: 'c1@example.com' });
  expect(JSON.stringify(report)).not.toContain('taken@example.com');
});

test.each([
  ['External: has already been taken', 'refused'],
  ['Email: c1@example.com is already being used by another user', 'email-taken'],
  ['Correo: c1@example.com is already being used', 'email-taken'],
])('a create that is refused with "%s" ends as %s', async (details, code) => {
  const { box, run } = await startTestEnvironment({ customers: 0 });
  box.quickbooks.company.upsert(customer(1));
  box.zendesk.setJobFault({ kind: 'rows-fail', job: 'create', rows: 1, details });
  const { rejects } = await run();
  expect(rejects).toMatchObject([{ key: '1', code }]);
  expect(JSON.stringify(rejects)).not.toContain('c1@');
});
