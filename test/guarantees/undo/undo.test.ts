import { expect, test } from 'vitest';
import { status } from '../../../src/cli/handlers/status.ts';
import { runCommand } from '../../kit/environment/run-command.ts';
import { customer, usersOf } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment, userOf } from '../../kit/environment/test-environment.ts';
import { resumed, undo, wholeSnapshot } from '../../kit/environment/undo-helpers.ts';
import { start } from '../../kit/processes/process.ts';

test('G5: after an undo Zendesk is as it was before the run', async () => {
  const it = await startTestEnvironment({ customers: 1000, users: 150 });
  const before = wholeSnapshot(it);
  const report = await it.run();
  expect(wholeSnapshot(it)).not.toEqual(before);
  const undone = await undo(it, report.run);
  expect(undone).toMatchObject({ outcome: 'completed', tallies: { skipped: 0, rejected: 0 } });
  expect(undone.tallies.updated).toBe(report.tallies.created + report.tallies.updated);
  expect(wholeSnapshot(it)).toEqual(before);
  await expect(undo(it, report.run)).rejects.toThrow(/nothing to do/);
  await expect(undo(it, undone.run)).rejects.toThrow(/itself an undo/);
});

test('fields of a later run get their old values back: name, address, tags; the links remember it', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  for (let id = 1; id <= 3; id += 1) it.box.quickbooks.company.upsert(customer(id));
  await it.run();
  it.box.zendesk.edit(userOf(it.box, 1)?.id ?? 0, { tags: ['quickbooks', 'vip'] });
  const before = wholeSnapshot(it);
  it.box.quickbooks.company.upsert(
    customer(1, { DisplayName: 'New', PrimaryEmailAddr: { Address: 'new@example.com' } }),
  );
  it.box.quickbooks.company.deactivate('2');
  const report = await it.run();
  expect(userOf(it.box, 1)).toMatchObject({ name: 'New', email: 'new@example.com' });
  expect(await undo(it, report.run)).toMatchObject({ tallies: { updated: 2 } });
  expect(wholeSnapshot(it)).toEqual(before);
  expect(it.box.zendesk.state().mails).toEqual([]);
  expect(await resumed(it)).toMatchObject({ tallies: { updated: 2 } });
  expect(userOf(it.box, 1)).toMatchObject({ name: 'New', email: 'new@example.com', tags: ['quickbooks', 'vip'] });
});

test('what somebody has changed since stays, and is reported', async () => {
  let now = Date.now();
  const it = await startTestEnvironment({ customers: 0, now: () => now, jobLatencyMs: 0 });
  for (let id = 1; id <= 3; id += 1) it.box.quickbooks.company.upsert(customer(id));
  await it.run();
  for (let id = 1; id <= 3; id += 1)
    it.box.quickbooks.company.upsert(customer(id, { DisplayName: `New ${id}`, Notes: 'x', CompanyName: 'y' }));
  const report = await it.run();
  now += 60_000;
  it.box.zendesk.edit(userOf(it.box, 2)?.id ?? 0, { name: 'By hand' });
  const undone = await undo(it, report.run);
  expect(undone).toMatchObject({ tallies: { updated: 2, skipped: 1 }, skips: { 'changed-since': 1 } });
  expect([1, 2, 3].map((id) => userOf(it.box, id)?.name)).toEqual(['Customer 1', 'By hand', 'Customer 3']);
});

test('a created user who has tickets by now is suspended, not deleted; an agent by now is left', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  for (let id = 1; id <= 3; id += 1) it.box.quickbooks.company.upsert(customer(id));
  const report = await it.run();
  it.box.zendesk.users.tickets.set(userOf(it.box, 1)?.id ?? 0, 2);
  it.box.zendesk.edit(userOf(it.box, 2)?.id ?? 0, { role: 'agent' });
  await undo(it, report.run);
  expect(userOf(it.box, 1)).toMatchObject({ active: true, suspended: true });
  expect(userOf(it.box, 2)).toMatchObject({ active: true, role: 'agent' });
  expect(usersOf(it.box).filter(({ active }) => active)).toHaveLength(2);
  await resumed(it);
  expect(userOf(it.box, 1)).toMatchObject({ suspended: false });
  expect(usersOf(it.box).filter(({ active }) => active)).toHaveLength(3);
});

test('an undo holds the pipeline until somebody resumes it', async () => {
  const it = await startTestEnvironment({ customers: 20 });
  const report = await it.run();
  await undo(it, report.run);
  const reported = await runCommand(it, { json: true }, status);
  expect(reported.code).toBe(1);
  expect(JSON.parse(reported.stdout)).toMatchObject({ hold: expect.stringContaining(report.run) });
  await expect(it.run()).rejects.toMatchObject({ code: 'syncs-paused', exitCode: 2 });
  const again = await resumed(it);
  expect(again.tallies).toMatchObject({ read: 20, created: report.tallies.created });
});

test('an undo that is killed in the middle is brought to its end by the next', { timeout: 60_000 }, async () => {
  const it = await startTestEnvironment({ customers: 130, users: 20, jobLatencyMs: 40, plan: 'unlimited' });
  const before = wholeSnapshot(it);
  const report = await it.run();
  let killed = 0;
  for (let round = 1; round <= 3; round += 1) {
    const { child, ended } = start(['undo', report.run, '--yes', '--quiet'], { cwd: it.folder });
    const deletes = () => it.box.zendesk.requests().byRoute['DELETE /api/v2/users/destroy_many'] ?? 0;
    const aim = deletes() + 1;
    const watch = setInterval(() => (deletes() >= aim ? child.kill('SIGKILL') : undefined), 1);
    killed += (await ended).signal === 'SIGKILL' ? 1 : 0;
    clearInterval(watch);
  }
  expect(killed).toBeGreaterThan(0);
  const last = await start(['undo', report.run, '--yes', '--quiet'], { cwd: it.folder }).ended;
  expect([0, 2]).toContain(last.code);
  expect(wholeSnapshot(it)).toEqual(before);
  await expect(undo(it, report.run)).rejects.toThrow(/nothing to do/);
});

test('what somebody changes in the very second in which our job ends stays, and is reported', async () => {
  const now = Math.floor(Date.now() / 1000) * 1000 + 100;
  const it = await startTestEnvironment({ customers: 0, now: () => now, jobLatencyMs: 0 });
  it.box.quickbooks.company.upsert(customer(1));
  await it.run();
  it.box.quickbooks.company.upsert(customer(1, { DisplayName: 'New' }));
  const report = await it.run({ full: true });
  expect(userOf(it.box, 1)?.name).toBe('New');
  it.box.zendesk.edit(userOf(it.box, 1)?.id ?? 0, { name: 'By hand' });
  const undone = await undo(it, report.run);
  expect(undone).toMatchObject({ tallies: { updated: 0, skipped: 1 }, skips: { 'changed-since': 1 } });
  expect(userOf(it.box, 1)?.name).toBe('By hand');
});
