import { expect, test } from 'vitest';
import type { Canary, CanaryRow } from '../../src/core/domain/run/canary.ts';
import type { OnFailpoint } from '../../src/core/failpoints.ts';
import { planned } from '../kit/environment/planned.ts';
import { customer, duplicatesOf, snapshotOf, usersOf } from '../kit/environment/snapshots.ts';
import { statusOf } from '../kit/environment/stored-records.ts';
import { idOf, startTestEnvironment, type TestEnvironment, userOf } from '../kit/environment/test-environment.ts';
import { rolodesk } from '../kit/processes/process.ts';

/** A canary that remembers what it was shown, and what Zendesk had while it was asked. */
function watch({ box }: TestEnvironment, { size, answer = 'yes' }: { size: number; answer?: 'yes' | 'no' | 'none' }) {
  const shown: CanaryRow[] = [];
  const asked: { users: number }[] = [];
  const canary: Canary = {
    size,
    show: (rows) => void shown.push(...rows),
    async approve() {
      asked.push({ users: usersOf(box).length });
      return answer;
    },
  };
  return { canary, shown, asked };
}

test('ten are written and shown as Zendesk has them next to what was meant; after a yes the same run goes on', async () => {
  const clean = await startTestEnvironment({ customers: 600, users: 100 });
  await clean.run();
  const it = await startTestEnvironment({ customers: 600, users: 100 });
  const { canary, shown, asked } = watch(it, { size: 10 });
  const report = await it.run({ canary });
  expect(shown).toHaveLength(10);
  expect(asked).toHaveLength(1);
  const created = shown.filter(({ outcome }) => outcome === 'created');
  expect(created.length).toBeGreaterThan(0);
  expect(asked[0]?.users).toBe(100 + created.length);
  for (const { key, fields } of created)
    expect(fields.name).toEqual({
      expected: userOf(it.box, key)?.name,
      shown: userOf(it.box, key)?.name,
      matches: true,
    });
  expect(report).toMatchObject({ outcome: 'completed', canary: { sent: 10, differences: [], answer: 'yes' } });
  expect(snapshotOf(it.box)).toEqual(snapshotOf(clean.box));
});

test('what Zendesk made something else of, and what it refused, is shown as it is', async () => {
  const more = 'mapping:\n  user_fields:\n    not_there: DisplayName\n';
  // Deleted after the run has read the fields: Zendesk drops what is written to it without a word.
  const onFailpoint: OnFailpoint = (step) => {
    if (step === 'intent-recorded') it.box.zendesk.customFields.byKey.delete('not_there');
  };
  const it = await startTestEnvironment({ customers: 0, more, ports: { onFailpoint } });
  it.box.zendesk.customFields.define({ key: 'not_there', title: 'Gone in a moment' });
  for (let id = 1; id <= 4; id += 1) it.box.quickbooks.company.upsert(customer(id));
  it.box.zendesk.setJobFault({ kind: 'rows-fail', name: 'Customer 2', details: 'Name: is not allowed' });
  const { canary, shown } = watch(it, { size: 3 });
  const report = await it.run({ canary });
  expect(shown.map(({ key, outcome }) => [key, outcome])).toEqual([
    ['1', 'created'],
    ['2', undefined],
    ['3', 'created'],
  ]);
  expect(shown[0]?.fields).toMatchObject({
    name: { expected: 'Customer 1', shown: 'Customer 1', matches: true },
    external_id: { expected: idOf(1), matches: true },
    'user_fields.not_there': { expected: 'Customer 1', shown: null, matches: false },
  });
  // A refusal that no look-up explains is tried once more at the end; its reason is reported now.
  expect(shown[1]).toMatchObject({ fields: {}, message: expect.stringContaining('is not allowed') });
  expect(report.rejects).toMatchObject([{ key: '2' }]);
  const differences = ['1', '3'].map((key) => ({
    key,
    destinationId: String(userOf(it.box, key)?.id),
    fields: ['user_fields.not_there'],
  }));
  expect(report.canary).toEqual({ sent: 3, matching: 0, differences, answer: 'yes' });
  expect(JSON.stringify(report)).not.toContain('Customer 1');
});

test('a no ends the run: nothing more is written, by the schedule neither, until somebody resumes', async () => {
  const it = await startTestEnvironment({ customers: 300 });
  const { canary } = watch(it, { size: 5, answer: 'no' });
  const report = await it.run({ canary });
  expect(report).toMatchObject({ outcome: 'paused', cursor: null, tallies: { created: 5 }, canary: { answer: 'no' } });
  expect(usersOf(it.box)).toHaveLength(5);
  expect((await statusOf(it)).pauseReason).toMatch(/first 5 writes .* refused/);
  await expect(it.run()).rejects.toMatchObject({ code: 'syncs-paused', exitCode: 2 });
  expect(await it.run({ resume: true })).toMatchObject({ outcome: 'completed', tallies: { read: 300 } });
  expect(duplicatesOf(it.box)).toEqual([]);
});

test('fewer writes than the canary: they are shown, nobody is asked', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  for (let id = 1; id <= 3; id += 1) it.box.quickbooks.company.upsert(customer(id));
  const first = watch(it, { size: 10, answer: 'no' });
  expect(await it.run({ canary: first.canary })).toMatchObject({
    outcome: 'completed',
    canary: { sent: 3, matching: 3, answer: 'none' },
  });
  expect([first.shown.length, first.asked.length]).toEqual([3, 0]);
  const second = watch(it, { size: 10 });
  expect((await it.run({ canary: second.canary })).canary).toBeUndefined();
  expect(second.shown).toEqual([]);
});

test('updates, address changes and deactivations are among them, field by field', async () => {
  const it = await startTestEnvironment({ customers: 0, more: 'policies:\n  inactive: delete\n' });
  for (let id = 1; id <= 4; id += 1) it.box.quickbooks.company.upsert(customer(id));
  await it.run();
  const gone = userOf(it.box, 2)?.id;
  it.box.quickbooks.company.upsert(customer(1, { PrimaryEmailAddr: { Address: 'new@example.com' } }));
  it.box.quickbooks.company.deactivate('2');
  it.box.quickbooks.company.upsert(customer(3, { DisplayName: 'New' }));
  const { canary, shown, asked } = watch(it, { size: 3 });
  expect(await it.run({ canary })).toMatchObject({ outcome: 'completed', canary: { matching: 3 } });
  const matching = (expected: unknown, is = expected) => ({ expected, shown: is, matches: true });
  expect(Object.fromEntries(shown.map(({ key, fields }) => [key, fields]))).toEqual({
    1: { email: matching('new@example.com') },
    2: { active: matching(false) },
    3: { name: matching('New') },
  });
  expect(shown.find(({ key }) => key === '2')?.destinationId).toBe(String(gone));
  expect(asked).toHaveLength(1);
});

test('a user met unexpectedly on the way is shown as what became of it', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  const user = it.box.zendesk.users.create({ name: 'Old', email: 'old@example.com', skip_verify_email: true });
  it.box.zendesk.users.addIdentity(user, 'c1@example.com', true);
  for (let id = 1; id <= 5; id += 1) it.box.quickbooks.company.upsert(customer(id));
  const { canary, shown } = watch(it, { size: 2 });
  expect(await it.run({ canary })).toMatchObject({ outcome: 'completed', tallies: { created: 4, updated: 1 } });
  expect(shown[0]).toMatchObject({ key: '1', outcome: 'updated', code: 'adopt', destinationId: String(user.id) });
  expect(shown[0]?.fields.name).toEqual({ expected: 'Customer 1', shown: 'Customer 1', matches: true });
});

test('asked to stop while it waits for the answer: paused, not held, and the next run does the rest', async () => {
  const it = await startTestEnvironment({ customers: 50 });
  const stop = new AbortController();
  const canary: Canary = {
    size: 5,
    show: () => undefined,
    async approve() {
      stop.abort(new Error('Stop.'));
      throw new DOMException('Stopped.', 'AbortError');
    },
  };
  const report = await it.run({ canary, signal: stop.signal });
  expect(report).toMatchObject({ outcome: 'paused', tallies: { created: 5 }, canary: { answer: 'none' } });
  expect(usersOf(it.box)).toHaveLength(5);
  expect((await statusOf(it)).pauseReason).toBeUndefined();
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { read: 50 } });
  expect(duplicatesOf(it.box)).toEqual([]);
});

test('a plan is carried out through a canary', async () => {
  const it = await startTestEnvironment({ customers: 80 });
  const { path, counts } = await planned(it);
  const { canary, asked } = watch(it, { size: 10 });
  const report = await it.run({ plan: path, canary });
  expect(asked).toMatchObject([{ users: 10 }]);
  expect(report).toMatchObject({ outcome: 'completed', tallies: { created: counts.create } });
});

test('--canary without a terminal and without --yes: exit 2 before anything is asked of either side', async () => {
  const it = await startTestEnvironment({ customers: 5 });
  const { code, stderr } = await rolodesk(['sync', '--canary', '3'], { cwd: it.folder });
  expect(code).toBe(2);
  expect(stderr).toContain('no terminal to ask on');
  expect(it.box.zendesk.requests().total + it.box.quickbooks.requests().total).toBe(0);
});

test('--canary --yes --json: one document on stdout; a log of keys and names of fields on stderr, no customer data', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  for (let id = 1; id <= 5; id += 1) it.box.quickbooks.company.upsert(customer(id));
  const { code, stdout, stderr } = await rolodesk(['sync', '--canary', '3', '--yes', '--json'], { cwd: it.folder });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    tallies: { created: 5 },
    canary: { sent: 3, matching: 3, answer: 'yes' },
  });
  expect(stderr).toContain('The first 3 writes:');
  expect(stderr).toContain('= email');
  expect(stdout + stderr).not.toMatch(/c1@example\.com|Customer 1/);
});
