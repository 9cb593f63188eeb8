import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Finding } from '../../src/app/email-check/examine.ts';
import { roleOf } from '../../src/app/email-check/role-addresses.ts';
import { customer, usersOf } from '../kit/environment/snapshots.ts';
import { resultsOf } from '../kit/environment/stored-records.ts';
import { idOf, startTestEnvironment, type TestEnvironment } from '../kit/environment/test-environment.ts';
import { rolodesk } from '../kit/processes/process.ts';

const mail = (address: string) => ({ PrimaryEmailAddr: { Address: address } });

/** Customer 4 holds an address since an earlier sync; the others are new. */
async function untidy(policies = ''): Promise<TestEnvironment> {
  const it = await startTestEnvironment({ customers: 0, jobLatencyMs: 0, more: policies });
  const { company } = it.box.quickbooks;
  company.upsert(customer(4, mail('held@example.com')));
  await it.run();
  company.upsert(customer(1, { ...mail('family@example.com'), Job: true, ParentRef: { value: '2' } }));
  company.upsert(customer(2, mail('Family@example.com')));
  company.upsert(customer(3, { ...mail('held@example.com'), DisplayName: '=HYPERLINK("http://example.org")' }));
  company.upsert(customer(5, mail('five@@example.com')));
  company.upsert(customer(6, mail('broken@, six@example.com')));
  company.upsert(customer(7, mail('Seven@example.com; other7@example.com')));
  company.upsert(customer(8, mail('Info@example.com')));
  company.upsert(customer(9, mail('no-reply@example.com')));
  company.upsert(customer(10, { ...mail('five@@example.com'), IsProject: true }));
  company.upsert(customer(11, { ...mail('own@example.com'), Active: false }));
  company.upsert(customer(12, mail('own@example.com')));
  it.box.zendesk.resetRequests();
  return it;
}

const brief = ({ kind, key, outcome, reason, hasAddress, holder }: Finding) =>
  [kind, key, outcome, reason ?? '-', hasAddress ? 'has it' : 'without', holder ?? '-'].join(' ');

test('check --emails lists shared, malformed, multiple and role addresses, with what the policies make of each', async () => {
  const it = await untidy();
  const { code, stdout, stderr } = await rolodesk(['check', '--emails', '--json', '-v'], { cwd: it.folder });
  expect(code).toBe(0);
  const reported = JSON.parse(stdout);
  expect(reported).toMatchObject({
    read: 12,
    withAddress: 11,
    policies: { sharedEmail: 'first', invalidEmail: 'reject' },
    counts: { shared: { addresses: 2, customers: 4 }, malformed: 2, multiple: 2, role: 2 },
  });
  expect(reported.findings.map(brief)).toEqual([
    'shared 1 skipped shared-email without 2',
    'shared 2 created - has it 2',
    'shared 3 skipped shared-email without 4',
    'shared 4 unchanged - has it 4',
    'malformed 5 rejected invalid-email without -',
    'malformed 6 created - has it -',
    'multiple 6 created - has it -',
    'multiple 7 created - has it -',
    'role 8 created - has it -',
    'role 9 created - has it -',
  ]);
  expect(reported.findings[4]).toMatchObject({ name: 'Customer 5', text: 'five@@example.com' });
  expect(reported.findings[7]).toMatchObject({
    text: 'Seven@example.com; other7@example.com',
    address: 'seven@example.com',
  });
  expect(reported.findings.slice(-2)).toMatchObject([{ role: 'office' }, { role: 'unattended' }]);
  expect(stderr).not.toMatch(/@example/);
});

test('check --emails writes nothing, to either side or to what is remembered, and does not ask Zendesk', async () => {
  const it = await untidy();
  const before = await remembered(it);
  it.box.zendesk.resetRequests();
  await rolodesk(['check', '--emails'], { cwd: it.folder });
  expect(it.box.zendesk.requests().total).toBe(0);
  expect(it.box.quickbooks.state().writesAttempted).toBe(0);
  expect(await remembered(it)).toEqual(before);
  expect(readdirSync(join(it.folder, '.rolodesk')).filter((name) => name.includes('dry-run'))).toEqual([]);
});

async function remembered({ open }: TestEnvironment) {
  const { pipeline, close } = await open();
  const { store, id } = pipeline;
  const snapshot = [await store.counts(id), await store.runs(id, { limit: 10 }), await store.checkpoint(id)];
  await close();
  return snapshot;
}

test('with sharedEmail: none and invalidEmail: drop the others are made without an address', async () => {
  const it = await untidy('policies: { sharedEmail: none, invalidEmail: drop }\n');
  const { stdout } = await rolodesk(['check', '--emails', '--json'], { cwd: it.folder });
  expect(JSON.parse(stdout).findings.map(brief).slice(0, 5)).toEqual([
    'shared 1 created - without 2',
    'shared 2 created - has it 2',
    'shared 3 created - without 4',
    'shared 4 unchanged - has it 4',
    'malformed 5 created - without -',
  ]);
});

test('for people: no line wider than 80 columns, and a file for spreadsheets that runs no formula', async () => {
  const it = await untidy();
  it.box.quickbooks.company.upsert(
    customer(13, { ...mail('info@example.com'), DisplayName: `Long \u001b[31m${'name '.repeat(40)}` }),
  );
  const { code, stdout } = await rolodesk(['check', '--emails', '--csv', 'emails.csv'], { cwd: it.folder });
  expect(code).toBe(0);
  expect(stdout.split('\n').filter((line) => [...line].length > 80)).toEqual([]);
  expect(stdout).toContain(
    '  family@example.com\n    1 Customer 1: skipped, shared-email\n    2 Customer 2: created, has it\n',
  );
  expect(stdout).toContain('  5 Customer 5\n      five@@example.com: rejected, invalid-email\n');
  expect(stdout).toContain('  7 Customer 7\n      Seven@example.com; other7@example.com: created, first valid one\n');
  expect(stdout).not.toContain('\u001b');
  const path = join(it.folder, 'emails.csv');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const lines = readFileSync(path, 'utf8').split('\r\n');
  expect(lines[1]).toBe(
    '"shared","1","Customer 1","family@example.com","family@example.com","skipped","shared-email","no","2",""',
  );
  expect(lines.find((line) => line.startsWith('"shared","3"'))).toContain(`"'=HYPERLINK(""http://example.org"")"`);
});

test('--csv without --emails is refused, exit 2', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  expect((await rolodesk(['check', '--csv', 'x.csv'], { cwd: it.folder })).code).toBe(2);
});

test.each([
  { policies: 'first and reject', more: '' },
  { policies: 'none and drop', more: 'policies: { sharedEmail: none, invalidEmail: drop }\n' },
])('what it says of 1,500 untidy customers is what the sync then does: $policies', async ({ more }) => {
  const it = await startTestEnvironment({ customers: 1500, jobLatencyMs: 0, more });
  await using pipeline = await it.pipeline();
  const checked = await pipeline.checkEmails();
  const findings = await Array.fromAsync(checked.findings());
  await checked.close();
  expect(new Set(findings.map(({ kind }) => kind)).size).toBeGreaterThan(2);

  const report = await it.run();
  const results = await resultsOf(it, report.run);
  const byKey = new Map(results.map((row) => [row.key, row]));
  const emails = new Map(usersOf(it.box).map(({ external_id, email }) => [external_id, email]));
  const said = findings.map(({ key, outcome, reason, address, hasAddress }) =>
    [key, outcome, reason, hasAddress ? address : null].join(' '),
  );
  const done = findings.map(({ key, reason }) => {
    const { outcome, code } = byKey.get(key) ?? { outcome: 'unchanged' };
    return [key, outcome, reason === undefined ? undefined : code, emails.get(idOf(key)) ?? null].join(' ');
  });
  expect(said).toEqual(done);
});

test.each([
  ['info@example.com', 'office'],
  ['Accounts.Payable+2024@example.com', 'finance'],
  ['no-reply@example.com', 'unattended'],
  ['do_not_reply@example.com', 'unattended'],
  ['postmaster@example.com', 'network'],
  ['informer@example.com', undefined],
  ['ada.billing@example.com', undefined],
])('role address: %s is %s', (address, role) => {
  expect(roleOf(address)).toBe(role);
});
