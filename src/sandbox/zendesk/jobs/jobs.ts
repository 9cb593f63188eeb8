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
  const workers = createWorkers(atOnce);
  let latency = latencyMs;

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
      const fault = faults.next(work);
      const job: Job = {
        ...work,
        id: `V3-${randomBytes(16).toString('hex')}`,
        queuedAt,
        ...workers.take(queuedAt, latency + Math.floor(random() * spreadMs)),
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
    workTimes: workers.workTimes,
    /** Jobs that the present fault has struck. */
    faultsApplied: faults.applied,
    setLatency: (ms: number): void => {
      latency = ms;
    },
  };
}

/** Each job is begun when it is queued or, while as many as allowed are worked on, when one of them ends. */
function createWorkers(atOnce: number) {
  const workTimes: number[] = [];
  let freeAt: number[] = [];
  return {
    take(queuedAt: number, workMs: number): Pick<Job, 'startsAt' | 'readyAt'> {
      freeAt = freeAt.filter((at) => at > queuedAt).sort((one, other) => one - other);
      const startsAt = freeAt.length < atOnce ? queuedAt : (freeAt.shift() ?? queuedAt);
      freeAt.push(startsAt + workMs);
      workTimes.push(workMs);
      return { startsAt, readyAt: startsAt + workMs };
    },
    /** How long each job takes once it is begun, in the order in which they were queued. */
    workTimes: (): readonly number[] => workTimes,
  };
}

export type Jobs = ReturnType<typeof createJobs>;
