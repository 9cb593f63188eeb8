import { expect, test } from 'vitest';
import type { Source } from '../../../src/core/domain/source.ts';
import { runPipeline } from '../../../src/core/pipeline/run.ts';
import { customer, sumOf, usersOf } from '../../kit/environment/snapshots.ts';
import { idOf, startTestEnvironment, type TestEnvironment, userOf } from '../../kit/environment/test-environment.ts';

/** What a customer becomes who is no longer there, or no longer active: policies.inactive and policies.maxDeactivations. */

async function withCustomers(count: number, policies: string): Promise<TestEnvironment> {
  const it = await startTestEnvironment({ customers: 0, jobLatencyMs: 0, more: `policies:\n${policies}` });
  for (let id = 1; id <= count; id += 1) it.box.quickbooks.company.upsert(customer(id));
  await it.run();
  return it;
}

test('ignore: the user of an inactive customer is kept in step like any, and that of a vanished one is left alone', async () => {
  const it = await withCustomers(20, '  inactive: ignore\n');
  const { company } = it.box.quickbooks;
  company.deactivate('1');
  company.upsert(customer(1, { Active: false, DisplayName: 'Renamed (deleted)' }));
  for (let id = 2; id <= 12; id += 1) company.remove(String(id));
  const report = await it.run({ full: true });
  expect(report).toMatchObject({ outcome: 'completed', tallies: { updated: 1, skipped: 0, rejected: 0 } });
  expect(userOf(it.box, 1)).toMatchObject({ name: 'Renamed', tags: ['quickbooks'], suspended: false });
  expect(userOf(it.box, 2)).toMatchObject({ name: 'Customer 2', tags: ['quickbooks'], suspended: false });
});

test.each(['tag', 'suspend', 'delete', 'ignore'])(
  '%s: an inactive customer who has no user is skipped, never created or adopted',
  async (inactive) => {
    const it = await startTestEnvironment({
      customers: 0,
      jobLatencyMs: 0,
      more: `policies: { inactive: ${inactive} }\n`,
    });
    const theirs = it.box.zendesk.users.create({ name: 'By hand', email: 'c2@example.com', skip_verify_email: true });
    it.box.quickbooks.company.upsert(customer(1, { Active: false }));
    it.box.quickbooks.company.upsert(customer(2, { Active: false }));
    it.box.quickbooks.company.upsert(customer(3, { Active: false, PrimaryEmailAddr: { Address: 'not an address' } }));
    expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { skipped: 3 }, skips: { inactive: 3 } });
    expect(usersOf(it.box)).toMatchObject([{ id: theirs.id, name: 'By hand', external_id: null }]);
  },
);

test('delete: the user is soft-deleted, and made again when the customer returns', async () => {
  const it = await withCustomers(3, '  inactive: delete\n');
  const first = userOf(it.box, 1)?.id;
  it.box.quickbooks.company.deactivate('1');
  it.box.quickbooks.company.remove('2');
  expect(await it.run({ full: true })).toMatchObject({ outcome: 'completed', tallies: { updated: 2, unchanged: 1 } });
  expect(usersOf(it.box).filter(({ active }) => active)).toMatchObject([{ external_id: idOf(3) }]);
  expect(await it.run({ full: true })).toMatchObject({ tallies: { updated: 0 } });
  it.box.quickbooks.company.reactivate('1');
  expect(await it.run()).toMatchObject({ tallies: { created: 1 } });
  expect(userOf(it.box, 1)).toMatchObject({ name: 'Customer 1', email: 'c1@example.com', active: true });
  expect(userOf(it.box, 1)?.id).not.toBe(first);
});

test('an agent by now is not deleted or suspended with the customers', async () => {
  for (const inactive of ['delete', 'suspend', 'tag']) {
    const it = await withCustomers(2, `  inactive: ${inactive}\n`);
    it.box.zendesk.edit(userOf(it.box, 1)?.id ?? 0, { role: 'agent' });
    it.box.quickbooks.company.deactivate('1');
    expect(await it.run()).toMatchObject({ skips: { 'staff-account': 1 } });
    expect(userOf(it.box, 1)).toMatchObject({ role: 'agent', active: true, suspended: false, tags: ['quickbooks'] });
  }
});

test('maxDeactivations as a count holds one more than that, and none at 0', async () => {
  const it = await withCustomers(30, '  maxDeactivations: 2\n');
  for (const id of ['1', '2', '3']) it.box.quickbooks.company.deactivate(id);
  expect(await it.run()).toMatchObject({ outcome: 'held', skips: { 'deactivation-cap': 3 } });
  it.box.quickbooks.company.reactivate('3');
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { updated: 2, skipped: 0 } });
  it.configure('policies:\n  maxDeactivations: 0\n');
  it.box.quickbooks.company.deactivate('4');
  expect(await it.run()).toMatchObject({ outcome: 'held', skips: { 'deactivation-cap': 1 } });
});

test('a policy that goes further is held to the cap for those that are inactive already', async () => {
  const it = await withCustomers(30, '  inactive: tag\n');
  for (let id = 1; id <= 5; id += 1) it.box.quickbooks.company.deactivate(String(id));
  it.box.quickbooks.company.remove('6');
  expect(await it.run({ full: true, allowDeactivations: 6 })).toMatchObject({
    outcome: 'completed',
    tallies: { updated: 6 },
  });
  it.configure('policies:\n  inactive: delete\n');
  expect(await it.run()).toMatchObject({ outcome: 'held', skips: { 'deactivation-cap': 6 } });
  expect(usersOf(it.box).filter(({ active }) => active)).toHaveLength(30);
  expect(await it.run({ allowDeactivations: 6 })).toMatchObject({ outcome: 'completed', tallies: { updated: 6 } });
  expect(usersOf(it.box).filter(({ active }) => active)).toHaveLength(24);
  it.configure('policies:\n  inactive: tag\n');
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { created: 0, updated: 0 } });
});

test('a customer that becomes inactive with an address that is no longer valid is deactivated all the same', async () => {
  const it = await withCustomers(2, '  inactive: suspend\n');
  it.box.quickbooks.company.upsert(customer(1, { Active: false, PrimaryEmailAddr: { Address: 'gone' } }));
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { updated: 1, rejected: 0 } });
  expect(userOf(it.box, 1)).toMatchObject({ suspended: true, email: 'c1@example.com' });
});

test('a customer that was changed and then merged away within one read counts once, also when it is held', async () => {
  const it = await withCustomers(30, '  maxDeactivations: 0\n');
  it.box.quickbooks.company.upsert(customer(1, { DisplayName: 'Renamed' }));
  const { pipeline, close } = await it.open();
  const source: Source<Record<string, unknown>> = {
    ...pipeline.source,
    async *read(from, context) {
      yield* pipeline.source.read(from, context);
      yield { records: [{ key: '1', data: {}, state: 'deleted' }], cursor: null };
    },
  };
  const report = await runPipeline({ ...pipeline, source }, { kind: 'sync', signal: it.terminal.signal });
  await close();
  expect(report).toMatchObject({ outcome: 'held', tallies: { skipped: 1 }, skips: { 'deactivation-cap': 1 } });
  expect(sumOf(report)).toBe(report.tallies.read);
});

test('from tag to suspend: the tag of a vanished customer goes, the suspension comes, and both are gone when it returns', async () => {
  const it = await withCustomers(5, '  inactive: tag\n');
  it.box.quickbooks.company.remove('1');
  await it.run({ full: true });
  expect(userOf(it.box, 1)).toMatchObject({ suspended: false, tags: ['quickbooks', 'quickbooks-inactive'] });
  it.configure('policies:\n  inactive: suspend\n');
  await it.run();
  expect(userOf(it.box, 1)).toMatchObject({ suspended: true, tags: ['quickbooks'] });
  it.box.quickbooks.company.upsert(customer(1));
  await it.run();
  expect(userOf(it.box, 1)).toMatchObject({ suspended: false, tags: ['quickbooks'] });
});
