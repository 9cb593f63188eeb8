import { expect, test } from 'vitest';
import { mergeResults } from '../../../src/core/pipeline/merge-results.ts';
import { customer, usersOf } from '../../kit/environment/snapshots.ts';
import { lastRun, linkOf } from '../../kit/environment/stored-records.ts';
import { startTestEnvironment, type TestEnvironment, userOf } from '../../kit/environment/test-environment.ts';
import { planUndo, resumed, undo, undone, wholeSnapshot } from '../../kit/environment/undo-helpers.ts';
import { eventually } from '../../kit/eventually.ts';
import { start } from '../../kit/processes/process.ts';

const address = (value: string) => ({ PrimaryEmailAddr: { Address: value } });

function upsert({ box }: TestEnvironment, id: number, fields: Readonly<Record<string, unknown>> = {}): void {
  box.quickbooks.company.upsert(customer(id, fields));
}

test('a run may be named by the first characters of its id, if they name one', async () => {
  const it = await startTestEnvironment({ customers: 3 });
  const { run } = await it.run();
  await expect(undo(it, 'ffffffff-none')).rejects.toMatchObject({ code: 'unknown-run', exitCode: 2 });
  await expect(undo(it, run.slice(0, 3))).rejects.toThrow(/no run/);
  expect(await planUndo(it, `${run.slice(0, 8)}…`)).toMatchObject({ deleted: expect.any(Number) });
  const { pipeline, close } = await it.open();
  const twin = `${run.slice(0, 20)}0000-00000000`;
  await pipeline.store.beginRun(pipeline.id, { id: twin, kind: 'sync', startedAt: 0 });
  await close();
  await expect(undo(it, run.slice(0, 8))).rejects.toThrow(new RegExp(`${twin}.*${run}|${run}.*${twin}`));
  expect(await undo(it, run)).toMatchObject({ outcome: 'completed' });
});

test('of a run that was killed, what was still in flight is found out before its undo is planned', {
  timeout: 60_000,
}, async () => {
  const it = await startTestEnvironment({ customers: 90, jobLatencyMs: 50 });
  const before = wholeSnapshot(it);
  const { child, ended } = start(['sync', '--quiet'], { cwd: it.folder });
  await eventually(() => it.box.zendesk.requests().byRoute['POST /api/v2/users/create_many'] !== undefined);
  child.kill('SIGKILL');
  await ended;
  const killed = await lastRun(it);
  const planned = await planUndo(it, killed?.id ?? '');
  expect(planned.deleted).toBe(usersOf(it.box).length);
  // One for Zendesk's time, one to decide, one just before, and one at the tickets of each, or an export and the newest where there are many.
  expect(planned.estimate.calls.lookups).toBe(3 + (planned.deleted < 40 ? planned.deleted : 2));
  expect(planned.deleted).toBeGreaterThan(0);
  expect(await undo(it, killed?.id ?? '')).toMatchObject({ tallies: { updated: planned.deleted } });
  expect(wholeSnapshot(it)).toEqual(before);
});

test.each([
  { cut: 'before it is primary', method: 'PUT', path: 'make_primary' },
  { cut: 'before the old one is gone', method: 'DELETE', path: 'identities' },
])(
  'a change of address that was cut off $cut is reverted, or brought to its end',
  { timeout: 60_000 },
  async ({ method, path }) => {
    const it = await startTestEnvironment({ customers: 0 });
    upsert(it, 1);
    await it.run();
    const before = wholeSnapshot(it);
    upsert(it, 1, address('new@example.com'));
    const cutOff = async (): Promise<string> => {
      it.box.zendesk.resetRequests();
      it.box.zendesk.faults.add({ fault: 'hang', method, path });
      const { child, ended } = start(['sync', '--quiet'], { cwd: it.folder });
      const isAsked = (route: string): boolean => route.startsWith(method) && route.includes(path);
      await eventually(() => Object.keys(it.box.zendesk.requests().byRoute).some(isAsked));
      child.kill('SIGKILL');
      await ended;
      it.box.zendesk.faults.clear();
      return (await lastRun(it))?.id ?? '';
    };
    await undo(it, await cutOff());
    expect(wholeSnapshot(it)).toEqual(before);
    await resumed(it);
    const after = wholeSnapshot(it);
    upsert(it, 1);
    await it.run();
    upsert(it, 1, address('new@example.com'));
    await cutOff();
    await it.run();
    expect(wholeSnapshot(it)).toEqual(after);
  },
);

test("other people's tags are theirs after an undo, too", async () => {
  const it = await startTestEnvironment({ customers: 0 });
  upsert(it, 1);
  await it.run();
  it.box.zendesk.edit(userOf(it.box, 1)?.id ?? 0, { tags: ['quickbooks', 'vip'] });
  const before = wholeSnapshot(it);
  it.box.quickbooks.company.deactivate('1');
  const { run } = await it.run();
  expect(userOf(it.box, 1)?.tags).toEqual(['quickbooks', 'quickbooks-inactive', 'vip']);
  await undo(it, run);
  expect(wholeSnapshot(it)).toEqual(before);
  expect((await linkOf(it, '1'))?.sent.tags).toEqual(['quickbooks']);
  await resumed(it);
  expect(userOf(it.box, 1)?.tags).toEqual(['quickbooks', 'quickbooks-inactive', 'vip']);
});

test('a field that was never ours before the run is not ours after its undo', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  upsert(it, 1);
  await it.run();
  it.box.zendesk.edit(userOf(it.box, 1)?.id ?? 0, { notes: 'By hand' });
  it.configure('mapping:\n  notes: DisplayName\n');
  const { run } = await it.run({ full: true });
  expect(userOf(it.box, 1)).toMatchObject({ notes: 'Customer 1' });
  await undo(it, run);
  expect(userOf(it.box, 1)).toMatchObject({ notes: 'By hand' });
  it.configure('');
  await resumed(it);
  expect(userOf(it.box, 1)).toMatchObject({ notes: 'By hand' });
});

test('a suspension that was reverted is not lifted again when support suspends later', async () => {
  const it = await startTestEnvironment({ customers: 0, more: 'policies:\n  inactive: suspend\n' });
  upsert(it, 1);
  await it.run();
  it.box.quickbooks.company.deactivate('1');
  const { run } = await it.run();
  expect(userOf(it.box, 1)).toMatchObject({ suspended: true });
  await undo(it, run);
  expect(userOf(it.box, 1)).toMatchObject({ suspended: false });
  upsert(it, 1);
  await resumed(it);
  it.box.zendesk.edit(userOf(it.box, 1)?.id ?? 0, { suspended: true });
  await it.run({ full: true });
  expect(userOf(it.box, 1)).toMatchObject({ suspended: true });
});

test('an older run with a later one on top: what the later one wrote stays; undone in turn, all is as before', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  for (const id of [1, 2]) upsert(it, id);
  await it.run();
  const before = wholeSnapshot(it);
  for (const id of [1, 2]) upsert(it, id, { DisplayName: `Second ${id}`, ...address(`second${id}@example.com`) });
  const older = await it.run();
  upsert(it, 1, { DisplayName: 'Third 1', ...address('second1@example.com') });
  it.box.quickbooks.company.deactivate('2');
  const later = await it.run();
  expect(await planUndo(it, older.run)).toMatchObject({ restored: 2, conflicts: 1 });
  expect(await undo(it, older.run)).toMatchObject({ tallies: { updated: 1, skipped: 1 } });
  expect(userOf(it.box, 1)).toMatchObject({ name: 'Third 1', email: 'c1@example.com' });
  expect(userOf(it.box, 2)).toMatchObject({ name: 'Customer 2', tags: ['quickbooks', 'quickbooks-inactive'] });
  expect(await linkOf(it, '2')).toMatchObject({ deactivated: 'tag' });
  await undo(it, later.run);
  expect(userOf(it.box, 1)).toMatchObject({ name: 'Second 1' });
  expect(await linkOf(it, '2')).not.toHaveProperty('deactivated');
  expect(wholeSnapshot(it)[1]).toEqual(before[1]);
});

test("Zendesk's clock decides what came after our write, not ours", async () => {
  let behind = 600_000;
  const it = await startTestEnvironment({ customers: 0, now: () => Date.now() - behind, jobLatencyMs: 0 });
  upsert(it, 1);
  await it.run();
  upsert(it, 1, { DisplayName: 'New' });
  const { run } = await it.run();
  behind -= 60_000;
  it.box.zendesk.edit(userOf(it.box, 1)?.id ?? 0, { name: 'By hand' });
  expect(await undo(it, run)).toMatchObject({ skips: { 'changed-since': 1 } });
  expect(userOf(it.box, 1)?.name).toBe('By hand');
});

test('an address that came with the run goes with its undo, and never a mail', async () => {
  const it = await startTestEnvironment({ customers: 0, more: 'policies:\n  oldEmail: keep\n' });
  upsert(it, 1, { PrimaryEmailAddr: undefined });
  upsert(it, 2);
  await it.run();
  const before = wholeSnapshot(it);
  upsert(it, 1);
  upsert(it, 2, address('new@example.com'));
  const { run } = await it.run();
  expect(userOf(it.box, 1)?.email).toBe('c1@example.com');
  expect(await undo(it, run)).toMatchObject({ tallies: { updated: 2, rejected: 0, skipped: 0 } });
  expect(wholeSnapshot(it)).toEqual(before);
  expect(it.box.zendesk.state().mails).toEqual([]);
  expect(await resumed(it)).toMatchObject({ tallies: { updated: 2 } });
  expect([1, 2].map((id) => userOf(it.box, id)?.email)).toEqual(['c1@example.com', 'new@example.com']);
});

test('addresses that moved on from user to user, or in a circle, move back', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  for (let id = 1; id <= 6; id += 1) upsert(it, id);
  await it.run();
  const before = wholeSnapshot(it);
  // 1 → 2 → 3 → a new one; 4 and 5 swap; a new customer has the address that 6 had.
  const moves: readonly (readonly [number, string])[] = [
    [1, 'c2@example.com'],
    [2, 'c3@example.com'],
    [3, 'c9@example.com'],
    [4, 'c5@example.com'],
    [5, 'c4@example.com'],
    [6, 'c8@example.com'],
    [7, 'c6@example.com'],
  ];
  for (const [id, email] of moves) upsert(it, id, { DisplayName: `Moved ${id}`, ...address(email) });
  const { run } = await it.run();
  expect(moves.map(([id]) => userOf(it.box, id)?.email)).toEqual(moves.map(([, email]) => email));
  expect(await undo(it, run)).toMatchObject({ tallies: { updated: 7, rejected: 0, skipped: 0 } });
  expect(wholeSnapshot(it)).toEqual(before);
});

test('an address that somebody else has by now is reported, and can be had by another undo once it is free', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  upsert(it, 1);
  await it.run();
  const before = wholeSnapshot(it);
  upsert(it, 1, { DisplayName: 'New', ...address('new@example.com') });
  const { run } = await it.run();
  const other = it.box.zendesk.users.create({ name: 'Other', email: 'c1@example.com', skip_verify_email: true });
  expect(await undo(it, run)).toMatchObject({ tallies: { rejected: 1 }, rejects: [{ code: 'email-taken' }] });
  expect(userOf(it.box, 1)).toMatchObject({ name: 'Customer 1', email: 'new@example.com' });
  it.box.zendesk.users.remove(other);
  expect(await undo(it, run)).toMatchObject({ tallies: { updated: 1, rejected: 0 } });
  expect(wholeSnapshot(it)).toEqual(before);
  await expect(undo(it, run)).rejects.toThrow(/nothing to do/);
});

test('what Zendesk refused to delete is reported, and reverted by another undo', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  for (let id = 1; id <= 5; id += 1) upsert(it, id);
  const { run } = await it.run();
  it.box.zendesk.setJobFault({ kind: 'rows-fail', rows: 2, times: 1 });
  expect(await undo(it, run)).toMatchObject({ tallies: { updated: 3, rejected: 2 } });
  expect(await undo(it, run)).toMatchObject({ tallies: { updated: 2, unchanged: 3, rejected: 0 } });
  expect(wholeSnapshot(it)).toEqual([]);
});

test('an undo that was asked to stop is brought to its end by the next', async () => {
  const it = await startTestEnvironment({ customers: 400, users: 60 });
  const before = wholeSnapshot(it);
  const { run } = await it.run();
  const stop = new AbortController();
  const deletes = 'DELETE /api/v2/users/destroy_many';
  const first = undo(it, run, stop.signal);
  await eventually(() => it.box.zendesk.requests().byRoute[deletes] !== undefined);
  stop.abort(new Error('Stop.'));
  expect(await first).toMatchObject({ outcome: 'paused' });
  expect(await undo(it, run)).toMatchObject({ outcome: 'completed', tallies: { rejected: 0, skipped: 0 } });
  expect(wholeSnapshot(it)).toEqual(before);
});

test('adopted users are let go, a retry is reverted like a sync, and a deleted user cannot come back', async () => {
  const it = await startTestEnvironment({ customers: 0, more: 'policies:\n  inactive: delete\n' });
  it.box.zendesk.users.create({ name: 'Old 1', email: 'c1@example.com', tags: ['vip'], skip_verify_email: true });
  for (const id of [1, 2, 3]) upsert(it, id);
  const before = wholeSnapshot(it);
  it.box.zendesk.setJobFault({ kind: 'rows-fail', name: 'Customer 3', details: 'Name: is not allowed' });
  const first = await it.run();
  it.box.zendesk.setJobFault(undefined);
  const retried = await it.run({ kind: 'retry' });
  expect([first.tallies.rejected, retried.tallies.created]).toEqual([1, 1]);
  await undo(it, retried.run);
  expect(userOf(it.box, 3)).toBeUndefined();
  it.box.quickbooks.company.deactivate('2');
  const last = await resumed(it);
  expect(await undo(it, last.run)).toMatchObject({ skips: { 'changed-since': 1 } });
  await undo(it, first.run);
  expect(wholeSnapshot(it)).toEqual(before);
  expect(await linkOf(it, '1')).toBeUndefined();
});

test('users that have tickets by now, and fields of others, are listed; again by the undo that follows an interrupted one', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  for (const id of [1, 2]) upsert(it, id);
  const { run } = await it.run();
  const { id } = userOf(it.box, 1) ?? { id: 0 };
  it.box.zendesk.users.tickets.set(id, 2);
  it.box.zendesk.edit(userOf(it.box, 2)?.id ?? 0, { role: 'agent' });
  const expected = [
    ['1', 'has-tickets'],
    ['2', 'changed-since'],
  ];
  expect((await planUndo(it, run)).changes.map(({ message }) => message)).toEqual([
    `Zendesk user ${id} has 2 tickets by now: suspended, not deleted.`,
    expect.stringContaining('agent'),
  ]);
  const { unreverted } = await undone(it, run);
  expect(unreverted.map(({ key, code }) => [key, code])).toEqual(expected);
});

test('two writes to one user in one run lead back to before the first', () => {
  const at = 1;
  const first = { key: '1', outcome: 'updated', destinationId: '9', at } as const;
  expect(
    mergeResults(
      { ...first, changes: { name: ['A', 'B'], phone: ['1', '2'] }, previousLastSent: { name: 'A' } },
      {
        ...first,
        changes: { name: ['B', 'C'], notes: [null, 'n'] },
        previousLastSent: { name: 'B', notes: 'x' },
        at: 2,
      },
    ),
  ).toEqual({
    ...first,
    changes: { name: ['A', 'C'], phone: ['1', '2'], notes: [null, 'n'] },
    previousLastSent: { name: 'A', notes: 'x' },
    at: 2,
  });
  const created = { ...first, outcome: 'created', changes: { name: [null, 'A'], phone: [null, '1'] } } as const;
  // An undo looks whether the user still is what the run has made of it.
  expect(mergeResults(created, { ...first, changes: { name: ['A', 'B'] } })).toEqual({
    ...created,
    changes: { name: [null, 'B'], phone: [null, '1'] },
  });
  const refused = { key: '1', outcome: 'rejected', code: 'invalid-email', message: '…', at } as const;
  expect(mergeResults(created, refused)).toEqual({
    ...refused,
    destinationId: '9',
    changes: { ...created.changes, active: [false, true] },
  });
});
