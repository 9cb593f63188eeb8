import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { acquireLease } from '../../src/core/state/lease.ts';
import { customer, duplicatesOf } from '../kit/environment/snapshots.ts';
import { lastRun, linkOf } from '../kit/environment/stored-records.ts';
import { startTestEnvironment, type TestEnvironment, userOf } from '../kit/environment/test-environment.ts';
import { hasTerminal, startOnTerminal } from '../kit/processes/on-terminal.ts';
import { rolodesk } from '../kit/processes/process.ts';

const person = {
  DisplayName: 'Ottoline Vergessen',
  PrimaryEmailAddr: { Address: 'ottoline.vergessen@example.org' },
  PrimaryPhone: { FreeFormNumber: '(650) 555-4711' },
  BillAddr: { Line1: 'Forgetmenot Lane 12', City: 'Ghent' },
};
/** Everything that names or describes her, in whatever case and spelling it is kept. */
const traces = /ottoline|vergessen|555.?4711|forgetmenot/i;

const stateFiles = ({ folder }: TestEnvironment): string[] =>
  readdirSync(join(folder, '.rolodesk')).map((name) => join(folder, '.rolodesk', name));
const filesWithTraces = (it: TestEnvironment): string[] =>
  stateFiles(it).filter((path) => traces.test(readFileSync(path, 'latin1')));

/** A customer with a link, a claim, a dead letter and a history, among others. */
async function known(): Promise<TestEnvironment> {
  const it = await startTestEnvironment({ customers: 0, jobLatencyMs: 0 });
  const { company } = it.box.quickbooks;
  for (let id = 1; id <= 60; id += 1) company.upsert(customer(id));
  company.upsert(customer(7, person));
  await it.run();
  company.upsert(customer(7, { ...person, DisplayName: 'Ottoline V. Vergessen' }));
  await it.run();
  it.box.zendesk.users.create({ name: 'Somebody', email: 'taken@example.com', skip_verify_email: true });
  company.upsert(customer(7, { ...person, PrimaryEmailAddr: { Address: 'taken@example.com' } }));
  expect(await it.run()).toMatchObject({ rejects: [{ key: '7', code: 'email-taken' }] });
  return it;
}

test("forget removes a person's data from the state, to the last byte, and leaves both sides alone", async () => {
  const it = await known();
  // Left behind by dry runs that were killed, the second one of an earlier version.
  for (const suffix of ['dry-run-1', 'rehearsal-1'])
    writeFileSync(join(it.folder, `.rolodesk/state.db.${suffix}`), person.DisplayName);
  const user = userOf(it.box, 7);
  expect(filesWithTraces(it).length).toBeGreaterThan(1);
  it.box.zendesk.resetRequests();
  const { code, stdout } = await rolodesk(['forget', '7', '--yes', '--json'], { cwd: it.folder });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    schemaVersion: 1,
    key: '7',
    pipeline: 'customers',
    removed: {
      links: 1,
      emails: 1,
      rejects: 1,
      pending: 0,
      deferred: 0,
      shared: 0,
      records: 3,
      changes: 0,
      writes: 0,
      users: 1,
    },
  });
  expect(filesWithTraces(it)).toEqual([]);
  expect(it.box.zendesk.requests().total).toBe(0);
  expect(userOf(it.box, 7)).toEqual(user);

  await expect(linkOf(it, '7')).rejects.toMatchObject({ code: 'unknown-key' });
  expect(await linkOf(it, '9')).toBeDefined();
  expect((await lastRun(it))?.report).toMatchObject({ tallies: { rejected: 1 }, rejects: [] });
});

test('a customer who was forgotten and is still there is linked to the same user by the next sync that reads it', async () => {
  const it = await known();
  const user = userOf(it.box, 7);
  await rolodesk(['forget', '7', '--yes'], { cwd: it.folder });
  it.box.quickbooks.company.upsert(customer(7, person));
  expect(await it.run({ full: true })).toMatchObject({ outcome: 'completed', tallies: { created: 0, rejected: 0 } });
  expect(userOf(it.box, 7)).toMatchObject({ id: user?.id, name: person.DisplayName });
  expect(duplicatesOf(it.box)).toEqual([]);
  expect(await it.run({ full: true })).toMatchObject({ tallies: { updated: 0, created: 0 } });
});

test('a write of the customer whose outcome is not known is forgotten too, and those next to it are not', async () => {
  const it = await known();
  const { pipeline, close } = await it.open();
  const intent = (key: string) => ({ kind: 'delete', key, id: '1', externalId: key, origin: 'created', sent: person });
  const rows = ['7', '9'].map((key) => ({ key, delivery: intent(key) }));
  await pipeline.store.apply(pipeline.id, {
    openBatches: [{ id: 'open', run: 'r', operation: 'delete', rows, requestedAt: 0 }],
    deferred: [
      { key: '7', sequence: 1, stage: 'deferred', attempts: 0, record: { key: '7', data: person, state: 'active' } },
    ],
  });
  expect(await pipeline.store.eraseCustomer(pipeline.id, '7')).toMatchObject({ writes: 1, deferred: 1 });
  const open = await pipeline.store.openBatches(pipeline.id);
  expect(open.map((batch) => batch.rows.map(({ key }) => key))).toEqual([['9']]);
  await close();
});

test('forget asks first: without a terminal and without --yes it removes nothing, exit 2', async () => {
  const it = await known();
  const { code, stderr } = await rolodesk(['forget', '7'], { cwd: it.folder });
  expect(code).toBe(2);
  expect(stderr).toContain('--yes');
  expect(filesWithTraces(it)).not.toEqual([]);
});

test.skipIf(!hasTerminal)('forget asks first: after a no everything is still there, exit 1', async () => {
  const it = await known();
  const asked = startOnTerminal(['forget', '7'], { cwd: it.folder });
  await asked.shows(/Remove all of it\?/);
  asked.type('n\n');
  const { code, text } = await asked.ended;
  expect(text).toContain('Nothing was removed.');
  expect(code).toBe(1);
  expect(filesWithTraces(it)).not.toEqual([]);
});

test('an unknown customer: says that nothing is kept, exit 0; a state that a run holds: exit 6', async () => {
  const it = await startTestEnvironment({ customers: 3, jobLatencyMs: 0 });
  await it.run();
  const { code, stdout } = await rolodesk(['forget', '999'], { cwd: it.folder });
  expect(code).toBe(0);
  expect(stdout).toContain('Nothing is kept about customer 999.');
  const lease = acquireLease(join(it.folder, '.rolodesk/state.db'));
  onTestFinished(() => lease.release());
  expect((await rolodesk(['forget', '1', '--yes'], { cwd: it.folder })).code).toBe(6);
});

test('while another process reads the file, traces may be left in its log: said so, and done by the next try', async () => {
  const it = await known();
  const reader = new DatabaseSync(join(it.folder, '.rolodesk/state.db'));
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM links').get();
  const refused = await rolodesk(['forget', '7', '--yes'], { cwd: it.folder });
  expect(refused.code).toBe(6);
  expect(refused.stderr).toMatch(/Traces of the customer may still be in the log/);
  reader.exec('COMMIT');
  reader.close();
  expect((await rolodesk(['forget', '7', '--yes'], { cwd: it.folder })).code).toBe(0);
  expect(filesWithTraces(it)).toEqual([]);
});
