import { closeSync, existsSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listenForSignals } from '../../../src/cli/process/signals.ts';
import { acquireLease } from '../../../src/core/state/lease.ts';
import { customer, duplicatesOf, usersOf } from '../../kit/environment/snapshots.ts';
import { lastRun } from '../../kit/environment/stored-records.ts';
import { startTestEnvironment, type TestEnvironment } from '../../kit/environment/test-environment.ts';
import { eventually } from '../../kit/eventually.ts';
import { hasTerminal, startOnTerminal } from '../../kit/processes/on-terminal.ts';
import { start } from '../../kit/processes/process.ts';

const onTerminal = test.skipIf(!hasTerminal);
const createMany = 'POST /api/v2/users/create_many';
const asked = ({ box }: TestEnvironment, route: string): boolean => box.zendesk.requests().byRoute[route] !== undefined;

/** Whether no process holds the state any more. */
function isFree({ folder }: TestEnvironment): boolean {
  try {
    acquireLease(join(folder, '.rolodesk/state.db')).release();
    return true;
  } catch {
    return false;
  }
}

test('a second signal ends the process; a terminal that tells twice that it was closed does not', () => {
  const listeners = new Map<string, () => void>();
  const exits: number[] = [];
  const { signal } = listenForSignals({
    on: (name, listener) => listeners.set(name, listener),
    exit: (code) => exits.push(code),
  });
  listeners.get('SIGHUP')?.();
  expect(signal.aborted).toBe(true);
  listeners.get('SIGHUP')?.();
  expect(exits).toEqual([]);
  listeners.get('SIGINT')?.();
  expect(exits).toEqual([130]);
});

test('SIGHUP goes to whoever reads a configuration again by it, and stops nothing then', () => {
  const listeners = new Map<string, () => void>();
  const { signal, onSighup } = listenForSignals({
    on: (name, listener) => listeners.set(name, listener),
    exit: () => undefined,
  });
  let reported = 0;
  onSighup(() => {
    reported += 1;
  });
  listeners.get('SIGHUP')?.();
  listeners.get('SIGHUP')?.();
  expect([reported, signal.aborted]).toEqual([2, false]);
});

test('SIGTERM follows the jobs, records the run and exits 130', async () => {
  const it = await startTestEnvironment({ customers: 600, jobLatencyMs: 100 });
  const { child, ended } = start(['sync', '--quiet', '--json'], { cwd: it.folder });
  await eventually(() => asked(it, createMany));
  child.kill('SIGTERM');
  const { code, stdout, stderr } = await ended;
  expect([code, stderr]).toEqual([130, '']);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({ outcome: 'paused', tallies: { created: it.box.zendesk.state().active } });
  expect(await lastRun(it)).toMatchObject({ id: report.run, outcome: 'paused' });
});

test('a second signal exits at once, whatever is in flight, and the next run finds out about it', async () => {
  const it = await startTestEnvironment({ customers: 300 });
  it.box.zendesk.setJobFault({ kind: 'stuck' });
  const { child, ended } = start(['sync', '--json'], { cwd: it.folder });
  let reported = '';
  child.stderr?.on('data', (part) => {
    reported += String(part);
  });
  await eventually(() => asked(it, createMany));
  child.kill('SIGINT');
  await eventually(() => reported.includes('Stopping once'));
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 130, stdout: '' });
  it.box.zendesk.setJobFault(undefined);
  expect(await it.run()).toMatchObject({ outcome: 'completed' });
  expect(await it.run({ full: true })).toMatchObject({ tallies: { read: 300, created: 0 } });
  expect(duplicatesOf(it.box)).toEqual([]);
});

test('a reader that has gone away breaks off nothing: the run is completed and recorded', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  for (let id = 1; id <= 20; id += 1) it.box.quickbooks.company.upsert(customer(id));
  const { child, ended } = start(['sync', '--json', '-v'], { cwd: it.folder });
  child.stdout?.destroy();
  child.stderr?.destroy();
  expect((await ended).code).toBe(0);
  expect(await lastRun(it)).toMatchObject({ outcome: 'completed', report: { tallies: { created: 20 } } });
});

test('show ends quietly when its reader has read enough', async () => {
  const it = await startTestEnvironment({ customers: 1500 });
  const { run } = await it.run();
  const { child, ended } = start(['show', run], { cwd: it.folder });
  child.stdout?.once('data', () => child.stdout?.destroy());
  expect(await ended).toMatchObject({ code: 0, stderr: '' });
});

test.skipIf(!existsSync('/dev/full'))('a report that could not be written does not pass for one: exit 6', async () => {
  const it = await startTestEnvironment({ customers: 3 });
  const full = openSync('/dev/full', 'w');
  const { ended } = start(['sync', '--json'], { cwd: it.folder, stdout: full });
  const { code, stderr } = await ended;
  closeSync(full);
  expect(code).toBe(6);
  expect(stderr).toMatch(/output can't be written: .*ENOSPC/);
  expect(await lastRun(it)).toMatchObject({ outcome: 'completed' });
});

test('Ctrl-C in plan ends it: exit 130, one document, nothing written', async () => {
  const it = await startTestEnvironment({ customers: 20, users: 300 });
  it.box.zendesk.faults.add({ fault: 'hang', path: '/users', method: 'GET' });
  const { child, ended } = start(['plan', '--json'], { cwd: it.folder });
  await eventually(() => asked(it, 'GET /api/v2/users/me'));
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  expect(code).toBe(130);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'interrupted' } });
});

test('Ctrl-C in demo: exit 130, and nothing is left behind', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  const { child, ended } = start(['demo'], { cwd: it.folder, env: { TMPDIR: it.folder } });
  await new Promise<void>((seen) =>
    child.stdout?.on('data', (part) => /3\. What happened/.test(String(part)) && seen()),
  );
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 130 });
  expect(readdirSync(it.folder)).toEqual(['rolodesk.yaml']);
});

test('Ctrl-C ends the sandbox', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  const { child, ended } = start(['sandbox', '--quickbooks-port', '0', '--zendesk-port', '0'], { cwd: it.folder });
  await new Promise<void>((seen) => child.stdout?.on('data', (part) => /Ctrl-C ends it/.test(String(part)) && seen()));
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 0, stderr: '' });
});

onTerminal('the canary asks on the terminal, and goes on after a yes', async () => {
  const it = await startTestEnvironment({ customers: 30 });
  const { shows, type, ended } = startOnTerminal(['sync', '--canary', '3'], { cwd: it.folder });
  await shows(/Go on with the rest\? \[y\/N\]/);
  expect(usersOf(it.box)).toHaveLength(3);
  type('y\n');
  const { code, text } = await ended;
  expect(code).toBe(0);
  expect(text).toContain('= email        customer1@example.com');
  expect(text).toMatch(/completed[\s\S]*of the first 3 writes, 3 as expected; the answer was yes/);
});

onTerminal('Ctrl-C at a question: exit 130 and nothing written', async () => {
  const it = await startTestEnvironment({ customers: 20 });
  const { run } = await it.run();
  const before = JSON.stringify(usersOf(it.box));
  const { shows, type, ended } = startOnTerminal(['undo', run], { cwd: it.folder });
  await shows(/Do this\? \[y\/N\]/);
  type('\u0003');
  const { code, text } = await ended;
  expect([code, text]).toEqual([130, expect.stringContaining('Stopped when asked.')]);
  expect(JSON.stringify(usersOf(it.box))).toBe(before);
  expect(await lastRun(it)).toMatchObject({ id: run, kind: 'sync' });
});

onTerminal('a terminal that is closed in mid-run: the jobs are followed, the run is recorded', async () => {
  const it = await startTestEnvironment({ customers: 600, jobLatencyMs: 100 });
  const { holder } = startOnTerminal(['sync'], { cwd: it.folder });
  await eventually(() => asked(it, createMany));
  holder.kill('SIGKILL');
  await eventually(() => isFree(it));
  expect(await lastRun(it)).toMatchObject({
    outcome: 'paused',
    report: { tallies: { created: it.box.zendesk.state().active } },
  });
});

onTerminal('a pager that leaves early ends the plan quietly', async () => {
  const it = await startTestEnvironment({ customers: 1500 });
  const { ended } = startOnTerminal(['plan', '--quiet'], { cwd: it.folder, env: { PAGER: 'head -1' } });
  const { code, text } = await ended;
  expect(code).toBe(0);
  expect(text).toContain('A sync would now');
  expect(text).not.toContain('error');
});

test('a stop sends none of the batches that wait for a job slot, and leaves nothing to find out about them', async () => {
  const stop = new AbortController();
  const it = await startTestEnvironment({
    customers: 900,
    jobLatencyMs: 200,
    more: '  maxJobs: 2\n',
    ports: {
      // Two batches are sent, and a third one is ready.
      onFailpoint: (point) => {
        if (point === 'intent-recorded') recorded += 1;
        if (recorded === 3) stop.abort(new Error('stop'));
      },
    },
  });
  let recorded = 0;
  const report = await it.run({ signal: stop.signal });
  expect(report).toMatchObject({ outcome: 'paused', tallies: { created: it.box.zendesk.state().active } });
  expect(it.box.zendesk.requests().byRoute[createMany]).toBe(2);
  const { pipeline, close } = await it.open();
  expect(await pipeline.store.openBatches(pipeline.id)).toEqual([]);
  await close();
  expect(await it.run()).toMatchObject({ outcome: 'completed' });
  expect(duplicatesOf(it.box)).toEqual([]);
});
