import { expect, test } from 'vitest';
import type { Trigger } from '../../../../src/core/service/events.ts';
import { createMetrics } from '../../../../src/core/service/monitoring/metrics.ts';
import { createOverview } from '../../../../src/core/service/overview.ts';
import { createSchedule, scheduleOf } from '../../../../src/core/service/schedule.ts';
import { reportOf } from '../../../kit/service/supervising.ts';

const now = Date.UTC(2026, 10, 23, 12);
const clock = { now: () => now, elapsed: () => 0, sleep: () => Promise.resolve() };
const view = {
  name: 'customers',
  state: 'idle' as const,
  schedule: createSchedule(scheduleOf('*/15 * * * *'), 'customers'),
  nextAt: now + 900_000,
  missed: 0,
  lastMissedAt: undefined,
  runningSince: undefined,
  lastSuccessOrStartAt: now,
};

function create({
  views = [view],
  lastTickAt = 0,
  perPipeline = true,
}: {
  readonly views?: readonly (typeof view)[];
  readonly lastTickAt?: number;
  readonly perPipeline?: boolean;
} = {}) {
  const overview = createOverview({ clock, supervisor: () => ({ status: () => views, lastTickAt: () => lastTickAt }) });
  const metrics = createMetrics({ overview, perPipeline });
  const tell = (event: Parameters<typeof overview.listen>[0]): void => {
    overview.listen(event);
    metrics.listen(event);
  };
  tell({ kind: 'config-reloaded', at: now, pipelines: ['customers'] });
  return { overview, metrics, tell };
}

test('metrics keep to the rules of Prometheus', async () => {
  const { metrics, overview, tell } = create();
  overview.updateHealth('customers', { deadLetters: 1, pending: 2, lastSuccessAt: now });
  const ran = { pipeline: 'customers', at: now, trigger: 'schedule' as Trigger };
  tell({ kind: 'run-ended', ...ran, report: reportOf('customers') });
  const text = await metrics.text();
  const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]));
  const helps = new Map([...text.matchAll(/^# HELP (\S+) (.+)$/gm)].map(([, name = '', help = '']) => [name, help]));
  expect(types.size).toBeGreaterThan(10);
  expect([...helps.keys()]).toEqual([...types.keys()]);
  for (const [name, type] of types) {
    expect(name).toMatch(/^(rolodesk|process)_[a-z]+(_[a-z]+)*$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(name).not.toMatch(/_(ms|milliseconds|minutes|kilobytes|count|sum|bucket|info)$|counter|gauge|histogram/);
    expect(helps.get(name)).toMatch(/\.$/);
  }
  for (const line of text.split('\n').filter((one) => one !== '' && !one.startsWith('#'))) {
    const [, labels = ''] = /^[a-z_]+(?:\{([^}]*)\})? -?[0-9.e+-]+$/.exec(line) ?? [undefined, 'not a sample'];
    for (const label of labels.split(',').filter(Boolean))
      expect(label).toMatch(/^(pipeline|outcome|side|le)="[^"]*"$/);
  }
});

test('what pipelines there are decides how many series there are, not what happens to them', async () => {
  const { metrics, tell } = create();
  const ran = { pipeline: 'customers', at: now, trigger: 'schedule' as Trigger };
  tell({ kind: 'run-ended', ...ran, report: reportOf('customers') });
  const before = (await metrics.text()).split('\n').length;
  for (let run = 0; run < 50; run += 1) {
    const error = { code: `code-${run}`, message: 'Away.', exitCode: 4 };
    tell({ kind: 'run-ended', ...ran, report: reportOf('customers', { run: `r${run}`, outcome: 'failed', error }) });
    tell({ kind: 'run-rejected', pipeline: 'customers', at: now, code: `code-${run}`, exitCode: 3, message: 'No.' });
    tell({ kind: 'runs-missed', pipeline: 'customers', at: now, due: [now - run] });
  }
  const after = await metrics.text();
  expect(after.split('\n').length).toBe(before);
  expect(after).toContain('rolodesk_runs_total{pipeline="customers",outcome="failed"} 50');
  expect(after).toContain('rolodesk_runs_total{pipeline="customers",outcome="refused"} 50');
  expect(after).toContain('rolodesk_missed_runs_total{pipeline="customers"} 50');
  expect(after).toContain(`rolodesk_next_run_timestamp_seconds{pipeline="customers"} ${now / 1000 + 900}`);
});

test('ready while runs end well, not ready when three due times have passed without one', () => {
  expect(create().overview.reasons()).toEqual([]);
  expect(create({ views: [{ ...view, lastSuccessOrStartAt: now - 44 * 60_000 }] }).overview.reasons()).toEqual([]);
  expect(create({ views: [{ ...view, lastSuccessOrStartAt: now - 61 * 60_000 }] }).overview.reasons()).toEqual([
    'customers: 3 due times have passed without a run that ended well',
  ]);
});

test('alive while the supervisor looks every minute', () => {
  expect(create().overview.isAlive()).toBe(true);
  expect(create({ lastTickAt: -180_000 }).overview.isAlive()).toBe(false);
});

test('thousands of pipelines make as many series as a dozen: totals, and the ten worst by name', async () => {
  const many = Array.from({ length: 3_000 }, (_, tenant) => ({ ...view, name: `tenant-${tenant}` }));
  const { overview, metrics, tell } = create({ views: many, perPipeline: false });
  tell({ kind: 'config-reloaded', at: now, pipelines: many.map(({ name }) => name) });
  for (const [tenant, { name }] of many.entries()) {
    overview.updateHealth(name, { deadLetters: tenant < 20 ? tenant : 0, pending: 1, lastSuccessAt: now - tenant });
    tell({ kind: 'run-ended', pipeline: name, at: now - tenant, trigger: 'schedule', report: reportOf(name) });
  }
  const text = await metrics.text();
  expect(text.length).toBeLessThan(12_000);
  expect(text).toContain('rolodesk_runs_total{outcome="completed"} 3000');
  expect(text).toContain('rolodesk_run_duration_seconds_count 3000');
  expect(text).toContain('rolodesk_pipelines 3000');
  expect(text).toContain('rolodesk_service_dead_letters 190');
  expect(text).toContain('rolodesk_service_pending 3000');
  const named = (metric: string) =>
    [...text.matchAll(new RegExp(`^${metric}{pipeline="(.*)"}`, 'gm'))].map(([, name]) => name);
  expect(named('rolodesk_dead_letters')).toEqual(
    [19, 18, 17, 16, 15, 14, 13, 12, 11, 10].map((one) => `tenant-${one}`),
  );
  expect(named('rolodesk_last_success_timestamp_seconds')[0]).toBe('tenant-2999');
  expect(named('rolodesk_last_success_timestamp_seconds').length).toBe(10);
});
