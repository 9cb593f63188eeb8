import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLogger } from '../../../src/cli/process/log.ts';
import type { Failpoint } from '../../../src/core/failpoints.ts';
import { customer, duplicatesOf, usersOf } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment } from '../../kit/environment/test-environment.ts';
import { eventually } from '../../kit/eventually.ts';
import { rolodesk, start } from '../../kit/processes/process.ts';
import { startServing } from '../../kit/service/serving.ts';

const second = (text: string): string => text.replace('name: customers', 'name: others');

test('two pipelines of a folder write to one account, each in its turn, and the metrics say what the reports say', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  for (let id = 1; id <= 120; id += 1) it.box.quickbooks.company.upsert(customer(id));
  writeFileSync(join(it.folder, 'others.yaml'), second(it.box.configText()));
  const { redactor, stderr } = it.terminal;
  const log = createLogger({ level: 'debug', redactor, stderr });
  const service = await startServing(it, { log, runLog: log, metricsPerPipeline: true });
  const asked = await Promise.all(['customers', 'others'].map((name) => service.requestRun(name, 'manual')));
  const reports = asked.map((one) => (one.kind === 'ended' ? one.report : undefined));
  expect(reports.map((report) => report?.tallies)).toMatchObject([
    { read: 120, created: 120 },
    { read: 120, created: 0, rejected: 0, skipped: 0 },
  ]);
  expect(duplicatesOf(it.box)).toEqual([]);

  const { text } = await service.get('/metrics');
  for (const [name, report] of [
    ['customers', reports[0]],
    ['others', reports[1]],
  ] as const) {
    expect(sampleOf(text, `rolodesk_runs_total{pipeline="${name}",outcome="completed"}`)).toBe(1);
    for (const outcome of ['created', 'updated', 'unchanged', 'skipped', 'rejected'] as const)
      expect(sampleOf(text, `rolodesk_records_total{pipeline="${name}",outcome="${outcome}"}`)).toBe(
        report?.tallies[outcome],
      );
    for (const side of ['source', 'destination'] as const)
      expect(sampleOf(text, `rolodesk_requests_total{pipeline="${name}",side="${side}"}`)).toBe(report?.requests[side]);
    expect(sampleOf(text, `rolodesk_throttled_total{pipeline="${name}"}`)).toBe(0);
    expect(sampleOf(text, `rolodesk_run_duration_seconds_count{pipeline="${name}"}`)).toBe(1);
    expect(sampleOf(text, `rolodesk_dead_letters{pipeline="${name}"}`)).toBe(0);
    expect(sampleOf(text, `rolodesk_run_in_progress{pipeline="${name}"}`)).toBe(0);
  }
  expect(it.logged()).toContain('"msg":"run ended"');
  for (const printed of [text, it.logged()]) expect(printed).not.toMatch(/c\d+@example|Customer \d+/);
});

test('a change that a webhook reports is read by its keys', async () => {
  const it = await startTestEnvironment({ customers: 20 });
  const service = await startServing(it);
  const asked = await service.requestRun('customers', 'change', { keys: ['3', '4'] });
  expect(asked.kind === 'ended' && asked.report.tallies).toMatchObject({ read: 2, created: 2 });
  expect(service.of('run-started')).toMatchObject([{ pipeline: 'customers', trigger: 'change' }]);
});

test('a bad configuration leaves the old one running; a good one is taken, by SIGHUP or when it is saved', async () => {
  const it = await startTestEnvironment({ customers: 3 });
  const service = await startServing(it);
  expect(service.of('config-reloaded')).toMatchObject([{ pipelines: ['customers'] }]);

  it.configure('schedule: "61 * * * *"\n');
  service.hangUp();
  await service.waitFor('config-rejected');
  expect(service.of('config-rejected')[0]?.message).toMatch(/rolodesk\.yaml:\d+:\d+ schedule: not a cron/);
  expect((await service.get('/readyz')).status).toBe(200);
  expect((await service.get('/metrics')).text).toContain('rolodesk_configuration_current 0');
  expect(await service.requestRun('customers', 'manual')).toMatchObject({
    kind: 'ended',
    report: { outcome: 'completed' },
  });

  it.configure('schedule: { cron: "0 2 * * *", timeZone: Europe/Berlin, jitter: 60 }\n');
  service.hangUp();
  await service.waitFor('config-reloaded', 2);
  const { text } = await service.get('/metrics');
  expect(text).toContain('rolodesk_configuration_current 1');
  const page = JSON.parse((await service.get('/pipelines')).text);
  expect(Date.parse(page.pipelines[0].next)).toBeGreaterThan(Date.now());

  // As an editor does: next to it, then over it.
  const related = join(it.folder, 'others.yaml.new');
  writeFileSync(related, second(it.box.configText()));
  renameSync(related, join(it.folder, 'others.yaml'));
  await service.waitFor('config-reloaded', 3);
  expect(service.configurations().map(({ facts }) => facts.name)).toEqual(['customers', 'others']);
});

test.each([
  ['the same name', 'two-pipelines', (text: string) => text],
  [
    'another share of one budget',
    'two-budgets',
    (text: string) => second(text).replace('destination:', 'destination:\n  reserve: 0.5'),
  ],
  ['one token and two states', 'two-states', (text: string) => `${second(text)}\nstate: other.db\n`],
  ['a mistake', 'config-invalid', (text: string) => `${second(text)}\npolicies: { inactive: maybe }\n`],
])(
  'a second configuration with %s stops only itself, also at a restart, until it is corrected',
  async (_, code, change) => {
    const it = await startTestEnvironment({ customers: 1 });
    const bad = join(it.folder, 'second.yaml');
    writeFileSync(bad, change(it.box.configText()));
    for (const start of [1, 2]) {
      const service = await startServing(it);
      expect(
        service.configurations().map(({ facts }) => facts.name),
        `start ${start}`,
      ).toEqual(['customers']);
      expect(service.of('config-rejected')).toMatchObject([{ configuration: 'second.yaml', isPreviousInUse: false }]);
      const ready = await service.get('/readyz');
      expect(ready.status).toBe(503);
      expect(JSON.parse(ready.text).reasons).toEqual([expect.stringContaining('second.yaml cannot be used: ')]);
      expect(await service.requestRun('customers', 'manual')).toMatchObject({ kind: 'ended' });
      expect((await service.get('/metrics')).text).toContain('rolodesk_configurations_rejected 1');
      if (start === 2) {
        writeFileSync(bad, second(it.box.configText()));
        await service.waitFor('config-reloaded', 2);
        expect(service.configurations().map(({ facts }) => facts.name)).toEqual(['customers', 'others']);
        expect((await service.get('/readyz')).status).toBe(200);
      }
      await service.stop();
    }
    expect(code).toMatch(/^[a-z-]+$/);
  },
);

test('a service of nothing but bad configurations does not start', async () => {
  const it = await startTestEnvironment({ customers: 0, more: 'schedule: never\n' });
  await expect(startServing(it)).rejects.toMatchObject({ code: 'config-invalid', exitCode: 2 });
});

test('a configuration is read whole when its content is new and when its run begins, and not at each start', async () => {
  const it = await startTestEnvironment({ customers: 0 });
  const tenants = 700;
  for (let tenant = 1; tenant <= tenants; tenant += 1)
    writeFileSync(join(it.folder, `tenant-${tenant}.yaml`), tenantOf(it.box.configText(), tenant));
  const first = await startServing(it);
  await first.waitFor('config-reloaded', 2);
  await eventually(() => first.configurations().length === tenants + 1);
  expect(first.reads()).toBe(tenants + 1);
  await first.stop();
  expect(readdirSync(it.folder).filter((name) => name.startsWith('state-'))).toEqual([]);

  writeFileSync(join(it.folder, 'tenant-7.yaml'), `${tenantOf(it.box.configText(), 7)}\nretention: 30\n`);
  const again = await startServing(it);
  expect(again.configurations().length).toBe(tenants + 1);
  expect(again.reads()).toBe(1);
  expect((await again.get('/readyz')).status).toBe(200);
  expect((await again.get('/metrics')).text.length).toBeLessThan(20_000);
  const page = JSON.parse((await again.get('/pipelines?limit=2&after=tenant-10&name=tenant')).text);
  expect(page).toMatchObject({ total: tenants, next: 'tenant-101' });
  expect(page.pipelines).toMatchObject([{ pipeline: 'tenant-100', state: 'idle' }, { pipeline: 'tenant-101' }]);
});

function tenantOf(text: string, tenant: number): string {
  const own = text
    .replace('name: customers', `name: tenant-${tenant}`)
    .replace(/refreshToken: .*/, `refreshToken: token-of-${tenant}`);
  return `${own}\nstate: state-${tenant}.db\nschedule: "0 0 1 1 *"\n`;
}

test('asked to stop in mid-run, it ends gracefully, and the run is made up for when it is back', async () => {
  const it = await startTestEnvironment({ customers: 0, more: 'schedule: "0 0 1 1 *"\n' });
  for (let id = 1; id <= 450; id += 1) it.box.quickbooks.company.upsert(customer(id));
  let onFailpoint: (step: Failpoint) => void = () => undefined;
  const first = await startServing(it, { onFailpoint: (step) => onFailpoint(step) });
  await owe(it, first);
  const again = await startServing(it, { onFailpoint: (step) => onFailpoint(step) });
  onFailpoint = (step) => {
    if (step === 'job-recorded') again.stopping.abort(new Error('SIGTERM'));
  };
  await again.ended;
  expect(again.of('run-ended')).toMatchObject([{ trigger: 'catch-up', report: { outcome: 'paused' } }]);
  onFailpoint = () => undefined;
  const last = await startServing(it);
  await last.waitFor('run-ended');
  expect(last.of('run-ended')).toMatchObject([{ trigger: 'catch-up', report: { outcome: 'completed' } }]);
  expect(usersOf(it.box).filter((user) => user.role === 'end-user').length).toBe(450);
  expect(duplicatesOf(it.box)).toEqual([]);
  await last.stop();
  const { pipeline, close } = await it.open();
  expect(await pipeline.store.schedule(pipeline.id)).toMatchObject({ runPending: false, missed: 0 });
  await close();
});

test('as a process: it logs JSON lines, follows SIGTERM and exits 0', async () => {
  const it = await startTestEnvironment({ customers: 3, more: 'schedule: "0 0 1 1 *"\n' });
  const { child, ended } = start(['serve', '--listen', '127.0.0.1:0', '--json'], { cwd: it.folder });
  let reported = '';
  child.stderr?.on('data', (part) => {
    reported += String(part);
  });
  await eventually(() => reported.includes('service started'));
  child.kill('SIGTERM');
  const { code, stdout, stderr } = await ended;
  expect(code).toBe(0);
  const lines = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).msg);
  expect(lines).toEqual(['configuration loaded', 'service started', 'service stopped']);
  expect(JSON.parse(stdout)).toEqual({
    schemaVersion: 1,
    pipelines: [{ pipeline: 'customers', missed: 0, lastRun: null }],
  });
  const status = await rolodesk(['status', '--json'], { cwd: it.folder });
  const { schedule } = JSON.parse(status.stdout);
  expect(schedule).toMatchObject({ cron: '0 0 1 1 *', timeZone: 'UTC', missed: 0, lastMissed: null });
  expect(schedule.next).toMatch(/-01-01T00:00:00\.000Z$/);
});

/** As a process leaves it that dies in mid-run. */
async function owe(
  it: Awaited<ReturnType<typeof startTestEnvironment>>,
  service: Awaited<ReturnType<typeof startServing>>,
) {
  await service.stop();
  const { pipeline, close } = await it.open();
  const followed = { schedule: '0 0 1 1 * UTC 0', lastHandledAt: Date.now(), missed: 0 };
  await pipeline.store.saveSchedule(pipeline.id, { ...followed, runPending: true });
  await close();
}

function sampleOf(text: string, series: string): number | undefined {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}
