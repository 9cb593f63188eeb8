import { randomBytes } from 'node:crypto';
import type { Users } from '../people/users.ts';

export interface Job {
  readonly id: string;
  readonly kind: 'create' | 'update' | 'delete' | 'other';
  readonly title: string;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly readyAt: number;
  readonly queuedAt: number;
  state: 'queued' | 'completed' | 'failed' | 'killed';
  results: unknown;
  readonly fault: JobFault | undefined;
  stuck: boolean;
  vanished: boolean;
  /** Does one row and says what became of it. */
  readonly apply: (row: Readonly<Record<string, unknown>>, index: number) => unknown;
}

/**
 * `rows-wordless`: failed rows that give no `error` (seen with `"id": 1`). `rows-missing`: rows that are not done and not in the
 * results. `rows-reversed`: all is done, and the results are in reverse order, each with the `index` that the specification
 * requires of creates. `rows-reversed-unmarked`: the same without it.
 */
export const jobFaultKinds = [
  'rows-fail',
  'rows-wordless',
  'rows-missing',
  'rows-reversed',
  'rows-reversed-unmarked',
  'failed',
  'killed',
  'stuck',
  'vanished',
  'no-results',
  'results-object',
] as const;

/** What goes wrong with jobs, until it is set to something else. */
export interface JobFault {
  readonly kind: (typeof jobFaultKinds)[number];
  /** For faults of rows: the first so many rows of each job, or those whose name matches. */
  readonly rows?: number;
  readonly name?: string;
  readonly details?: string;
  /** Only jobs of this kind. */
  readonly job?: Job['kind'];
  /** Only jobs of this title: `other` jobs are told apart by it. */
  readonly title?: string;
  /** At most so many jobs. */
  readonly times?: number;
}

const rowFaults: ReadonlySet<JobFault['kind']> = new Set(['rows-fail', 'rows-wordless', 'rows-missing']);
const keptMs = 3_600_000;

/** Queued work. Rows are applied when the job's time has come, in order, each decided by itself. */
export function createJobs({
  users,
  now,
  latencyMs,
  spreadMs,
  random,
}: {
  readonly users: Users;
  readonly now: () => number;
  latencyMs: number;
  readonly spreadMs: number;
  readonly random: () => number;
}) {
  const jobs = new Map<string, Job>();
  let open: Job[] = [];
  let fault: { readonly rule: JobFault; applied: number } | undefined;
  let latency = latencyMs;

  function settle(): void {
    const due = open.filter((job) => job.readyAt <= now() && !job.stuck);
    if (due.length === 0) return;
    open = open.filter((job) => !due.includes(job));
    for (const job of due) run(job);
  }

  function run(job: Job): void {
    const rule = job.fault;
    const half = Math.floor(job.rows.length / 2);
    const rows = rule?.kind === 'failed' || rule?.kind === 'killed' ? job.rows.slice(0, half) : job.rows;
    const results = rows.flatMap((row, index) => {
      if (!rule || !failsBy(rule, row, index)) return [job.apply(row, index)];
      if (rule.kind === 'rows-fail') return [rowError(job.kind, index, rule.details ?? 'User is invalid')];
      return rule.kind === 'rows-wordless' ? [{ id: index, status: 'Failed' }] : [];
    });
    job.state = rule?.kind === 'failed' || rule?.kind === 'killed' ? rule.kind : 'completed';
    job.results = reported(rule, results);
    job.vanished = rule?.kind === 'vanished';
  }

  /** The fault that a new job of this kind will have. */
  function nextFault(kind: Job['kind'], title: string): JobFault | undefined {
    if (!fault || (fault.rule.job !== undefined && fault.rule.job !== kind)) return undefined;
    if (fault.rule.title !== undefined && fault.rule.title !== title) return undefined;
    if (fault.rule.times !== undefined && fault.applied >= fault.rule.times) return undefined;
    fault.applied += 1;
    return fault.rule;
  }

  function applyToUser(kind: Job['kind'], row: Readonly<Record<string, unknown>>, index: number): unknown {
    if (kind === 'create') {
      const problem = users.problemOf(row, undefined);
      return problem ? rowError(kind, index, problem.description) : { status: 'Created', id: users.create(row).id };
    }
    const user = row.id === undefined ? users.byExternalId(String(row.external_id)) : users.byId.get(Number(row.id));
    if (!user?.active) return { index, error: 'UserNotFound', details: 'User not found' };
    if (user.shared === true) return { index, error: 'PermissionDenied', details: 'Access denied' };
    if (kind === 'delete') {
      users.remove(user);
      return { action: 'delete', id: user.id, status: 'Deleted', success: true };
    }
    const problem = users.problemOf(row, user);
    if (problem) return rowError(kind, index, problem.description);
    users.update(user, row);
    return { action: 'update', id: user.id, status: 'Updated', success: true };
  }

  /** The `id` of a failed row is its index (recorded). */
  function rowError(kind: Job['kind'], index: number, details: string): unknown {
    const error = kind === 'create' ? 'UserCreateError' : 'UserUpdateError';
    return { id: index, error, details, status: 'Failed' };
  }

  function failsBy(rule: JobFault, row: Readonly<Record<string, unknown>>, index: number): boolean {
    if (!rowFaults.has(rule.kind)) return false;
    if (rule.name !== undefined) return String(row.name ?? '').includes(rule.name);
    return index < (rule.rows ?? 0);
  }

  return {
    open: (): number => {
      settle();
      return open.length;
    },
    enqueue(
      kind: Job['kind'],
      rows: Job['rows'],
      { apply, title }: Pick<Job, 'apply' | 'title'> = {
        apply: (row, index) => applyToUser(kind, row, index),
        title: titles[kind],
      },
    ): Job {
      const queuedAt = now();
      const struck = nextFault(kind, title);
      const job: Job = {
        id: `V3-${randomBytes(16).toString('hex')}`,
        kind,
        title,
        apply,
        rows,
        queuedAt,
        readyAt: queuedAt + latency + Math.floor(random() * spreadMs),
        state: 'queued',
        results: null,
        fault: struck,
        stuck: struck?.kind === 'stuck',
        vanished: false,
      };
      jobs.set(job.id, job);
      open.push(job);
      settle();
      return job;
    },
    get(id: string): Job | undefined {
      settle();
      const job = jobs.get(id);
      return job && !job.vanished && now() - job.queuedAt < keptMs ? job : undefined;
    },
    list: (): Job[] => {
      settle();
      return [...jobs.values()].filter(({ vanished }) => !vanished).reverse();
    },
    settle,
    setFault: (rule: JobFault | undefined): void => {
      fault = rule && { rule, applied: 0 };
      if (!rule) for (const job of open) job.stuck = false;
    },
    /** Jobs that the present fault has struck. */
    faultsApplied: (): number => fault?.applied ?? 0,
    setLatency: (ms: number): void => {
      latency = ms;
    },
  };
}

const titles: Readonly<Record<Job['kind'], string>> = {
  create: 'Bulk Create User',
  update: 'Bulk Update User',
  delete: 'Bulk Update User',
  other: 'Bulk Job',
};

/** The results as the job gives them. */
function reported(rule: JobFault | undefined, results: readonly unknown[]): unknown {
  switch (rule?.kind) {
    case 'no-results':
      return null;
    case 'results-object':
      return { success: true };
    case 'rows-reversed':
      return results.map((result, index) => ({ ...Object(result), index })).reverse();
    case 'rows-reversed-unmarked':
      return [...results].reverse();
    default:
      return results;
  }
}

/** A job as its status call shows it. */
export function showJob(job: Job, now: number, origin: string): object {
  const isQueued = job.state === 'queued';
  const total = job.rows.length;
  const isWorking = isQueued && now > job.queuedAt + (job.readyAt - job.queuedAt) / 2;
  const stamp = `${new Date(now).toISOString().slice(0, 19).replace('T', ' ')} +0000`;
  return {
    id: job.id,
    job_type: job.title,
    url: `${origin}/api/v2/job_statuses/${job.id}.json`,
    total,
    progress: isQueued ? (isWorking ? Math.floor(total / 2) : null) : total,
    status: isQueued ? (isWorking ? 'working' : 'queued') : job.state,
    message: isQueued
      ? isWorking
        ? `Working on #${Math.floor(total / 2)}`
        : null
      : `${job.state === 'completed' ? 'Completed' : 'Failed'} at ${stamp}`,
    results: isQueued ? null : job.results,
  };
}
