import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PlannedChange } from '../../src/core/plan/planned-change.ts';
import { planned } from '../kit/environment/planned.ts';
import { customer, usersOf } from '../kit/environment/snapshots.ts';
import { resultsOf } from '../kit/environment/stored-records.ts';
import { idOf, startTestEnvironment, userOf } from '../kit/environment/test-environment.ts';

const writes = /create_many|update_many|destroy_many|identities/;

test('G4: what happens is what the plan said, record by record, field by field', { timeout: 60_000 }, async () => {
  const it = await startTestEnvironment({ customers: 5000, users: 500 });
  const before = usersOf(it.box).length;
  const { path, changes, ...plan } = await planned(it);
  expect(usersOf(it.box)).toHaveLength(before);
  expect(Object.values(plan.counts).reduce((sum, count) => sum + count)).toBe(plan.report.tallies.read);

  const report = await it.run({ plan: path });
  const rows = new Map((await resultsOf(it, report.run)).map((row) => [row.key, row]));
  const drifted = new Set([...rows.values()].filter(({ code }) => code === 'drifted').map(({ key }) => key));
  const happened = { create: 'created', update: 'updated', adopt: 'updated', deactivate: 'updated', skip: 'skipped' };
  const expected = (change: PlannedChange): string =>
    Object.entries(happened).find(([action]) => action === change.action)?.[1] ?? 'rejected';
  // The directory can't know secondary addresses: users that have one of them are met only when they are written.
  const met = changes.filter(({ key }) => drifted.has(key) || rows.get(key)?.code === 'staff-account');
  expect(drifted.size).toBeLessThan(5);
  const users = new Map(usersOf(it.box).map((user) => [user.external_id, user]));
  const mismatches = changes
    .filter((one) => !met.includes(one))
    .flatMap((change) => {
      const outcome = rows.get(change.key)?.outcome;
      if (outcome !== expected(change)) return [[change.key, outcome, change.action]];
      if (change.action === 'skip' || outcome === 'rejected') return [];
      const user = users.get(idOf(change.key)) ?? {};
      return Object.entries(change.fields)
        .filter(([name, [, after]]) => JSON.stringify(Reflect.get(user, name)) !== JSON.stringify(after))
        .map(([name, [, after]]) => [change.key, name, after, Reflect.get(user, name)]);
    });
  expect(mismatches).toEqual([]);
  expect(report.tallies.read).toBe(changes.length);
});

test('a plan writes nothing, to Zendesk or to what is remembered of the customers', async () => {
  const it = await startTestEnvironment({ customers: 200, users: 30 });
  it.box.zendesk.resetRequests();
  const first = await planned(it);
  const second = await planned(it);
  expect(second.changes).toEqual(first.changes);
  expect(Object.keys(it.box.zendesk.requests().byRoute).filter((route) => writes.test(route))).toEqual([]);
  expect(await it.run()).toMatchObject({ tallies: { created: expect.any(Number) } });
});

test('three users that were changed in Zendesk since the plan: exactly these are drifted, and taken up by the next sync', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  for (let id = 1; id <= 20; id += 1) it.box.quickbooks.company.upsert(customer(id));
  await it.run();
  for (let id = 1; id <= 20; id += 1) it.box.quickbooks.company.upsert(customer(id, { DisplayName: `Renamed ${id}` }));
  const { path, ...plan } = await planned(it);
  expect(plan.counts).toMatchObject({ update: 20, create: 0 });
  for (const id of [3, 5, 7]) it.box.zendesk.edit(userOf(it.box, id)?.id ?? 0, { name: `By hand ${id}` });

  const report = await it.run({ plan: path });
  expect(report).toMatchObject({ tallies: { read: 20, updated: 17, skipped: 3 }, skips: { drifted: 3 } });
  const rows = await resultsOf(it, report.run);
  expect(rows.filter(({ code }) => code === 'drifted').map(({ key }) => key)).toEqual(['3', '5', '7']);
  expect(userOf(it.box, 3)?.name).toBe('By hand 3');
  expect(await it.run()).toMatchObject({ tallies: { updated: 3, skipped: 0 } });
  expect(userOf(it.box, 3)?.name).toBe('Renamed 3');
});

test('a customer that changed, vanished or came in the source since the plan is not written', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  for (let id = 1; id <= 5; id += 1) it.box.quickbooks.company.upsert(customer(id));
  const { path } = await planned(it);
  it.box.quickbooks.company.upsert(customer(1, { DisplayName: 'Other' }));
  it.box.quickbooks.company.remove('2');
  it.box.quickbooks.company.upsert(customer(6));
  const report = await it.run({ plan: path });
  expect(report).toMatchObject({ tallies: { created: 3, skipped: 2 }, skips: { drifted: 1, inactive: 1 } });
  expect(usersOf(it.box).map(({ external_id }) => external_id)).toEqual([3, 4, 5].map(idOf));
  await it.run();
  expect(userOf(it.box, 1)?.name).toBe('Other');
  expect(userOf(it.box, 6)?.name).toBe('Customer 6');
});

test('a user made by hand since the plan is not adopted', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  it.box.quickbooks.company.upsert(customer(1));
  const { path } = await planned(it);
  it.box.zendesk.users.create({ name: 'By hand', email: 'c1@example.com' });
  expect(await it.run({ plan: path })).toMatchObject({ skips: { drifted: 1 } });
  expect(usersOf(it.box)).toMatchObject([{ name: 'By hand', external_id: null }]);
});

test('an interrupted plan is carried out to its end by a second run of it', async () => {
  const it = await startTestEnvironment({ customers: 1500 });
  const { path } = await planned(it);
  const stop = new AbortController();
  const onProgress = () => (usersOf(it.box).length > 0 ? stop.abort(new Error('Stop.')) : undefined);
  const first = await it.run({ plan: path, signal: stop.signal, onProgress });
  expect(first).toMatchObject({ outcome: 'paused' });
  const report = await it.run({ plan: path });
  expect(report).toMatchObject({
    outcome: 'completed',
    skips: expect.not.objectContaining({ drifted: expect.anything() }),
  });
  expect(await it.run({ full: true })).toMatchObject({ tallies: { created: 0, updated: 0 } });
});

test('deactivations beyond the cap are held in the plan and when it is carried out', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  for (let id = 1; id <= 20; id += 1) it.box.quickbooks.company.upsert(customer(id));
  await it.run();
  for (let id = 1; id <= 8; id += 1) it.box.quickbooks.company.deactivate(String(id));
  const held = await planned(it);
  expect(held.counts).toMatchObject({ skip: 8, deactivate: 0 });
  const allowed = await planned(it, { allowDeactivations: 8 }, 'allowed.json');
  expect(allowed.counts).toMatchObject({ skip: 0, deactivate: 8 });
  expect(await it.run({ plan: held.path })).toMatchObject({ outcome: 'held', tallies: { updated: 0 } });
  expect(await it.run({ plan: allowed.path })).toMatchObject({ outcome: 'completed', tallies: { updated: 8 } });
});

test('a plan that was cut off, edited, made for another account or before a change of the mapping is refused', async () => {
  const it = await startTestEnvironment({ customers: 5 });
  const { path } = await planned(it);
  const text = readFileSync(path, 'utf8');
  const carriedOut = async (changed: string) => {
    writeFileSync(path, changed);
    return await it.run({ plan: path });
  };
  await expect(carriedOut(text.slice(0, -20))).rejects.toThrow(/not a whole plan/);
  await expect(carriedOut(JSON.stringify(JSON.parse(text), null, 2))).rejects.toThrow(/not a whole plan/);
  await expect(carriedOut(text.replace(/\n\{.*\n/, '\n'))).rejects.toThrow(/not a whole plan/);
  const other = text.replace(new URL(it.box.zendesk.url).origin, 'https://other.example.com');
  await expect(carriedOut(other)).rejects.toThrow(/another destinationOrigin/);
  await expect(it.run({ plan: join(it.folder, 'none.json') })).rejects.toThrow(/There is no plan/);
  it.configure('mapping:\n  notes: DisplayName\n');
  await expect(carriedOut(text)).rejects.toThrow(/mapping, filter or a policy/);
  expect(it.box.zendesk.writes().accepted).toBe(0);
});
