import { expect, test } from 'vitest';
import { audit } from '../../../src/cli/handlers/audit.ts';
import { plan } from '../../../src/cli/handlers/plan.ts';
import { show } from '../../../src/cli/handlers/run-history.ts';
import { undo } from '../../../src/cli/handlers/undo.ts';
import { runTask, startConsole } from '../../kit/console/start-console.ts';
import { runCommand } from '../../kit/environment/run-command.ts';
import { customer } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment, type TestEnvironment } from '../../kit/environment/test-environment.ts';

const pipeline = 'customers';

/** What a command prints with `--json`, without the version of its shape. */
async function printed(it: TestEnvironment, command: Parameters<typeof runCommand>[2]) {
  const { schemaVersion: _, ...document } = JSON.parse((await runCommand(it, { json: true }, command)).stdout);
  return document;
}

/** Customers to create, update, skip and refuse, after a first sync. */
async function startMixed(): Promise<TestEnvironment> {
  const it = await startTestEnvironment({ customers: 40 });
  it.box.quickbooks.company.upsert(customer(9_001, { PrimaryEmailAddr: { Address: 'no address' } }));
  await it.run();
  for (const id of [1, 2, 3]) it.box.quickbooks.company.upsert(customer(id, { GivenName: `Renamed ${id}` }));
  for (const id of [9_101, 9_102]) it.box.quickbooks.company.upsert(customer(id));
  it.box.quickbooks.company.upsert(customer(9_103, { PrimaryEmailAddr: { Address: 'neither this' } }));
  return it;
}

test('a plan in the console has the counts, the cost and the changes of `plan --json`', async () => {
  const it = await startMixed();
  const { changes, ...document } = await printed(it, (cli) => plan(cli, {}));
  expect(document.counts).toMatchObject({ create: expect.any(Number), reject: expect.any(Number) });
  expect(document.counts.create).toBeGreaterThanOrEqual(2);
  expect(document.counts.reject).toBeGreaterThan(0);
  const browser = await (await startConsole(it)).operator();
  const made = await runTask(browser, pipeline, { kind: 'plan' });
  const { counts, estimate, outcome, warnings } = await browser.call('getPlan', { path: { plan: made.id } });
  expect({ counts, ...estimate, outcome, warnings }).toEqual(document);
  const { items } = await browser.call('listPlanChanges', { path: { plan: made.id }, query: { limit: 100 } });
  expect(items.map(({ urls: _, name: __, blockedByUserId: ___, ...change }) => change)).toEqual(changes);
});

test('an audit, the plan of an undo and the page of a customer have the figures of their commands', async () => {
  const it = await startMixed();
  const { run } = await it.run();
  const browser = await (await startConsole(it)).operator();

  const undoing = await runTask(browser, pipeline, { kind: 'undo-plan', run });
  if (undoing.result?.kind !== 'undo-plan') throw new Error('It is no plan of an undo.');
  const { kind: _, estimate, ...undoPlan } = undoing.result;
  expect(undoPlan.deleted).toBeGreaterThanOrEqual(2);
  expect({ ...undoPlan, ...estimate }).toEqual(
    await printed(it, (cli) => undo(cli, run, { dryRun: true, yes: false })),
  );

  const keys = ['1', '9001', '9101'];
  for (const key of keys) {
    const {
      name: __,
      urls: ___,
      waiting: ____,
      ...shown
    } = await browser.call('getCustomer', {
      path: { pipeline, key },
    });
    expect(shown, key).toEqual(await printed(it, (cli) => show(cli, undefined, { customer: key })));
  }

  const audited = await runTask(browser, pipeline, { kind: 'audit' });
  if (audited.result?.kind !== 'audit') throw new Error('It is no audit.');
  const { differences: __, at: ___, ...document } = await printed(it, (cli) => audit(cli, {}));
  // The page has its own words for the cause of each code.
  const causes = document.causes.map(({ cause: _cause, fix: _fix, ...counted }: Record<string, unknown>) => counted);
  expect(audited.result.document).toEqual({ ...document, causes, at: expect.any(String) });
});
