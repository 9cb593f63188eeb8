import { expect, test } from 'vitest';
import { customer, duplicatesOf, sumOf, usersOf } from '../kit/environment/snapshots.ts';
import { resultsOf } from '../kit/environment/stored-records.ts';
import { startTestEnvironment, userOf } from '../kit/environment/test-environment.ts';

const writes = (byRoute: Readonly<Record<string, number>>): number =>
  Object.entries(byRoute)
    .filter(([route]) => !route.startsWith('GET ') && !route.includes('/oauth/'))
    .reduce((sum, [, count]) => sum + count, 0);

test('G1: tallies add up over untidy data, and nobody is there twice', async () => {
  const { box, run } = await startTestEnvironment({ customers: 3000, users: 40 });
  const report = await run();
  expect(report).toMatchObject({ outcome: 'completed', tallies: { read: 3000 } });
  expect(sumOf(report)).toBe(3000);
  expect(duplicatesOf(box)).toEqual([]);
  expect(box.zendesk.state().mails).toEqual([]);
  expect(box.quickbooks.state().writesAttempted).toBe(0);
});

test('G7: a second sync writes nothing and costs a constant number of calls', async () => {
  const { box, run } = await startTestEnvironment({ customers: 500 });
  await run();
  box.zendesk.resetRequests();
  const report = await run({ full: true });
  expect(report.tallies).toMatchObject({ created: 0, updated: 0, read: 500 });
  expect(writes(box.zendesk.requests().byRoute)).toBe(0);
  expect(box.zendesk.requests().total).toBeLessThanOrEqual(4);
});

test('a sync that finds no changes writes its checkpoint and its run to the state, and nothing else', async () => {
  const steps: string[] = [];
  const { run } = await startTestEnvironment({ customers: 5, ports: { onFailpoint: (step) => steps.push(step) } });
  await run();
  await run();
  steps.length = 0;
  await run();
  expect([...new Set(steps)]).toEqual(['checkpoint-saved', 'run-recorded']);
});

test('an incremental sync reads what has changed since, and no more', async () => {
  const { run } = await startTestEnvironment({ customers: 500 });
  await run();
  expect((await run()).tallies.read).toBe(0);
});

test('a renamed customer makes one update that carries only the name, and gets to know so', async () => {
  const environment = await startTestEnvironment({ customers: 0 });
  const { box, run } = environment;
  box.quickbooks.company.upsert(customer(1));
  await run();
  box.quickbooks.company.upsert(customer(1, { DisplayName: 'Renamed' }));
  const report = await run();
  const results = await resultsOf(environment, report.run);
  expect(results).toMatchObject([{ key: '1', outcome: 'updated', changes: { name: ['Customer 1', 'Renamed'] } }]);
  expect(Object.keys(results[0]?.changes ?? {})).toEqual(['name']);
});

test('a changed mapping is applied to all at the next sync', async () => {
  const { box, run, configure } = await startTestEnvironment({ customers: 0 });
  for (const id of [1, 2, 3]) box.quickbooks.company.upsert(customer(id));
  await run();
  configure('mapping:\n  notes: "{{ DisplayName }} of {{ connector }}"\n');
  expect(await run()).toMatchObject({ tallies: { read: 3, updated: 3 } });
  expect(usersOf(box).map((user) => 'notes' in user && user.notes)).toEqual([
    'Customer 1 of quickbooks',
    'Customer 2 of quickbooks',
    'Customer 3 of quickbooks',
  ]);
});

test('a hand edit of a field that is ours is put right once it is seen, and one of a field that is not stays', async () => {
  let now = Date.now();
  const { box, run } = await startTestEnvironment({ customers: 0, now: () => now, jobLatencyMs: 0 });
  box.quickbooks.company.upsert(customer(1));
  await run();
  now += 180_000;
  await run({ full: true });
  box.zendesk.edit(userOf(box, 1)?.id ?? 0, { name: 'Edited by hand', alias: 'by hand', tags: ['quickbooks', 'vip'] });
  now += 180_000;
  expect(await run({ full: true })).toMatchObject({ tallies: { updated: 1 } });
  expect(userOf(box, 1)).toMatchObject({ name: 'Customer 1', alias: 'by hand', tags: ['quickbooks', 'vip'] });
});

test('a customer that becomes inactive is tagged, and untagged when it returns', async () => {
  const { box, run } = await startTestEnvironment({ customers: 0 });
  box.quickbooks.company.upsert(customer(1));
  await run();
  box.quickbooks.company.deactivate('1');
  expect(await run()).toMatchObject({ tallies: { updated: 1 } });
  expect(userOf(box, 1)).toMatchObject({ name: 'Customer 1', tags: ['quickbooks', 'quickbooks-inactive'] });
  expect(await run({ full: true })).toMatchObject({ tallies: { unchanged: 1 } });
  box.quickbooks.company.reactivate('1');
  expect(await run()).toMatchObject({ tallies: { updated: 1 } });
  expect(userOf(box, 1)?.tags).toEqual(['quickbooks']);
});

test('more deactivations than the cap are held, and done when they are allowed', async () => {
  const { box, run } = await startTestEnvironment({ customers: 0, more: 'policies:\n  inactive: suspend\n' });
  for (let id = 1; id <= 20; id += 1) box.quickbooks.company.upsert(customer(id));
  await run();
  for (let id = 1; id <= 8; id += 1) box.quickbooks.company.deactivate(String(id));
  expect(await run()).toMatchObject({ outcome: 'held', skips: { 'deactivation-cap': 8 } });
  expect(usersOf(box).filter((user) => 'suspended' in user && user.suspended)).toHaveLength(0);
  expect(await run({ allowDeactivations: 8 })).toMatchObject({ outcome: 'completed', tallies: { updated: 8 } });
  expect(usersOf(box).filter((user) => 'suspended' in user && user.suspended)).toHaveLength(8);
});

test('a dry run on one destination hides nothing from another', async () => {
  const first = await startTestEnvironment({ customers: 20 });
  await first.run();
  const second = await startTestEnvironment({ customers: 20 });
  second.configure(`state: ${first.folder}/.rolodesk/state.db\n`);
  const report = await second.run();
  expect(report.tallies.created).toBe((await second.run({ full: true })).tallies.unchanged);
  expect(report.tallies.created).toBeGreaterThan(10);
});
