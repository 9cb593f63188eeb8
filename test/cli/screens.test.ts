import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changeLines } from '../../src/cli/format/change-lines.ts';
import { planLines } from '../../src/cli/print/print-plan.ts';
import { styleFor } from '../../src/cli/terminal.ts';
import { customer } from '../kit/environment/snapshots.ts';
import { startTestEnvironment } from '../kit/environment/test-environment.ts';
import { rolodesk } from '../kit/processes/process.ts';

const plain = styleFor(false);

/** Twelve customers, of whom the second has an address that is none. */
async function twelve() {
  const it = await startTestEnvironment({ customers: 0 });
  for (let id = 1; id <= 12; id += 1)
    it.box.quickbooks.company.upsert(
      customer(id, id === 2 ? { PrimaryEmailAddr: { Address: 'nobody@@example.com' } } : {}),
    );
  const say = (...args: readonly string[]) => rolodesk(args, { cwd: it.folder });
  return { it, say };
}

test('a plan shows first what needs a person, by name, and explains each kind once', async () => {
  const { say } = await twelve();
  const { stdout } = await say('plan');
  const order = ['✖ reject: 1', '✖ reject  2  Customer 2  invalid-email', '+ create: 11', '+ create  1\n'];
  const places = order.map((text) => stdout.indexOf(text));
  expect(places.every((place) => place > 0)).toBe(true);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(stdout.match(/No Zendesk user is linked to the customer/g)).toHaveLength(1);
  expect(stdout).toContain('QuickBooks company 9130357992221046 → 127.0.0.1:');
});

test('a value of several lines is shown in several lines, and aligned', () => {
  const lines = changeLines(
    { key: '1', action: 'update', fields: { name: ['Old', 'New'], details: [null, '1 Main St.\nTucson'] } },
    { style: plain, columns: 80 },
  );
  expect(lines).toEqual(['~ update  1', '    name     Old → New', '    details  1 Main St.', '             Tucson']);
});

test('on a terminal a plan shows the first creates and says how to see the rest; what needs a person is whole', async () => {
  const change = (key: number, action: 'create' | 'conflict') => ({ key: String(key), action, fields: {} }) as const;
  const counts = { create: 9, update: 0, adopt: 0, deactivate: 0, skip: 0, conflict: 9, reject: 0, unchanged: 0 };
  const keys = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const { it } = await twelve();
  const report = await it.run();
  const plan = {
    counts,
    estimate: { calls: { total: 1, jobs: 1 }, expectedMs: 1000, limitedBy: 'calls' },
    report: { ...report, rejects: [], skips: {}, warnings: [] },
    nameOf: () => undefined,
    blockingUserOf: async () => undefined,
    changes: async function* (actions: readonly string[] = []) {
      for (const key of keys) yield change(key, actions.includes('create') ? 'create' : 'conflict');
    },
  };
  const screen = { style: plain, columns: 80, accounts: 'a → b', isWhole: false, linksOf: () => [] };
  const text = (await Array.fromAsync(planLines(plan, screen))).join('\n');
  expect(text.match(/^! conflict {2}\d/gm)).toHaveLength(9);
  expect(text.match(/^\+ create {2}\d/gm)).toHaveLength(3);
  expect(text).toContain('… and 6 more: rolodesk plan --all lists them');
  expect(text).toContain('with 1 Zendesk call (1 job)');
});

test('a run that exits 1 has no tick, and status says in words what waits', async () => {
  const { say } = await twelve();
  const none = await say('status');
  expect(none).toMatchObject({ code: 4, stdout: expect.stringContaining('✖ Not working: there has been no run yet') });
  const synced = await say('sync');
  expect(synced.code).toBe(1);
  expect(synced.stdout).not.toContain('✔');
  expect(synced.stdout).toMatch(/^! Sync done in [\d.]+ s, but 1 customer rejected$/m);
  expect(synced.stdout).toContain('rejected invalid-email: 1, customer 2:');
  const waits = await say('status');
  expect(waits).toMatchObject({ code: 1, stdout: expect.stringContaining('! Needs you: 1 customer rejected') });
});

test('show alone shows the latest run, as latest does, in the order of numbers; runs has counts', async () => {
  const { say } = await twelve();
  await say('sync');
  const latest = await say('show');
  expect(latest.stdout).toBe((await say('show', 'latest')).stdout);
  const keys = [...latest.stdout.matchAll(/^\+ created {2}(\d+)/gm)].map(([, key]) => key);
  expect(keys).toEqual(['1', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12']);
  const { stdout } = await say('runs');
  expect(stdout).toMatch(/^run +kind +outcome +started +read +written +skipped +rejected/);
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(stdout).toMatch(/^[0-9a-f]{8} +sync +completed +\S+Z +12 +11 +0 +1$/m);
});

test('an undo calls a deletion a deletion: before, after, and in show', async () => {
  const { it, say } = await twelve();
  await say('sync');
  const before = await say('undo', 'latest', '--dry-run');
  expect(before.stdout).toContain('delete: 11');
  expect([...before.stdout.matchAll(/- delete {2}(\d+)/g)].map(([, key]) => key)).toEqual([
    '1',
    '3',
    '4',
    '5',
    '6',
    '7',
    '8',
    '9',
    '10',
    '11',
    '12',
  ]);
  expect(before.stdout).not.toContain('active');
  const [run] = JSON.parse((await say('runs', '--json')).stdout);
  const undone = await say('undo', run.id, '--yes');
  expect(undone.stdout).toMatch(/^ {2}deleted +11$/m);
  expect(undone.stdout).toMatch(/^ {2}changed back +0$/m);
  expect(undone.stdout).not.toContain('created');
  expect((await say('show')).stdout).toContain('deleted: 11');
  expect((await say('show', '--customer', '1')).stdout).toMatch(/ deleted {2}/);
  const { tallies } = JSON.parse((await say('runs', '--json')).stdout)[0].report;
  expect(tallies).toMatchObject({ created: 0, updated: 11 });
  expect(it.box.zendesk.state().active).toBe(0);
});

test('check goes on with the other side, and shows the address that would be written', async () => {
  const { it, say } = await twelve();
  const path = join(it.folder, 'rolodesk.yaml');
  const config = readFileSync(path, 'utf8');
  const good = await say('check');
  expect(good.stdout).toContain(`writes to ${it.box.zendesk.url}`);
  expect(good.stdout).toContain(`reads from ${it.box.quickbooks.url}`);
  writeFileSync(path, config.replace(/auth:[\s\S]*$/, 'auth: { type: bearer, token: wrong-token-value }\n'));
  const bad = await say('check', '--json');
  expect(bad.code).toBe(3);
  expect(JSON.parse(bad.stdout)).toMatchObject({
    ready: false,
    source: { identity: expect.stringContaining('Sandbox Company') },
    destination: { lines: [{ ok: false, title: 'connection' }] },
    error: { code: expect.any(String), message: expect.any(String) },
  });
});
