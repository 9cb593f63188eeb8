import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { explanationOf } from '../../src/cli/explanations.ts';
import { audit } from '../../src/cli/handlers/audit.ts';
import { listScriptHash } from '../../src/cli/html/change-list.ts';
import { runCommand } from '../kit/environment/run-command.ts';
import { customer, usersOf } from '../kit/environment/snapshots.ts';
import { idOf, startTestEnvironment, type TestEnvironment } from '../kit/environment/test-environment.ts';
import { rolodesk } from '../kit/processes/process.ts';
import { openPage } from '../kit/tiny-dom.ts';

const evil = `=HYPERLINK("http://example.com")`;
const clearScreen = '\u001b[2J';

async function withDrift(): Promise<TestEnvironment> {
  const it = await startTestEnvironment({ customers: 0 });
  for (let id = 1; id <= 4; id += 1) it.box.quickbooks.company.upsert(customer(id, { BillAddr: { City: 'Austin' } }));
  it.box.quickbooks.company.upsert(customer(5, { PrimaryEmailAddr: { Address: 'nobody' } }));
  await it.run();
  const user = usersOf(it.box).find(({ external_id }) => external_id === idOf(2));
  it.box.zendesk.edit(user?.id ?? 0, { name: `${evil}<script>alert(1)</script>`, details: clearScreen });
  it.box.quickbooks.company.upsert(customer(6, { DisplayName: evil }));
  return it;
}

test('in step: exit 0; not in step: exit 1, with the sums, the causes with what to do, and the differences as one document', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  it.box.quickbooks.company.upsert(customer(1));
  await it.run();
  expect(await runCommand(it, {}, (cli) => audit(cli, {}))).toMatchObject({ code: 0 });
  it.box.quickbooks.company.upsert(customer(2));
  const { code, stdout } = await runCommand(it, { json: true }, (cli) => audit(cli, {}));
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    pipeline: 'customers',
    inSync: false,
    source: { total: 2, inSync: 1, differing: 0, missing: 1, skipped: {}, rejected: {} },
    destination: {
      total: 1,
      inSync: 1,
      differing: 0,
      excluded: 0,
      deactivated: 0,
      extra: 0,
      duplicated: 0,
      unmanaged: 0,
    },
    causes: [{ kind: 'missing', code: 'missing', count: 1, examples: ['2'], ...explanationOf('missing') }],
    differences: [{ kind: 'missing', code: 'missing', key: '2', name: 'Customer 2', fields: {} }],
    requests: { source: expect.any(Number), destination: expect.any(Number), throttled: 0 },
  });
});

test('an audit goes on while a run holds the lease, and its files are for the owner alone', async () => {
  const it = await withDrift();
  await using other = await it.pipeline();
  const running = await other.plan();
  const files = ['--csv', 'audit.csv', '--html', 'audit.html'];
  const { code, stdout } = await rolodesk(['audit', ...files], { cwd: it.folder });
  await running.close();
  expect(code).toBe(1);
  expect(stdout).toContain('Not in step: 1 missing, 1 differing.');
  expect(stdout).toContain(explanationOf('invalid-email').fix);
  expect(stdout).toContain('details: Austin, in Zendesk \\u001b[2J');
  expect(stdout).not.toContain(clearScreen);
  for (const name of ['audit.csv', 'audit.html']) expect(statSync(join(it.folder, name)).mode & 0o777).toBe(0o600);

  const csv = readFileSync(join(it.folder, 'audit.csv'), 'utf8');
  expect(csv.split('\r\n')[0]).toBe(
    '"kind","cause","customer","zendesk user","name","field","in the source","in zendesk","why","what to do"',
  );
  expect(csv).toContain(`"'=HYPERLINK(""http://example.com"")"`);
  expect(csv).not.toMatch(/(^|,)"=/m);
  expect(csv).toContain(`"rejected","invalid-email","5"`);

  const html = readFileSync(join(it.folder, 'audit.html'), 'utf8');
  expect(html).toContain(
    `content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${listScriptHash}'"`,
  );
  expect(html).not.toMatch(/<script>alert|https?:\/\/(?!127\.0\.0\.1|example\.com)/);
  const list = openPage(html).byId('list').textContent;
  expect(list).toContain('<script>alert(1)</script>');
  expect(list).toContain('differing left-by-sync');
});

test('every cause that untidy customers meet is in the table of what to do', async () => {
  const it = await startTestEnvironment({ customers: 500, users: 120 });
  await it.run();
  const { stdout } = await runCommand(it, { json: true }, (cli) => audit(cli, {}));
  const { causes }: { causes: readonly { code: string; cause: string }[] } = JSON.parse(stdout);
  expect(causes.length).toBeGreaterThan(5);
  expect(causes.filter(({ code, cause }) => cause === `A rule of the source or the mapping: ${code}.`)).toEqual([]);
});
