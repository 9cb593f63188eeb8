import { execFileSync } from 'node:child_process';
import { globSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSettings } from '../../src/app/settings.ts';
import { createScrub } from '../../src/app/support-bundle/anonymize.ts';
import { shareableConfig } from '../../src/app/support-bundle/shareable-config.ts';
import { bundle } from '../../src/cli/handlers/bundle.ts';
import { createRedactor } from '../../src/core/redaction/redact.ts';
import { quickbooksCredentials, zendeskCredentials } from '../../src/sandbox/index.ts';
import { runCommand } from '../kit/environment/run-command.ts';
import { customer, usersOf } from '../kit/environment/snapshots.ts';
import { startTestEnvironment } from '../kit/environment/test-environment.ts';
import { rolodesk } from '../kit/processes/process.ts';

/** Everything of a bundle as text, by file name. */
function unpacked(folder: string): Record<string, string> {
  const [archive = ''] = globSync('rolodesk-bundle-*.tar.gz', { cwd: folder });
  execFileSync('tar', ['-xzf', archive], { cwd: folder });
  const inside = join(folder, archive.replace('.tar.gz', ''));
  return Object.fromEntries(readdirSync(inside).map((name) => [name, readFileSync(join(inside, name), 'utf8')]));
}

/** In any case, and in the forms in which a text may hide in another. */
function formsOf(canary: string): string[] {
  return [canary, encodeURIComponent(canary), Buffer.from(canary).toString('base64')].map((form) => form.toLowerCase());
}

const canaries = {
  name: 'Canaria Finch',
  company: 'Serinus Holdings',
  email: 'canaria.finch@serinus.example.org',
  broken: 'canaria.finch at serinus',
  phone: '(650) 555-0187',
  number: '6505550187',
  street: '77 Aviary Lane',
  constant: 'handpicked by Serinus',
  tag: 'serinus_vip',
  label: 'Songbird tier',
};

test('secrets of the configuration and data of customers never reach the bundle, whatever went wrong', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  const mapping = `name: Serinus Holdings sync
filter: DisplayName != "${canaries.company}" and Balance != 9
mapping:
  notes: { const: "${canaries.constant}" }
  alias: "${canaries.company} {{ GivenName | default: '${canaries.name}' }}"
  tags: [quickbooks, ${canaries.tag}]
  user_fields:
    level: { from: CustomerTypeRef.name, lookup: { "${canaries.label}": gold }, default: "${canaries.label}" }
`;
  const config = it.box.configText().replace('name: customers\n', '');
  writeFileSync(join(it.folder, 'rolodesk.yaml'), `${config}${mapping}`);
  it.box.zendesk.customFields.define({ key: 'level', title: 'Level' });
  const { company } = it.box.quickbooks;
  const person = {
    DisplayName: canaries.name,
    CompanyName: canaries.company,
    PrimaryPhone: { FreeFormNumber: canaries.phone },
    BillAddr: { Line1: canaries.street },
  };
  company.upsert(customer(7001, { ...person, PrimaryEmailAddr: { Address: canaries.email } }));
  company.upsert(customer(7002, { ...person, PrimaryEmailAddr: { Address: canaries.broken } }));
  company.upsert(customer(7003, { ...person, PrimaryEmailAddr: { Address: canaries.email } }));
  company.upsert(customer(7004, { ...person, PrimaryEmailAddr: { Address: 'agent@serinus.example.org' } }));
  company.upsert(customer(7005, { ...person, PrimaryEmailAddr: { Address: 'crm@serinus.example.org' } }));
  it.box.zendesk.users.create({ name: canaries.name, email: 'agent@serinus.example.org', role: 'agent' });
  it.box.zendesk.users.create({ name: canaries.name, email: 'crm@serinus.example.org', external_id: 'crm:7005' });
  const { run, tallies } = await it.run();
  expect(tallies).toMatchObject({ created: 1, skipped: 2, rejected: 2 });

  const { code, stdout, stderr } = await rolodesk(['support-bundle', run], { cwd: it.folder });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const files = unpacked(it.folder);
  expect(Object.keys(files).sort()).toEqual([
    'README.txt',
    'config.yaml',
    'reasons.json',
    'report.json',
    'state.json',
    'timings.json',
    'versions.json',
  ]);
  const all = [stdout, ...Object.values(files)].join('\n').toLowerCase();
  const ids = usersOf(it.box).map(({ id }) => String(id));
  const secrets = [...Object.values(quickbooksCredentials), ...Object.values(zendeskCredentials)].filter(
    (value): value is string => typeof value === 'string' && value !== 'admin',
  );
  const hosts = [it.box.quickbooks.url, it.box.zendesk.url].map((url) => new URL(url).host);
  const keys = ['7001', '7002', '7003', '7004', '7005'];
  const forbidden = [...Object.values(canaries), ...secrets, ...hosts, ...ids, ...keys, 'canaria', 'serinus', 'aviary'];
  expect(forbidden.filter((canary) => formsOf(canary).some((form) => all.includes(form)))).toEqual([]);
});

test('what a maintainer needs is in the bundle: settings, counts, reasons, timings, versions', async () => {
  const it = await startTestEnvironment({
    customers: 300,
    users: 60,
    more: 'mapping:\n  details: "{{ BillAddr.City }}"\n',
  });
  const { run, tallies, skips } = await it.run();
  const out = join(it.folder, 'rolodesk-bundle-mine.tar.gz');
  writeFileSync(out, 'an older one', { mode: 0o644 });
  const { stdout } = await runCommand(it, { json: true }, (cli) => bundle(cli, run, { out }));
  expect(JSON.parse(stdout)).toMatchObject({ run, file: out });
  expect(statSync(out).mode & 0o777).toBe(0o600);
  execFileSync('tar', ['-xzf', out], { cwd: it.folder });
  const read = (name: string): string => readFileSync(join(it.folder, `rolodesk-bundle-${run}`, name), 'utf8');

  expect(read('config.yaml')).toContain('details: "{{ BillAddr.City }}"');
  expect(read('config.yaml')).toContain('sharedEmail: first');
  expect(JSON.parse(read('report.json'))).toMatchObject({ id: run, outcome: 'completed', report: { tallies, skips } });
  const reasons: { outcome: string; code: string; count: number }[] = JSON.parse(read('reasons.json'));
  const count = (outcome: string) =>
    reasons.filter((reason) => reason.outcome === outcome).reduce((sum, reason) => sum + reason.count, 0);
  expect([count('skipped'), count('rejected')]).toEqual([tallies.skipped, tallies.rejected]);
  expect(JSON.parse(read('timings.json')).destination['POST /api/v2/users/create_many'].count).toBeGreaterThan(0);
  expect(JSON.parse(read('state.json'))).toMatchObject({ counts: { directoryUsers: expect.any(Number) } });
  expect(JSON.parse(read('versions.json'))).toMatchObject({ rolodesk: '0.1.0', node: process.versions.node });
});

test('a run that failed can be bundled too, and one that is not there cannot', async () => {
  const it = await startTestEnvironment({ customers: 3 });
  it.box.quickbooks.faults.add({ fault: '130', path: 'query' });
  const { run, outcome } = await it.run();
  expect(outcome).toBe('failed');
  expect(await runCommand(it, {}, (cli) => bundle(cli, run, {}))).toMatchObject({ code: 0 });
  const { report } = JSON.parse(unpacked(it.folder)['report.json'] ?? '');
  expect(report.error).toMatchObject({ exitCode: 3, message: expect.any(String) });
  const missing = runCommand(it, {}, (cli) => bundle(cli, 'none', {}));
  await expect(missing).rejects.toMatchObject({ exitCode: 2, remedy: { kind: 'list-runs' } });
});

test('messages keep their sense and lose keys, ids, addresses, names of accounts, quotations and numbers', () => {
  const redactor = createRedactor(['s3cr3t-token']);
  const { text, json } = createScrub({ redactor, accounts: ['acme-books', 'https://acme-books.zendesk.com'] });
  const clean: readonly (readonly [string, string])[] = [
    [
      'Customer Jane Doe has the same e-mail address and came first.',
      'customer … has the same e-mail address and came first.',
    ],
    [
      'The e-mail address is in use by Zendesk user 361000000007, who is customer Jane Doe.',
      'The e-mail address is in use by Zendesk user …, who is customer …',
    ],
    ['If it is this customer: rolodesk link Jane Doe 361000000007', 'If it is this customer: rolodesk link …'],
    [
      'Zendesk refused the user: RecordInvalid: "Jane" of jane@example.com, +1 (650) 555-0187',
      'Zendesk refused the user: RecordInvalid: "…" of [redacted], …',
    ],
    ['There is no Zendesk account at https://acme-books.zendesk.com.', 'There is no Zendesk account at [removed].'],
    ['Token s3cr3t-token of acme-books', 'Token [redacted] of [removed]'],
    ['The customer has no name.', 'The customer has no name.'],
    [
      "QuickBooks can't deliver the customer at position 513 (by Id)",
      "QuickBooks can't deliver the customer at position 513 (by Id)",
    ],
  ];
  for (const [given, expected] of clean) expect(text(given)).toBe(expected);
  expect(text('Name: JANE is too short', ['Jane'])).toBe('Name: … is too short');
  expect(
    json({
      rejects: [{ key: 'Jane' }, { key: 'Joe' }, { key: 'Jane' }],
      cursor: { last: 'Jane', at: '2026-11-24T07:46:08Z' },
      n: 1,
    }),
  ).toEqual({
    rejects: [{ key: '#1' }, { key: '#2' }, { key: '#1' }],
    cursor: { last: '[removed]', at: '2026-11-24T07:46:08Z' },
    n: 1,
  });
});

test('of the configuration of a connector that we do not know, nothing is shown that is not chosen from a list', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  const connector = `
import { defineConnector, z } from 'rolodesk/connector';
export const birds = defineConnector({
  specVersion: 1, name: 'birds', title: 'Birds', limits: { concurrent: 1 },
  config: z.object({
    region: z.enum(['eu', 'us']), account: z.int(), pageSize: z.int().max(500), owner: z.string(),
    extra: z.record(z.string(), z.string()), sites: z.array(z.string()), dryRun: z.boolean(),
  }),
  account: ({ account }) => String(account), origin: () => 'http://127.0.0.1:1',
  createSource: () => ({ check: async () => ({ identity: 'x', lines: [] }), async *read() {} }),
});
`;
  writeFileSync(join(it.folder, 'birds.ts'), connector);
  const destination = it.box.configText().slice(it.box.configText().indexOf('destination:'));
  const source = `source:
  connector: ./birds.ts
  region: eu
  account: 4711
  pageSize: 200
  owner: Canaria Finch
  extra: { Canaria: Finch }
  sites: [Serinus]
  dryRun: false
`;
  writeFileSync(join(it.folder, 'rolodesk.yaml'), `${source}${destination}mapping: { name: Name }\ncountry: DE\n`);
  const settings = await readSettings({ asked: undefined, host: it.terminal });
  const shared = shareableConfig(settings);
  expect(shared).toMatchObject({
    source: {
      connector: '[removed]',
      region: 'eu',
      account: '[removed]',
      pageSize: 200,
      owner: '[removed]',
      extra: { '[removed] 1': '[removed]' },
      sites: ['[removed]'],
      dryRun: false,
    },
    destination: { connector: 'zendesk', reserve: 0.2, maxJobs: 20, baseUrl: '[removed]' },
    mapping: { name: 'Name' },
    country: 'DE',
    policies: { maxDeactivations: '5%' },
  });
});
