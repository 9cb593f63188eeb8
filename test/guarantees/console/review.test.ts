import { expect, test } from 'vitest';
import { connections } from '../../../src/cli/handlers/connections/connections.ts';
import { rejects, runs, show } from '../../../src/cli/handlers/run-history.ts';
import { status } from '../../../src/cli/handlers/status.ts';
import { runTask, startConsole } from '../../kit/console/start-console.ts';
import { runCommand } from '../../kit/environment/run-command.ts';
import { customer, userOf } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment } from '../../kit/environment/test-environment.ts';

const pipeline = 'customers';

test('what the console shows of a run, its records, rejects and connections is what the commands print', async () => {
  const it = await startTestEnvironment({ customers: 60 });
  for (const id of [9_001, 9_002])
    it.box.quickbooks.company.upsert(customer(id, { PrimaryEmailAddr: { Address: 'no address' } }));
  const started = await startConsole(it);
  const browser = await started.operator();
  const task = await runTask(browser, pipeline, { kind: 'sync' });
  expect(task).toMatchObject({ state: 'done', by: 'local', result: { kind: 'run', outcome: 'completed' } });

  const printed = async (command: Parameters<typeof runCommand>[2]): Promise<unknown> =>
    JSON.parse((await runCommand(it, { json: true }, command)).stdout);
  const withoutVersion = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value, (name, inner) => (name === 'schemaVersion' ? undefined : inner)));

  const details = await browser.call('getPipeline', { path: { pipeline } });
  expect(details.status).toEqual(withoutVersion(await printed(status)));

  const { items } = await browser.call('listRuns', { path: { pipeline } });
  const listed = withoutVersion(await printed((cli) => runs(cli, { limit: 20 })));
  expect(items).toMatchObject((listed as { id: string }[]).map(({ id }) => ({ id })));
  const run = await browser.call('getRun', { path: { pipeline, run: 'latest' } });
  expect(run.report).toEqual((listed as { report: unknown }[])[0]?.report);
  expect(run.undoable).toBe(true);

  const shown = (await printed((cli) => show(cli, undefined, {}))) as { records: Record<string, { key: string }[]> };
  for (const outcome of ['created', 'updated', 'skipped', 'rejected'] as const) {
    const records = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query = { outcome, limit: 7, ...(cursor !== '' && { cursor }) };
      const page: Awaited<ReturnType<typeof listPage>> = await listPage(query);
      records.push(...page.items);
      cursor = page.next;
    }
    const expected = withoutVersion(shown.records[outcome]) as Record<string, unknown>[];
    expect(records.map(({ urls: _, ...record }) => record)).toEqual(
      expected.map(({ previousLastSent: _, ...record }) => record),
    );
    const counted = run.reasons.filter((reason) => reason.outcome === outcome);
    expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(records.length);
  }
  async function listPage(query: Record<string, string | number>) {
    return await browser.call('listRunRecords', { path: { pipeline, run: 'latest' }, query });
  }

  const rejected = withoutVersion(await printed((cli) => rejects(cli, {}))) as Record<string, unknown>[];
  const page = await browser.call('listRejects', { path: { pipeline }, query: { limit: 200 } });
  expect(
    page.items.map(({ key, code, message, detail, at, record }) => ({
      key,
      code,
      message,
      ...(detail !== undefined && { detail }),
      at,
      record,
    })),
  ).toEqual(rejected);
  const { groups } = await browser.call('listReasons', { path: { pipeline } });
  const inGroups = groups.filter(({ kind }) => kind === 'reject').reduce((sum, { count }) => sum + count, 0);
  expect(inGroups).toBe(rejected.length);
  expect(rejected.length).toBeGreaterThan(0);

  const both = await browser.call('getConnections', { path: { pipeline } });
  expect(both).toEqual(withoutVersion(await printed(connections)));
});

test('a customer is found by its key, name, address and user, and shown next to its user with the rule of each field', async () => {
  const it = await startTestEnvironment({ customers: 40 });
  await it.run();
  const browser = await (await startConsole(it)).operator();
  const { items } = await browser.call('listRunRecords', {
    path: { pipeline, run: 'latest' },
    query: { outcome: 'created', limit: 1 },
  });
  const [record] = items;
  const key = record?.key ?? '';
  const shown = await browser.call('getCustomer', { path: { pipeline, key } });
  expect(shown).toMatchObject({ key, link: { origin: 'created' }, deadLetter: null, waiting: null });
  expect(shown.history).toHaveLength(1);
  for (const q of [key, shown.name ?? '', shown.address ?? '', shown.link?.destinationId ?? '']) {
    const found = await browser.call('searchCustomers', { path: { pipeline }, query: { q } });
    expect(
      found.items.map((one) => one.key),
      q,
    ).toContain(key);
  }
  const nobody = await browser.call('searchCustomers', { path: { pipeline }, query: { q: 'nobody at all' } });
  expect(nobody).toEqual({ items: [], next: null });
  const { fields, result } = await browser.call('compareCustomer', { path: { pipeline, key } });
  expect(result).toBe('payload');
  expect(fields.find(({ target }) => target === 'name')).toMatchObject({
    mapped: shown.name,
    sent: shown.name,
    state: 'same',
  });
  expect(fields.every(({ rule }) => rule !== null)).toBe(true);
});

test('what Zendesk shows in a form of its own is the same, as in an audit, and what somebody changed there differs', async () => {
  const more = [
    'mapping:',
    '  user_fields:',
    '    since: { const: "2026-03-01" }',
    '    tier: { const: gold }',
    'fields:',
    '  since: { type: date, title: Since }',
    '  tier: { type: dropdown, title: Tier, options: { gold: Gold } }',
    '',
  ].join('\n');
  const it = await startTestEnvironment({ customers: 0, more });
  it.box.quickbooks.company.upsert(customer(1));
  await (await it.pipeline()).applyFields();
  await it.run();
  const browser = await (await startConsole(it)).operator();
  const compare = async () => {
    const { fields } = await browser.call('compareCustomer', { path: { pipeline, key: '1' } });
    return Object.fromEntries(fields.map(({ target, state }) => [target, state]));
  };
  // A date comes back with a time, and the choice of a dropdown as one more tag.
  const user = userOf(it.box, 1);
  expect(user).toMatchObject({
    user_fields: { since: expect.stringContaining('T00:00:00') },
    tags: ['gold', 'quickbooks'],
  });
  expect(new Set(Object.values(await compare()))).toEqual(new Set(['same']));
  it.box.zendesk.edit(user?.id ?? 0, { name: 'Somebody else' });
  expect(await compare()).toMatchObject({ name: 'differs', 'user_fields.since': 'same', tags: 'same' });
});

test('a plan is read page by page, applied exactly, and undone after its plan was shown', async () => {
  const it = await startTestEnvironment({ customers: 30 });
  const browser = await (await startConsole(it)).operator();
  const made = await runTask(browser, pipeline, { kind: 'plan' });
  expect(made.result).toEqual({ kind: 'plan', plan: made.id });
  const plan = await browser.call('getPlan', { path: { plan: made.id } });
  expect(plan).toMatchObject({ pipeline, state: 'ready', by: 'local', run: null });
  expect(Object.values(plan.counts).reduce((sum, count) => sum + count, 0)).toBe(30);
  const changes = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = { limit: 7, ...(cursor !== '' && { cursor }) };
    const page: Awaited<ReturnType<typeof changesPage>> = await changesPage(query);
    changes.push(...page.items);
    cursor = page.next;
  }
  async function changesPage(query: Record<string, string | number>) {
    return await browser.call('listPlanChanges', { path: { plan: made.id }, query });
  }
  expect(changes.filter(({ action }) => action === 'create')).toHaveLength(plan.counts.create);
  const creates = await changesPage({ action: 'create', limit: 200 });
  expect(creates.items).toHaveLength(plan.counts.create);

  const applied = await runTask(browser, pipeline, { kind: 'apply', plan: made.id });
  expect(applied.result).toMatchObject({ kind: 'run', outcome: 'completed', tallies: { created: plan.counts.create } });
  const run = applied.result?.kind === 'run' ? applied.result.run : '';
  expect(await browser.call('getPlan', { path: { plan: made.id } })).toMatchObject({ state: 'applied', run });
  const again = await runTask(browser, pipeline, { kind: 'apply', plan: made.id }).catch(
    (error: Error) => error.message,
  );
  expect(again).toContain('409');

  const undoPlan = await runTask(browser, pipeline, { kind: 'undo-plan', run });
  expect(undoPlan.result).toMatchObject({ kind: 'undo-plan', undoes: run, deleted: plan.counts.create });
  expect(undoPlan.result?.kind === 'undo-plan' && undoPlan.result.steps).toHaveLength(
    Math.min(100, plan.counts.create + plan.counts.update + plan.counts.adopt),
  );
  const undone = await runTask(browser, pipeline, { kind: 'undo', run });
  expect(undone.result).toMatchObject({ kind: 'undo', undoes: run, deleted: plan.counts.create });
  const { summary } = await browser.call('getPipeline', { path: { pipeline } });
  expect(summary.needs.map(({ kind, act }) => [kind, act])).toContainEqual(['paused', 'resume']);
  const resumed = await runTask(browser, pipeline, { kind: 'sync', resume: true });
  expect(resumed.result).toMatchObject({ outcome: 'completed' });

  await browser.call('discardPlan', { path: { plan: made.id } });
  expect((await browser.raw('getPlan', { path: { plan: made.id } })).code).toBe('no-plan');
  const log = await browser.call('listAuditLog', {});
  expect(log.items.map(({ act, outcome, subject }) => `${act} ${outcome} ${subject?.split(' ')[0]}`)).toEqual([
    `discardPlan done plan=${made.id}`,
    'startTask done kind=sync',
    'startTask done kind=undo',
    'startTask done kind=undo-plan',
    'startTask failed kind=apply',
    'startTask done kind=apply',
    'startTask done kind=plan',
    'signInByLink done undefined',
  ]);
});
