import { expect, test } from 'vitest';
import { exitCodeOf } from '../../../src/cli/command.ts';
import { customer, usersOf } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment, type TestEnvironment, userOf } from '../../kit/environment/test-environment.ts';
import { rolodesk } from '../../kit/processes/process.ts';

const suspended = (box: TestEnvironment['box']): readonly string[] =>
  usersOf(box).flatMap((user) => ('suspended' in user && user.suspended === true ? [user.name] : []));

test('a customer that was merged away is reported by change data capture, and its user is tagged', async () => {
  const { box, run } = await startTestEnvironment({ customers: 0 });
  box.quickbooks.company.upsert(customer(1));
  box.quickbooks.company.upsert(customer(2));
  await run();
  box.quickbooks.company.remove('1');
  expect(await run()).toMatchObject({ tallies: { updated: 1 } });
  expect(userOf(box, 1)).toMatchObject({ name: 'Customer 1', tags: ['quickbooks', 'quickbooks-inactive'] });
  expect(await run({ full: true })).toMatchObject({ tallies: { updated: 0, unchanged: 1 } });
});

test('a vanished customer whose user may not be changed is listed among the rejects, by its key alone', async () => {
  const it = await startTestEnvironment({ customers: 0, more: 'policies: { inactive: suspend }\n' });
  for (const id of [1, 2]) it.box.quickbooks.company.upsert(customer(id));
  await it.run();
  it.box.quickbooks.company.remove('1');
  it.box.zendesk.faults.add({ fault: '403', route: 'PUT /api/v2/users/update_many' });
  it.box.zendesk.faults.add({ fault: '403', route: 'PUT /api/v2/users/{id}' });
  expect(await it.run({ full: true })).toMatchObject({ outcome: 'completed', tallies: { rejected: 1 } });

  const { code, stdout } = await rolodesk(['rejects', '--json'], { cwd: it.folder });
  expect(code).toBe(0);
  // A full read does not find it: nothing but its key is known.
  expect(JSON.parse(stdout)).toMatchObject([{ key: '1', record: null }]);
  expect(await rolodesk(['rejects'], { cwd: it.folder })).toMatchObject({ code: 0 });
});

test('400 of 5,000 vanish: all else is done, none is suspended until it is allowed, and who returns is active again', {
  timeout: 60_000,
}, async () => {
  let now = Date.now();
  const it = await startTestEnvironment({
    customers: 0,
    now: () => now,
    jobLatencyMs: 0,
    plan: 'unlimited',
    more: 'policies: { inactive: suspend }\n',
  });
  const { company } = it.box.quickbooks;
  for (let id = 1; id <= 5000; id += 1) company.upsert(customer(id));
  expect(await it.run()).toMatchObject({ tallies: { created: 5000 } });
  // Past the overlap of two reads, so that an incremental one reads what has changed and no more.
  now += 600_000;
  it.box.zendesk.edit(userOf(it.box, 7)?.id ?? 0, { suspended: true });

  for (let id = 1; id <= 400; id += 1) company.remove(String(id));
  company.upsert(customer(4999, { DisplayName: 'Renamed' }));
  company.upsert(customer(5001));
  const held = await it.run({ full: true });
  expect(held).toMatchObject({
    outcome: 'held',
    tallies: { read: 5001, created: 1, updated: 1, unchanged: 4599, skipped: 400 },
    skips: { 'deactivation-cap': 400 },
  });
  expect(exitCodeOf(held)).toBe(1);
  expect(suspended(it.box)).toEqual(['Customer 7']);

  // Support has suspended number 7 already: that is theirs, and nothing is left to write.
  now += 600_000;
  const allowed = await it.run({ allowDeactivations: 400 });
  expect(allowed).toMatchObject({ outcome: 'completed', tallies: { updated: 399, skipped: 0, rejected: 0 } });
  expect(suspended(it.box)).toHaveLength(400);

  for (let id = 1; id <= 400; id += 1) company.upsert(customer(id));
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { updated: 399, skipped: 0, rejected: 0 } });
  expect(suspended(it.box)).toEqual(['Customer 7']);
});

test('a scan that was not whole takes nobody for vanished', async () => {
  const { box, run } = await startTestEnvironment({ customers: 0 });
  for (let id = 1; id <= 10; id += 1) box.quickbooks.company.upsert(customer(id));
  await run();
  box.quickbooks.company.remove('1');
  const report = await run({ full: true, limit: 5 });
  expect(report).toMatchObject({ tallies: { read: 5, updated: 0 } });
});
