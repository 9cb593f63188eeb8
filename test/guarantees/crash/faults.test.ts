import { expect, test } from 'vitest';
import type { SandboxOptions } from '../../../src/sandbox/index.ts';
import { customer, duplicatesOf, snapshotOf, sumOf, usersOf } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment } from '../../kit/environment/test-environment.ts';

const people = { customers: 500, users: 20, seed: 7 };

/** What one run without faults comes to: the same for all of them, so it is made once. */
let clean: Promise<string[]> | undefined;

async function cleanSnapshot(): Promise<string[]> {
  clean ??= (async () => {
    const { box, run } = await startTestEnvironment(people);
    await run();
    return snapshotOf(box);
  })();
  return await clean;
}

const storms: readonly { readonly name: string; readonly options: SandboxOptions }[] = [
  {
    name: 'a 429 storm, one in five',
    options: { zendeskFaults: [{ fault: '429', probability: 0.2, retryAfterSeconds: 0 }] },
  },
  {
    name: '429 in plain text',
    options: { zendeskFaults: [{ fault: '429-text', path: 'create_many', every: 2, retryAfterSeconds: 0 }] },
  },
  {
    name: '503 with Retry-After',
    options: { zendeskFaults: [{ fault: '503', path: 'job_statuses', every: 3, retryAfterSeconds: 0 }] },
  },
  {
    name: '503 to the bulk request itself',
    options: { zendeskFaults: [{ fault: '503', path: 'create_many', every: 3, retryAfterSeconds: 0 }] },
  },
  {
    name: 'a reset after the request was taken',
    options: { zendeskFaults: [{ fault: 'reset-after', path: 'create_many', every: 2 }] },
  },
  {
    name: 'a reset before the request was taken',
    options: { zendeskFaults: [{ fault: 'reset-before', path: 'create_many', every: 2 }] },
  },
  {
    name: 'resets of reads',
    options: {
      zendeskFaults: [{ fault: 'reset-before', method: 'GET', every: 4, times: 5 }],
      quickbooksFaults: [{ fault: 'reset-after', path: 'query', every: 2, times: 3 }],
    },
  },
  { name: 'truncated replies', options: { zendeskFaults: [{ fault: 'truncated', path: 'create_many', every: 3 }] } },
  {
    name: 'HTML from a proxy',
    options: {
      zendeskFaults: [{ fault: 'html', path: 'job_statuses', every: 4, times: 3 }],
      quickbooksFaults: [{ fault: 'html', path: 'query', nth: 2 }],
    },
  },
  {
    name: 'QuickBooks throttling with an XML body',
    options: { quickbooksFaults: [{ fault: '429', path: 'query', nth: 2, retryAfterSeconds: 0 }] },
  },
  { name: 'too many jobs', options: { jobLimit: 2 } },
  { name: 'bulk import off', options: { bulkEnabled: false } },
];

test.each(storms)('$name: the run ends as a clean one does', async ({ options }) => {
  const { box, run } = await startTestEnvironment({ ...people, ...options });
  const report = await run();
  expect(report.error).toBeUndefined();
  expect(report).toMatchObject({ outcome: 'completed', tallies: { read: people.customers } });
  expect(sumOf(report)).toBe(people.customers);
  expect(duplicatesOf(box)).toEqual([]);
  expect(snapshotOf(box)).toEqual(await cleanSnapshot());
});

test('tokens of both sides that expire in mid-run are renewed', async () => {
  const { box, run } = await startTestEnvironment(people);
  const running = run({ onProgress: ({ phase }) => phase === 'read' && box.zendesk.expireTokens() });
  expect(await running).toMatchObject({ outcome: 'completed' });
  box.quickbooks.expireTokens();
  // Of both, before their time: Zendesk says so with a 200 and an anonymous user.
  box.zendesk.expireTokens();
  expect(await run({ full: true })).toMatchObject({ outcome: 'completed', tallies: { created: 0 } });
  expect(box.quickbooks.state().refreshes).toBe(2);
});

test('G3: a completed job with 37 failed rows: 37 rejects, 63 created, and retry writes exactly those', async () => {
  const { box, run } = await startTestEnvironment({ customers: 0 });
  for (let id = 1; id <= 100; id += 1) box.quickbooks.company.upsert(customer(id));
  box.zendesk.setJobFault({ kind: 'rows-fail', rows: 37, details: 'Name: is invalid' });
  const report = await run();
  expect(report.tallies).toMatchObject({ read: 100, created: 63, rejected: 37 });
  expect(report.rejects).toHaveLength(37);
  expect(report.rejects[0]?.message).toContain('Name: is invalid');
  expect(usersOf(box)).toHaveLength(63);

  box.zendesk.setJobFault(undefined);
  expect((await run({ full: true })).tallies).toMatchObject({ unchanged: 63, rejected: 37 });
  const retried = await run({ kind: 'retry' });
  expect(retried.tallies).toMatchObject({ read: 37, created: 37 });
  expect(usersOf(box)).toHaveLength(100);
  expect(duplicatesOf(box)).toEqual([]);
});

test('a fault inside a 200 is taken for what it is', async () => {
  const { box, run } = await startTestEnvironment({ customers: 30 });
  box.quickbooks.nextAnswersFault('10000');
  expect(await run()).toMatchObject({ outcome: 'completed' });
});

test('a record that QuickBooks trips over is named, and all others are read', async () => {
  const { box, run } = await startTestEnvironment({ customers: 30 });
  box.quickbooks.poison('7');
  const report = await run();
  expect(report).toMatchObject({ outcome: 'completed', tallies: { read: 29 } });
  expect(report.warnings).toMatchObject([{ code: 'quickbooks-poisoned' }]);
});

test('G8: no secret and no address in what is logged at the most talkative level, nor in the report', async () => {
  const { run, logged, terminal } = await startTestEnvironment({
    ...people,
    zendeskFaults: [{ fault: '500', every: 9 }],
    quickbooksFaults: [{ fault: 'reset-after', path: 'bearer', nth: 2 }],
  });
  const text = JSON.stringify(await run()) + logged();
  for (const secret of [
    'sandbox-client-secret',
    'sandbox-refresh',
    'sandbox-access',
    'sandbox-zendesk-secret',
    'sandbox-zendesk-access',
  ])
    expect(text).not.toContain(secret);
  expect(text).not.toMatch(/@example\./);
  expect(terminal.redactor.redact('Bearer abcdefghijkl')).toBe('[redacted]');
});

test('a page of the source that always fails holds back only what follows it, not what was read before', async () => {
  const { box, run } = await startTestEnvironment({ customers: 0, more: '  maxJobs: 1\n' });
  for (let id = 1; id <= 1150; id += 1) box.quickbooks.company.upsert(customer(id));
  // The first of the two pages comes after the number of customers.
  box.quickbooks.faults.add({ fault: '130', path: '/query', nth: 3 });
  const { error } = await run();
  expect(error).toMatchObject({ side: 'source' });
  expect(usersOf(box)).toHaveLength(1000);
});
