import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { customer } from '../kit/environment/snapshots.ts';
import { resultsOf, statusOf } from '../kit/environment/stored-records.ts';
import { startTestEnvironment, type TestEnvironment, userOf } from '../kit/environment/test-environment.ts';
import { rolodesk } from '../kit/processes/process.ts';

const dayMs = 86_400_000;

/** Makes everything so far older by some days. */
function age({ folder }: TestEnvironment, days: number): void {
  const database = new DatabaseSync(join(folder, '.rolodesk/state.db'));
  database.prepare('UPDATE runs SET started_at = started_at - ?1, finished_at = finished_at - ?1').run(days * dayMs);
  database.prepare('UPDATE checkpoints SET saved_at = saved_at - ?1').run(days * dayMs);
  database.close();
}

async function recordsOf(it: TestEnvironment, run: string): Promise<number> {
  return (await resultsOf(it, run)).length;
}

async function counts(it: TestEnvironment) {
  const { deadLetters, pending, links } = (await statusOf(it)).counts;
  return { deadLetters, pending, links };
}

test('records of runs are kept for 90 days, then their counts; rejects and what is pending stay', async () => {
  const it = await startTestEnvironment({ customers: 0, jobLatencyMs: 0 });
  const { company } = it.box.quickbooks;
  company.upsert(customer(1));
  company.upsert(customer(2, { PrimaryEmailAddr: { Address: 'c1@example.com' } }));
  company.upsert(customer(3, { PrimaryEmailAddr: { Address: 'no address' } }));
  const first = await it.run();
  expect(first.tallies).toMatchObject({ created: 1, skipped: 1, rejected: 1 });
  const kept = await counts(it);
  expect(kept).toMatchObject({ links: 1, deadLetters: 1, pending: { 'shared-email': 1 } });

  age(it, 89);
  await it.run({ keys: ['none'] });
  expect(await recordsOf(it, first.run)).toBe(3);
  age(it, 2);
  await it.run({ keys: ['none'] });
  expect(await recordsOf(it, first.run)).toBe(0);
  expect(await counts(it)).toEqual(kept);

  const shown = await rolodesk(['show', first.run], { cwd: it.folder });
  expect(shown.code).toBe(0);
  expect(shown.stdout).toMatch(/created +1\n.*updated +0\n.*unchanged +0\n.*skipped +1\n.*rejected +1\n/);
  expect(shown.stdout).toContain('no longer kept');
  expect(JSON.parse((await rolodesk(['show', first.run, '--json'], { cwd: it.folder })).stdout)).toMatchObject({
    run: { report: { tallies: first.tallies } },
  });
  const undone = await rolodesk(['undo', first.run, '--yes'], { cwd: it.folder });
  expect(undone.code).toBe(2);
  expect(undone.stderr).toMatch(/can't be reverted: its records are no longer kept/);
  expect(userOf(it.box, 1)).toMatchObject({ name: 'Customer 1', active: true });
});

test('retention is as the configuration says, and an undo prunes too', async () => {
  const it = await startTestEnvironment({ customers: 0, jobLatencyMs: 0, more: 'retention: 10\n' });
  it.box.quickbooks.company.upsert(customer(1));
  const first = await it.run();
  age(it, 6);
  it.box.quickbooks.company.upsert(customer(2));
  const second = await it.run({ keys: ['2'] });
  age(it, 5);
  expect(await recordsOf(it, first.run)).toBe(1);
  const undone = await rolodesk(['undo', second.run, '--yes', '--json'], { cwd: it.folder });
  expect(JSON.parse(undone.stdout)).toMatchObject({ outcome: 'completed', tallies: { updated: 1 } });
  expect(await recordsOf(it, first.run)).toBe(0);
});

test('records that are too old are looked for once a day, by the first run of the day', async () => {
  const it = await startTestEnvironment({ customers: 0, jobLatencyMs: 0, more: 'retention: 10\n' });
  it.box.quickbooks.company.upsert(customer(1));
  const first = await it.run();
  age(it, 11);
  const database = new DatabaseSync(join(it.folder, '.rolodesk/state.db'));
  database.prepare('UPDATE checkpoints SET saved_at = ?').run(Date.now());
  await it.run({ keys: ['none'] });
  expect(await recordsOf(it, first.run)).toBe(1);
  database.prepare('UPDATE checkpoints SET saved_at = ?').run(Date.now() - dayMs);
  database.close();
  await it.run({ keys: ['none'] });
  expect(await recordsOf(it, first.run)).toBe(0);
});
