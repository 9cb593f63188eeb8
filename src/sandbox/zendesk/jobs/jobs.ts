import { randomBytes } from 'node:crypto';
import type { Job, JobFault } from './job.ts';
import { createJobFaults } from './job-faults.ts';
import { runJob } from './run-job.ts';

const keptMs = 3_600_000;

/** Queued work. A job runs, in the order of its queue, at the first call after its time has come. */
export function createJobs({
  now,
  latencyMs,
  spreadMs,
  atOnce,
  random,
}: {
  readonly now: () => number;
  readonly latencyMs: number;
  readonly spreadMs: number;
  /** How many jobs are worked on at once; the others wait in the order in which they were queued. */
  readonly atOnce: number;
  readonly random: () => number;
}) {
  const jobs = new Map<string, Job>();
  const faults = createJobFaults();
  let pending: Job[] = [];
  const workTimes: number[] = [];
  let freeAt: number[] = [];
  let latency = latencyMs;

  /** When a job that is queued now is begun. */
  function startOfNext(queuedAt: number): number {
    freeAt = freeAt.filter((at) => at > queuedAt).sort((one, other) => one - other);
    return freeAt.length < atOnce ? queuedAt : (freeAt.shift() ?? queuedAt);
  }

  function runDue(): void {
    const due = pending.filter((job) => job.readyAt <= now() && !job.stuck);
    if (due.length === 0) return;
    pending = pending.filter((job) => !due.includes(job));
    for (const job of due) runJob(job);
  }

  return {
    runDue,
    pending: (): number => {
      runDue();
      return pending.length;
    },
    enqueue(work: Pick<Job, 'kind' | 'title' | 'rows' | 'apply'>): Job {
      const queuedAt = now();
      const startsAt = startOfNext(queuedAt);
      const workMs = latency + Math.floor(random() * spreadMs);
      freeAt.push(startsAt + workMs);
      workTimes.push(workMs);
      const fault = faults.next(work);
      const job: Job = {
        ...work,
        id: `V3-${randomBytes(16).toString('hex')}`,
        queuedAt,
        startsAt,
        readyAt: startsAt + workMs,
        state: 'queued',
        results: null,
        fault,
        stuck: fault?.kind === 'stuck',
        vanished: false,
      };
      jobs.set(job.id, job);
      pending.push(job);
      runDue();
      return job;
    },
    get(id: string): Job | undefined {
      runDue();
      const job = jobs.get(id);
      return job && !job.vanished && now() - job.queuedAt < keptMs ? job : undefined;
    },
    list: (): Job[] => {
      runDue();
      return [...jobs.values()].filter(({ vanished }) => !vanished).reverse();
    },
    /** Without a fault, stuck jobs go on. */
    setFault: (rule: JobFault | undefined): void => {
      faults.set(rule);
      if (!rule) for (const job of pending) job.stuck = false;
    },
    /** How long each job takes once it is begun, in the order in which they were queued. */
    workTimes: (): readonly number[] => workTimes,
    /** Jobs that the present fault has struck. */
    faultsApplied: faults.applied,
    setLatency: (ms: number): void => {
      latency = ms;
    },
  };
}

export type Jobs = ReturnType<typeof createJobs>;
