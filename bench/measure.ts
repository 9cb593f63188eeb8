import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setStage, sum } from './stage.ts';

/** One row of the table. `measured` and `budget` in the row's own unit. */
export interface Row {
  readonly what: string;
  readonly budget: string;
  readonly measured: string;
  readonly value: number;
  readonly holds: boolean;
}

const jobSlots = 20;
const rowsPerJob = 100;
const jobLatencyMs = 5_000;
const reserve = 0.2;
const callsPerMinute = 2500;
const writes = /^(POST|PUT|DELETE) (?!.*oauth)/;
const mebibyte = 1024 * 1024;

/** A first sync into an empty account, as slow as the real one, and a second that finds nothing to do. */
export async function measureSync(customers: number): Promise<readonly Row[]> {
  const stage = await setStage({ customers, users: 0, jobLatencyMs, plan: 'enterprise-plus' });
  try {
    const { report, ms } = await stage.sync();
    const first = await stage.calls();
    const { created } = report.tallies;
    const waves = Math.ceil(Math.ceil(created / rowsPerJob) / jobSlots);
    const calls = sum(first.zendesk);
    const floorMs = Math.max(waves * jobLatencyMs, (calls / (callsPerMinute * (1 - reserve))) * 60_000);
    await stage.sync();
    const second = await stage.calls();
    return [
      row('time of a sync / floor of job slots, job time and request budget', 1.1, ms / floorMs, 'at most'),
      row('Zendesk calls per 100 created users, all included', 1.3, (calls / created) * 100, 'at most'),
      row(
        'QuickBooks calls beyond customers / 1,000',
        6,
        sum(first.quickbooks) - Math.ceil(customers / 1000),
        'at most',
      ),
      row('Zendesk writes when nothing changed', 0, sum(second.zendesk, writes), 'at most'),
      row('Zendesk reads when nothing changed', 6, sum(second.zendesk) - sum(second.zendesk, writes), 'at most'),
    ];
  } finally {
    await stage.close();
  }
}

/** How much it costs to learn whom Zendesk has. */
export async function measureDirectory(users: number): Promise<readonly Row[]> {
  const stage = await setStage({ customers: 0, users, jobLatencyMs: 0, plan: 'enterprise-plus' });
  try {
    await stage.sync();
    const { zendesk } = await stage.calls();
    return [
      row(
        'directory fill: calls beyond users / 100',
        3,
        sum(zendesk, /GET .*\/users/) - Math.ceil(users / 100),
        'at most',
      ),
    ];
  } finally {
    await stage.close();
  }
}

/** The pipeline alone: twins that answer at once, no throttle. */
export async function measureSpeed(customers: number): Promise<readonly Row[]> {
  const stage = await setStage({ customers, users: 0, jobLatencyMs: 0, plan: 'unlimited' });
  try {
    const { report, ms, cpuMs } = await stage.sync({ unthrottled: true });
    const { read } = report.tallies;
    return [
      row('customers a second, zero-latency twins, one core', 15_000, (read / Math.max(ms, 1)) * 1000, 'at least'),
      { ...row('CPU time for a customer, µs', 67, (cpuMs / read) * 1000, 'at most') },
    ];
  } finally {
    await stage.close();
  }
}

/** Peak memory of a large sync over that of a small one. */
export async function measureMemory(large: number): Promise<readonly Row[]> {
  const small = await peakOf(10_000);
  const big = await peakOf(large);
  const size = large.toLocaleString('en-US');
  return [
    row(`peak memory at ${size} customers / at 10,000`, 1.5, big / small, 'at most'),
    row(`peak memory at ${size} customers, MB`, 250, big / mebibyte, 'at most'),
  ];
}

async function peakOf(customers: number): Promise<number> {
  const stage = await setStage({ customers, users: 0, jobLatencyMs: 0, plan: 'unlimited' });
  try {
    const { report, peakBytes } = await stage.sync({ unthrottled: true });
    if (report.outcome !== 'completed')
      throw new Error(`A run of the bench ended ${report.outcome}: ${report.error?.message}`);
    return peakBytes;
  } finally {
    await stage.close();
  }
}

/** A service asks many pipelines for changes, again and again: mostly there are none. */
export async function measureUnchanged(): Promise<readonly Row[]> {
  const stage = await setStage({ customers: 1000, users: 0, jobLatencyMs: 0, plan: 'unlimited' });
  try {
    await stage.sync({ unthrottled: true });
    const { changes, cpuMs } = await stage.serve({ warmUp: 20, runs: 100 });
    if (changes > 0) throw new Error(`A run without changes changed ${changes} users.`);
    return [row('CPU time of a run without changes in a service, ms', 15, cpuMs, 'at most')];
  } finally {
    await stage.close();
  }
}

/** The built package, as it is installed. The best of ten: what the machine does next to it is not ours. */
export function measureStart(): readonly Row[] {
  const root = join(import.meta.dirname, '..');
  const main = join(root, 'dist', 'cli', 'main.js');
  const times = Array.from({ length: 10 }, () => {
    const startedAt = performance.now();
    execFileSync(process.execPath, [main, '--help'], { stdio: 'ignore' });
    return performance.now() - startedAt;
  });
  return [row('rolodesk --help, ms', 150, Math.min(...times), 'at most')];
}

export function row(what: string, limit: number, value: number, bound: 'at most' | 'at least'): Row {
  const shown = value >= 100 ? Math.round(value).toLocaleString('en-US') : Number(value.toFixed(2)).toString();
  return {
    what,
    budget: `${bound === 'at most' ? '≤' : '≥'} ${limit.toLocaleString('en-US')}`,
    measured: shown,
    value,
    holds: bound === 'at most' ? value <= limit : value >= limit,
  };
}
