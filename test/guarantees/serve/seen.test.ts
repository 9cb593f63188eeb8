import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSettings } from '../../../src/app/settings.ts';
import { withState } from '../../../src/app/with-state.ts';
import type { CommandContext } from '../../../src/cli/command.ts';
import { connections } from '../../../src/cli/handlers/connections/connections.ts';
import { runs, show } from '../../../src/cli/handlers/run-history.ts';
import { status } from '../../../src/cli/handlers/status.ts';
import { retry, sync } from '../../../src/cli/handlers/sync.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { RolodeskError } from '../../../src/core/domain/errors.ts';
import type { StateStore } from '../../../src/core/state/store.ts';
import type { Sandbox } from '../../../src/sandbox/index.ts';
import { runCommand } from '../../kit/environment/run-command.ts';
import { startTestEnvironment, type TestEnvironment } from '../../kit/environment/test-environment.ts';
import { startServing } from '../../kit/service/serving.ts';
import { createTestClock } from '../../kit/test-clock.ts';

/** What the command line made of it: its exit code, thrown or returned. */
async function exitOf(it: TestEnvironment, command: (cli: CommandContext) => Promise<number>): Promise<number> {
  const known = runCommand(it, {}, command);
  return await known.then(
    ({ code }) => code,
    (error: unknown) => {
      if (error instanceof RolodeskError) return error.exitCode;
      throw error;
    },
  );
}

const json = async (it: TestEnvironment, command: (cli: CommandContext) => Promise<number>) =>
  JSON.parse((await runCommand(it, { json: true }, command)).stdout);
const listed = (cli: CommandContext): Promise<number> => runs(cli, { limit: 10 });
const synced = (cli: CommandContext): Promise<number> => sync(cli, {});

/** What keeps a run from beginning, and what the state must know of it. */
const refusals: readonly {
  readonly name: string;
  readonly strike: (box: Sandbox) => void;
  readonly exitCode: number;
  readonly code: string;
  readonly side: 'source' | 'destination';
}[] = [
  {
    name: 'a dead refresh token',
    strike: ({ quickbooks }) => quickbooks.disconnect(),
    exitCode: 3,
    code: 'invalid-grant',
    side: 'source',
  },
  {
    name: 'a refresh token that is refused',
    strike: ({ quickbooks }) => {
      quickbooks.expireTokens();
      quickbooks.faults.add({ fault: 'invalid_grant', path: 'tokens/bearer' });
    },
    exitCode: 3,
    code: 'invalid-grant',
    side: 'source',
  },
  {
    name: 'a company that the app may not read',
    strike: ({ quickbooks }) => quickbooks.faults.add({ fault: '3100' }),
    exitCode: 3,
    code: 'quickbooks-forbidden',
    side: 'source',
  },
  {
    name: 'Zendesk down',
    strike: ({ zendesk }) => zendesk.faults.add({ fault: '503', retryAfterSeconds: 0 }),
    exitCode: 4,
    code: 'unavailable',
    side: 'destination',
  },
  {
    name: 'a Zendesk client that was switched off',
    strike: ({ zendesk }) => zendesk.disconnect(),
    exitCode: 3,
    code: 'invalid-client',
    side: 'destination',
  },
];

test.each(refusals)('$name: the run that could not begin is a run', async ({ strike, exitCode, code, side }) => {
  const it = await startTestEnvironment({ customers: 1 });
  expect(await exitOf(it, synced)).toBe(0);
  expect(await runCommand(it, {}, status)).toMatchObject({ code: 0 });
  strike(it.box);
  expect(await exitOf(it, synced)).toBe(exitCode);

  const [last, before] = await json(it, listed);
  expect(last).toMatchObject({ kind: 'sync', outcome: 'failed', report: { error: { code, exitCode, side } } });
  expect(before).toMatchObject({ outcome: 'completed' });
  expect((await runCommand(it, {}, listed)).stdout).toMatch(new RegExp(`failed[^]* ${code}`));

  const seen = await runCommand(it, {}, status);
  expect(seen.code).toBe(4);
  expect(seen.stdout).toContain('last run: failed');
  expect(seen.stdout).toContain(last.report.error.message);
  expect(await json(it, status)).toMatchObject({ lastSuccess: { id: before.id } });
  const { stdout } = await runCommand(it, {}, (cli) => show(cli, last.id, {}));
  expect(stdout).toContain(last.report.error.message);
});

test('QuickBooks down, however long it is asked again: the run that could not begin is a run', async () => {
  const clock = createTestClock({ moves: 'each-turn' });
  const it = await startTestEnvironment({ customers: 1, now: clock.now, ports: { clock } });
  it.box.quickbooks.faults.add({ fault: '503' });
  await expect(it.run()).rejects.toMatchObject({ exitCode: 4 });
  expect(await runCommand(it, {}, status)).toMatchObject({ code: 4 });
  expect(await json(it, listed)).toMatchObject([{ outcome: 'failed', report: { error: { side: 'source' } } }]);
});

test('connections knows the last refusal of each side, until a sync succeeds', async () => {
  const it = await startTestEnvironment({ customers: 1 });
  await exitOf(it, synced);
  it.box.quickbooks.disconnect();
  await exitOf(it, synced);
  const refused = await runCommand(it, {}, connections);
  expect(refused.code).toBe(1);
  expect(refused.stdout).toMatch(/✖ QuickBooks Online.*refused on \d{4}-\S+: .*invalid_grant.*rolodesk connect/s);
  expect(refused.stdout).not.toContain('good until');
  const { connections: both, due } = await json(it, connections);
  expect(due).toBe(1);
  expect(both).toMatchObject([
    { system: 'quickbooks', state: 'connected', refused: { code: 'invalid-grant', hint: expect.any(String) } },
    { system: 'zendesk' },
  ]);
  expect(both[1]).not.toHaveProperty('refused');

  // A later failure of another kind says nothing about the token.
  it.box.quickbooks.company.upsert({ Id: '1', DisplayName: 'Another name' });
  it.box.zendesk.faults.add({ fault: '503', retryAfterSeconds: 0, path: 'update_many' });
  const path = join(it.folder, 'rolodesk.yaml');
  const mended = readFileSync(path, 'utf8').replace(
    /refreshToken: .*/,
    `refreshToken: ${it.box.quickbooks.reconnect()}`,
  );
  writeFileSync(path, mended);
  expect(await exitOf(it, synced)).toBe(4);
  // But a token that was granted since does.
  expect((await json(it, connections)).connections[0]).not.toHaveProperty('refused');

  it.box.zendesk.faults.clear();
  expect(await exitOf(it, synced)).toBe(0);
  expect(await runCommand(it, {}, connections)).toMatchObject({ code: 0 });
  expect(await runCommand(it, {}, status)).toMatchObject({ code: 0 });
});

test('a hundred failures later, status still knows the last success', async () => {
  const it = await startTestEnvironment({ customers: 1 });
  await exitOf(it, synced);
  await inState(it, async (store, id) => {
    for (let n = 0; n < 101; n += 1) {
      await store.beginRun(id, { id: `failed-${n}`, kind: 'sync', startedAt: n });
      await store.finishRun(id, { id: `failed-${n}`, outcome: 'failed', finishedAt: n, report: null });
    }
  });
  expect(await json(it, status)).toMatchObject({ last: { outcome: 'failed' }, lastSuccess: { outcome: 'completed' } });
});

async function inState(it: TestEnvironment, work: (store: StateStore, id: number) => Promise<void>): Promise<void> {
  await withState(
    await readSettings({ asked: undefined, host: it.terminal }),
    { ...it.terminal, clock: systemClock },
    work,
  );
}

const hourMs = 3_600_000;

test.each([
  { name: 'older than the schedule allows', agoMs: 5 * hourMs, code: 4, overdue: true },
  { name: 'as the schedule has it', agoMs: hourMs, code: 0, overdue: false },
])('the last success is $name: status exits $code', async ({ agoMs, code, overdue }) => {
  const it = await startTestEnvironment({ customers: 0, more: 'schedule: "0 * * * *"' });
  await inState(it, async (store, id) => {
    const at = Date.now() - agoMs;
    await store.beginRun(id, { id: 'old', kind: 'sync', startedAt: at });
    await store.finishRun(id, { id: 'old', outcome: 'completed', finishedAt: at, report: null });
  });
  expect(await runCommand(it, {}, status)).toMatchObject({ code });
  expect(await json(it, status)).toMatchObject({ overdue, last: { outcome: 'completed' } });
});

test('a stop that was asked for before the run began is no failure', async () => {
  const it = await startTestEnvironment({ customers: 1 });
  const signal = AbortSignal.abort(new Error('Ctrl-C'));
  const stopped = { ...it, terminal: { ...it.terminal, signal } };
  await expect(runCommand(stopped, {}, synced)).rejects.toThrow();
  expect(await json(it, listed)).toEqual([]);
});

test('a run while another one goes on is not recorded: the other one is', async () => {
  const it = await startTestEnvironment({ customers: 1 });
  await using other = await it.pipeline();
  const running = await other.plan();
  expect(await exitOf(it, synced)).toBe(6);
  await running.close();
  expect(await json(it, listed)).toEqual([]);
});

test('an alert carries what a person should do', async () => {
  const it = await startTestEnvironment({ customers: 1 });
  const file = join(it.folder, 'alert.json');
  it.configure(`alerts:\n  targets: [{ type: command, command: [sh, -c, "cat > ${file}"] }]`);
  it.box.quickbooks.disconnect();
  expect(await exitOf(it, synced)).toBe(3);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    rule: 'failed-runs',
    text: expect.stringContaining('rolodesk connect quickbooks'),
  });
});

test('the log of a service carries what a person should do', async () => {
  const it = await startTestEnvironment({ customers: 1, more: 'schedule: "0 0 1 1 *"' });
  it.box.quickbooks.disconnect();
  const lines: { readonly fields: object; readonly message: string }[] = [];
  const noted = (fields: object, message: string): void => void lines.push({ fields, message });
  const log = { debug: noted, info: noted, warn: noted, error: noted };
  const service = await startServing(it, { log });
  const asked = await service.requestRun('customers', 'manual');
  expect(asked).toMatchObject({ kind: 'rejected', code: 'invalid-grant' });
  const hint = expect.stringContaining('rolodesk connect quickbooks');
  expect(service.of('run-rejected')).toMatchObject([{ hint }]);
  expect(lines).toContainEqual({ message: 'run rejected', fields: expect.objectContaining({ hint }) });
  await service.stop();
  expect(await json(it, listed)).toMatchObject([{ outcome: 'failed', report: { error: { code: 'invalid-grant' } } }]);
});

test('a key that nobody knows is reported as such', async () => {
  const it = await startTestEnvironment({ customers: 1 });
  await exitOf(it, synced);
  const shown = runCommand(it, {}, (cli) => show(cli, undefined, { customer: '999' }));
  await expect(shown).rejects.toMatchObject({
    code: 'unknown-key',
    exitCode: 2,
    message: expect.stringContaining('999'),
  });
  expect(await runCommand(it, {}, (cli) => show(cli, undefined, { customer: '1' }))).toMatchObject({ code: 0 });
  const retried = runCommand(it, {}, (cli) => retry(cli, ['1', '999']));
  await expect(retried).rejects.toMatchObject({
    code: 'unknown-key',
    exitCode: 2,
    message: expect.stringContaining('999'),
  });
  // A slip of the pen is no failed run.
  expect(await runCommand(it, {}, status)).toMatchObject({ code: 0 });
});
