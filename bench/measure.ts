import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type Counts, type SyncReply, setStage, sum } from './stage.ts';

/** One row of the table. `measured` and `budget` in the row's own unit. */
export interface Row {
  readonly what: string;
  readonly budget: string;
  readonly measured: string;
  readonly value: number;
  readonly holds: boolean;
}

/** The default of `maxJobs`. */
const jobSlots = 20;
const reserve = 0.2;
const callsPerMinute = 2500;
const writes = /^(POST|PUT|DELETE) (?!.*oauth)/;
const mebibyte = 1024 * 1024;

/** A first sync into an empty account, as slow as the real one, and a second that finds nothing to do. */
export async function measureSync(customers: number): Promise<readonly Row[]> {
  const stage = await setStage({ customers, users: 0, jobLatencyMs: 5_000, plan: 'enterprise-plus' });
  try {
    const synced = await stage.sync();
    const first = await stage.calls();
    await stage.sync();
    const second = await stage.calls();
    return [
      ...timeRows('20 jobs at a time, 5 s each', { ...synced, ...first, atOnce: jobSlots, limit: 1.1 }),
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

/** The same first sync, where Zendesk works on fewer jobs at once than it takes. */
export async function measureJobs(customers: number): Promise<readonly Row[]> {
  const accounts = [
    {
      name: '4 jobs at a time, 1 to 5 s each',
      limit: 1.05,
      jobsAtOnce: 4,
      jobLatencyMs: 1_000,
      jobLatencySpreadMs: 4_000,
    },
    { name: '16 jobs at a time, 1 s each', limit: 1.2, jobsAtOnce: 16, jobLatencyMs: 1_000, jobLatencySpreadMs: 0 },
  ];
  const rows: Row[] = [];
  for (const { name, limit, ...account } of accounts) {
    const stage = await setStage({ customers, users: 0, plan: 'enterprise-plus', ...account });
    try {
      const synced = await stage.sync();
      rows.push(...timeRows(name, { ...synced, ...(await stage.calls()), atOnce: account.jobsAtOnce, limit }));
    } finally {
      await stage.close();
    }
  }
  return rows;
}

function timeRows(
  name: string,
  {
    report,
    ms,
    zendesk,
    jobTimes,
    atOnce,
    limit,
  }: SyncReply & {
    readonly zendesk: Counts;
    readonly jobTimes: readonly number[];
    readonly atOnce: number;
    readonly limit: number;
  },
): readonly Row[] {
  const calls = sum(zendesk);
  const budgetMs = (calls / (callsPerMinute * (1 - reserve))) * 60_000;
  const floorMs = Math.max(timeOfJobs(jobTimes, atOnce), budgetMs);
  return [
    row(`${name}: time of a sync / floor of jobs and request budget`, limit, ms / floorMs, 'at most'),
    row(`${name}: Zendesk calls per 100 created users`, 1.25, (calls / report.tallies.created) * 100, 'at most'),
  ];
}

/** The time of jobs that are begun in this order, each as soon as one ends, so many at once: nobody could be faster. */
function timeOfJobs(jobTimes: readonly number[], atOnce: number): number {
  const freeAt = Array.from({ length: atOnce }, () => 0);
  for (const ms of jobTimes) {
    freeAt.sort((one, other) => one - other);
    freeAt[0] = (freeAt[0] ?? 0) + ms;
  }
  return Math.max(...freeAt);
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
    const rows: Row[] = [];
    // V8 compiles what runs often, some of it only after hundreds of runs.
    for (const warmUp of [20, 400]) {
      const { changes, cpuMs } = await stage.serve({ warmUp, runs: 100 });
      if (changes > 0) throw new Error(`A run without changes changed ${changes} users.`);
      rows.push(row(`CPU time of a run without changes in a service, after ${warmUp} runs, ms`, 15, cpuMs, 'at most'));
    }
    return rows;
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
