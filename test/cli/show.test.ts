import { expect, test } from 'vitest';
import { forget } from '../../src/cli/handlers/forget.ts';
import { show } from '../../src/cli/handlers/run-history.ts';
import { runCommand } from '../kit/environment/run-command.ts';
import { customer } from '../kit/environment/snapshots.ts';
import { startTestEnvironment, type TestEnvironment, userOf } from '../kit/environment/test-environment.ts';
import { undo } from '../kit/environment/undo-helpers.ts';

async function shown(it: TestEnvironment, run = 'latest'): Promise<string> {
  return (await runCommand(it, {}, (cli) => show(cli, run, {}))).stdout;
}

async function withPeople(): Promise<TestEnvironment> {
  const it = await startTestEnvironment({ customers: 0 });
  for (let id = 1; id <= 3; id += 1) it.box.quickbooks.company.upsert(customer(id));
  return it;
}

test('a created customer is named, with its user', async () => {
  const it = await withPeople();
  await it.run();
  const text = await shown(it);
  expect(text).toContain(`created: 3\n+ created  1  Customer 1  user ${userOf(it.box, 1)?.id}\n`);
});

test('an updated customer is named although its name has not changed', async () => {
  const it = await withPeople();
  await it.run();
  it.box.quickbooks.company.upsert(customer(2, { PrimaryPhone: { FreeFormNumber: '+1 650 555 1001' } }));
  await it.run();
  expect(await shown(it)).toContain(`~ updated  2  Customer 2  user ${userOf(it.box, 2)?.id}\n`);
});

test('a rejected customer is named, with links to both accounts', async () => {
  const it = await withPeople();
  const other = it.box.zendesk.users.create({ name: 'Ann', email: 'taken@example.com', external_id: 'crm-1' });
  it.box.quickbooks.company.upsert(customer(9, { PrimaryEmailAddr: { Address: 'taken@example.com' } }));
  await it.run();
  const text = await shown(it);
  expect(text).toContain('! rejected  9  Customer 9  external-id-conflict');
  expect(text).toMatch(new RegExp(`^ {4}user +http://\\S+/agent/users/${other.id}$`, 'm'));
});

test('an undo calls a deletion one, and needs no word for itself; of a deleted user nothing but its key is stored', async () => {
  const it = await withPeople();
  const { run } = await it.run();
  const { id } = userOf(it.box, 3) ?? {};
  await undo(it, run);
  expect(await shown(it)).toMatch(new RegExp(`^- deleted {2}3 {2}user ${id}$`, 'm'));
});

test('of a customer that was forgotten no row is left, and no name', async () => {
  const it = await withPeople();
  const { run } = await it.run();
  expect(await shown(it, run)).toContain('Customer 2');
  await runCommand(it, {}, (cli) => forget(cli, '2', { yes: true }));
  expect(await shown(it, run)).not.toContain('Customer 2');
});

test('a customer of whom the state keeps nothing but its key is shown by that', async () => {
  const it = await withPeople();
  it.box.quickbooks.company.upsert(customer(4, { Active: false }));
  await it.run({ full: true });
  expect(await shown(it)).toMatch(/^· skipped {2}4 {2}inactive$/m);
});

test('--json has the name and the user in the way next to the keys that it had', async () => {
  const it = await withPeople();
  const other = it.box.zendesk.users.create({ name: 'Ann', email: 'taken@example.com', external_id: 'crm-1' });
  it.box.quickbooks.company.upsert(customer(9, { PrimaryEmailAddr: { Address: 'taken@example.com' } }));
  await it.run();
  const { stdout } = await runCommand(it, { json: true }, (cli) => show(cli, 'latest', {}));
  expect(JSON.parse(stdout).records.rejected).toMatchObject([
    { key: '9', code: 'external-id-conflict', name: 'Customer 9', blockedByUserId: String(other.id) },
  ]);
});
