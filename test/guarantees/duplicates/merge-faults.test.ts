import { expect, test } from 'vitest';
import type { MergeChoice } from '../../../src/core/duplicates/decide-merge.ts';
import type { Failpoint } from '../../../src/core/failpoints.ts';
import type { EnvironmentOptions } from '../../kit/environment/create-environment.ts';
import { customer } from '../../kit/environment/snapshots.ts';
import { lastRun, linkOf, resultsOf } from '../../kit/environment/stored-records.ts';
import { startTestEnvironment, type TestEnvironment, userOf } from '../../kit/environment/test-environment.ts';
import { createTestClock } from '../../kit/test-clock.ts';

const route = 'PUT /api/v2/users/{id}/merge';
const phone = '+16505550142';

/** A customer with a user, and a user by hand who is to be kept. */
async function withPair(options: Omit<EnvironmentOptions, 'customers' | 'users'> = {}, fields: object = {}) {
  const it = await startTestEnvironment({ ...options, customers: 0, users: 0 });
  it.box.quickbooks.company.upsert(customer(58, { PrimaryPhone: { FreeFormNumber: phone }, ...fields }));
  await it.run();
  const { users } = it.box.zendesk;
  const own = users.byId.get(userOf(it.box, 58)?.id ?? 0);
  const kept = users.create({ name: 'Kept', email: 'kept@example.com', phone, skip_verify_email: true });
  if (!own) throw new Error('The customer has a user.');
  await using pipeline = await it.pipeline();
  await using report = await pipeline.duplicates();
  const [group] = await Array.fromAsync(report.groups());
  const chosen = (id: number) => {
    const user = group?.users.find((one) => one.id === String(id));
    return { id: String(id), version: user?.version ?? '', ...(user?.email !== undefined && { email: user.email }) };
  };
  const choice: MergeChoice = { group: '1', keep: chosen(kept.id), merge: [chosen(own.id)] };
  return { it, own, kept, choice };
}

async function merge(it: Pick<TestEnvironment, 'pipeline'>, ...choices: readonly MergeChoice[]) {
  await using pipeline = await it.pipeline();
  const result = await pipeline.merge(choices);
  if (result.kind !== 'merged') throw new Error('Nobody was asked, and the merge was declined.');
  return result;
}

const steps: readonly Failpoint[] = ['intent-recorded', 'request-sent', 'results-recorded'];

test.each(steps)(
  'a process that dies at %s: the next run of any kind finds out what became of the merge',
  async (step) => {
    let deadly = false;
    const onFailpoint = (at: Failpoint): void => {
      if (deadly && at === step) throw new Error('The process dies.');
    };
    const { clock } = createTestClock({ moves: 'at-once' });
    const { it, own, kept, choice } = await withPair({ ports: { onFailpoint, clock } });
    deadly = true;
    await expect(merge(it, choice)).rejects.toThrow('dies');
    deadly = false;
    const killed = await lastRun(it);
    const isMerged = step !== 'intent-recorded';
    expect(own.active).toBe(!isMerged);
    const report = await it.run();
    expect(report).toMatchObject({ outcome: 'completed', tallies: { created: 0, rejected: 0 } });
    expect(await linkOf(it, '58')).toMatchObject({ destinationId: String(isMerged ? kept.id : own.id) });
    const results = await resultsOf(it, killed?.id ?? '');
    expect(results.map(({ key, code }) => [key, code])).toEqual(isMerged ? [['58', 'merge']] : []);
    expect((await merge(it, choice)).outcomes).toMatchObject([{ outcome: isMerged ? 'already-merged' : 'merged' }]);
    expect(await it.run({ full: true })).toMatchObject({ tallies: { created: 0 } });
    expect(userOf(it.box, 58)).toMatchObject({ id: kept.id });
  },
);

test('a user without an address that was merged when the process died is found out as well', async () => {
  let deadly = false;
  const onFailpoint = (at: Failpoint): void => {
    if (deadly && at === 'request-sent') throw new Error('The process dies.');
  };
  const { clock } = createTestClock({ moves: 'at-once' });
  const { it, own, kept, choice } = await withPair({ ports: { onFailpoint, clock } }, { PrimaryEmailAddr: undefined });
  for (const identity of it.box.zendesk.users.identitiesOf(own.id)) identity.verified = true;
  it.box.zendesk.users.addPhone(own, '+16505550143');
  for (const identity of it.box.zendesk.users.identitiesOf(own.id)) identity.verified = true;
  deadly = true;
  await expect(merge(it, choice)).rejects.toThrow('dies');
  deadly = false;
  expect(own.active).toBe(false);
  expect(await it.run()).toMatchObject({ outcome: 'completed' });
  expect(await linkOf(it, '58')).toMatchObject({ destinationId: String(kept.id) });
});

test('a merge that was asked for and not carried out, and whose user somebody deleted meanwhile, moves no customer', async () => {
  let deadly = false;
  const onFailpoint = (at: Failpoint): void => {
    if (deadly && at === 'intent-recorded') throw new Error('The process dies.');
  };
  const { clock } = createTestClock({ moves: 'at-once' });
  const { it, own, choice } = await withPair({ ports: { onFailpoint, clock } });
  deadly = true;
  await expect(merge(it, choice)).rejects.toThrow('dies');
  deadly = false;
  it.box.zendesk.users.remove(own);
  await it.run();
  expect(await linkOf(it, '58')).toMatchObject({ destinationId: String(own.id) });
});

test.each(['reset-before', 'reset-after', 'truncated', 'html', '429', '429-text', '429-edge', '503', '409', '500'])(
  '%s passes: the pair is merged once, and recorded once',
  async (fault) => {
    const { clock } = createTestClock({ moves: 'at-once' });
    const { it, own, kept, choice } = await withPair({ ports: { clock } });
    it.box.zendesk.faults.add({ fault, route, times: 1 });
    const { outcomes } = await merge(it, choice);
    expect(it.box.zendesk.faults.list()).toMatchObject([{ applied: 1 }]);
    expect(outcomes).toMatchObject([{ outcome: 'merged', customer: '58' }]);
    expect(own.active).toBe(false);
    expect(await linkOf(it, '58')).toMatchObject({ destinationId: String(kept.id) });
  },
);

test.each(['403', '422', '404', '400'])('%s is that pair’s matter: it is refused and left as it was', async (fault) => {
  const { it, own, choice } = await withPair();
  it.box.zendesk.faults.add({ fault, route });
  const { outcomes, report } = await merge(it, choice);
  expect(outcomes).toMatchObject([{ outcome: 'refused', code: 'refused', message: expect.stringContaining(fault) }]);
  expect(report).toMatchObject({ outcome: 'completed', tallies: { rejected: 1 } });
  expect(own.active).toBe(true);
  expect(await linkOf(it, '58')).toMatchObject({ destinationId: String(own.id) });
});

test('an outage that lasts ends the run with a report, and the same command goes on afterwards', async () => {
  const { clock } = createTestClock({ moves: 'at-once' });
  const { it, own, choice } = await withPair({ ports: { clock } });
  it.box.zendesk.faults.add({ fault: '503', route });
  const { report, outcomes } = await merge(it, choice);
  expect(report).toMatchObject({ outcome: 'failed', error: { exitCode: 4 } });
  expect(outcomes).toEqual([]);
  it.box.zendesk.faults.clear();
  expect((await merge(it, choice)).outcomes).toMatchObject([{ outcome: 'merged' }]);
  expect(own.active).toBe(false);
});

test('a run that an outage ends keeps what it has found out before', async () => {
  const { clock } = createTestClock({ moves: 'at-once' });
  const { it, own, choice } = await withPair({ ports: { clock } });
  const changed = { ...choice, keep: { ...choice.keep, version: 'of an older look' } };
  it.box.zendesk.faults.add({ fault: '503', route });
  const { report } = await merge(it, changed, choice);
  expect(report).toMatchObject({ outcome: 'failed', tallies: { skipped: 1 }, skips: { 'changed-since': 1 } });
  const results = await resultsOf(it, report.run);
  expect(results.map(({ key, outcome, code }) => [key, outcome, code])).toEqual([
    [`user:${own.id}`, 'skipped', 'changed-since'],
  ]);
});

test('a merge that takes effect some seconds after its reply counts when it has; one that never does is said to be open', async () => {
  const { clock, serverNow } = createTestClock({ moves: 'at-once' });
  const { it, own, kept, choice } = await withPair({ now: serverNow, ports: { clock } });
  it.box.zendesk.setMergeLag(10_000);
  expect((await merge(it, choice)).outcomes).toMatchObject([{ outcome: 'merged' }]);
  expect(own.active).toBe(false);
  expect(await linkOf(it, '58')).toMatchObject({ destinationId: String(kept.id) });
});

test('a merge that never takes effect is said to be open, and moves no customer', async () => {
  const { clock, serverNow } = createTestClock({ moves: 'at-once' });
  const { it, own, choice } = await withPair({ now: serverNow, ports: { clock } });
  it.box.zendesk.setMergeLag(3_600_000);
  expect((await merge(it, choice)).outcomes).toMatchObject([{ outcome: 'refused', code: 'unsettled' }]);
  expect(await linkOf(it, '58')).toMatchObject({ destinationId: String(own.id) });
});

test('a merge that takes effect only after the process has died is found out', async () => {
  const test = createTestClock({ moves: 'at-once' });
  let deadly = false;
  const onFailpoint = (at: Failpoint): void => {
    if (deadly && at === 'request-sent') throw new Error('The process dies.');
  };
  const { it, own, kept, choice } = await withPair({
    now: test.serverNow,
    ports: { clock: test.clock, onFailpoint },
  });
  it.box.zendesk.setMergeLag(10_000);
  deadly = true;
  await expect(merge(it, choice)).rejects.toThrow('dies');
  deadly = false;
  expect(own.active).toBe(true);
  expect(await it.run()).toMatchObject({ outcome: 'completed' });
  expect(await linkOf(it, '58')).toMatchObject({ destinationId: String(kept.id) });
});

test('a request to stop ends the run after the pair in hand, as paused', async () => {
  const { it, own, choice } = await withPair();
  const stop = new AbortController();
  await using pipeline = await it.pipeline();
  const again = { ...choice, group: '2' };
  const result = await pipeline.merge([choice, again], { signal: stop.signal, onProgress: () => stop.abort() });
  expect(result).toMatchObject({ kind: 'merged', report: { outcome: 'paused' }, outcomes: [{ outcome: 'merged' }] });
  expect(own.active).toBe(false);
});
