import PQueue from 'p-queue';
import { expect, test } from 'vitest';
import type { JobStatus } from '../../../src/connectors/zendesk/api/api-schemas.ts';
import { createJobGate } from '../../../src/connectors/zendesk/jobs/job-gate.ts';
import { createJobTracker } from '../../../src/connectors/zendesk/jobs/job-tracker.ts';
import type { Clock } from '../../../src/core/clock.ts';
import { quiet } from '../../kit/ports.ts';
import { createTestClock } from '../../kit/test-clock.ts';

/** Time and calls of many jobs, at a modelled Zendesk and in simulated time: what the schedule of looks decides alone. */

const { signal } = new AbortController();
const replyMs = 40;
const rowsPerJob = 100;

interface Account {
  /** How many jobs Zendesk works on at once. */
  readonly workers: number;
  readonly workMs: (job: number) => number;
  /** Whether a job shows how many of its rows are done, as recorded. */
  readonly showsProgress?: boolean;
  readonly maxJobs?: number;
  readonly jobs?: number;
}

/** Zendesk's jobs: begun in the order in which they were queued, and worked on at an even pace. */
function createZendesk({ workers, workMs, showsProgress = true }: Account, clock: Clock) {
  const jobs = new Map<string, { readonly startsAt: number; readonly endsAt: number }>();
  const freeAt: number[] = [];
  let looks = 0;
  let most = 0;
  const open = (): number => [...jobs.values()].filter(({ endsAt }) => endsAt > clock.elapsed()).length;

  function show(id: string): JobStatus[] {
    const job = jobs.get(id);
    const now = clock.elapsed();
    if (!job) return [];
    if (now >= job.endsAt) return [{ id, status: 'completed', results: [] }];
    if (now <= job.startsAt) return [{ id, status: 'queued', progress: null, total: rowsPerJob }];
    const done = Math.floor(((now - job.startsAt) / (job.endsAt - job.startsAt)) * rowsPerJob);
    return [{ id, status: 'working', progress: showsProgress ? done : null, total: rowsPerJob }];
  }

  return {
    looks: () => looks,
    most: () => most,
    lastEnd: () => Math.max(...[...jobs.values()].map(({ endsAt }) => endsAt)),
    async queue(): Promise<string> {
      await clock.sleep(replyMs / 2);
      const now = clock.elapsed();
      const id = `V3-${jobs.size}`;
      let startsAt = now;
      if (freeAt.length >= workers) {
        const earliest = Math.min(...freeAt);
        freeAt.splice(freeAt.indexOf(earliest), 1);
        startsAt = Math.max(now, earliest);
      }
      const endsAt = startsAt + workMs(jobs.size);
      freeAt.push(endsAt);
      jobs.set(id, { startsAt, endsAt });
      most = Math.max(most, open());
      await clock.sleep(replyMs / 2);
      return id;
    },
    async jobStatuses(ids: readonly string[]): Promise<readonly JobStatus[]> {
      looks += 1;
      await clock.sleep(replyMs / 2);
      const statuses = ids.flatMap(show);
      await clock.sleep(replyMs / 2);
      return statuses;
    },
  };
}

/** Every job from the first request to the end of the last one that was noticed. */
async function play(account: Account) {
  const { jobs = 100, maxJobs = 20, workers } = account;
  const { clock, until } = createTestClock({ moves: 'by-hand' });
  const zendesk = createZendesk(account, clock);
  const gate = createJobGate(maxJobs);
  const tracker = createJobTracker({ api: zendesk, clock, log: quiet, isSlotWanted: gate.isWanted });
  // A batch takes time to decide, and batches are ready before a slot is free.
  const cpu = new PQueue({ concurrency: 1 });
  const batches = new PQueue({ concurrency: maxJobs + 10 });
  const runs = Array.from({ length: jobs }, () =>
    batches.add(async () => {
      await cpu.add(() => clock.sleep(20));
      const run = gate.run(async () => {
        await tracker.follow(await zendesk.queue(), signal);
      });
      tracker.reschedule();
      await run;
      await cpu.add(() => clock.sleep(10));
    }),
  );
  await until(Promise.all(runs));
  const slots = Array.from({ length: Math.min(workers, maxJobs) }, () => 0);
  for (let job = 0; job < jobs; job += 1) {
    slots.sort((one, other) => one - other);
    slots[0] = (slots[0] ?? 0) + account.workMs(job);
  }
  const floorMs = Math.max(...slots);
  return { ratio: clock.elapsed() / floorMs, calls: 1 + zendesk.looks() / jobs, most: zendesk.most() };
}

const oneToFive = (job: number): number => 1_000 + ((job * 2_654_435_761) % 4_001);

const unlimited = Number.POSITIVE_INFINITY;

/** Limits of the bench, less the calls that a run makes before its first job: 6 of 100. */
test.each([
  ['4 at once, 1 to 5 s each', { workers: 4, workMs: oneToFive }, { ratio: 1.03, calls: 1.17 }],
  ['16 at once, 1 s each', { workers: 16, workMs: () => 1_000 }, { ratio: 1.1, calls: 1.17 }],
  ['all at once, 5 s each', { workers: unlimited, workMs: () => 5_000 }, { ratio: 1.08, calls: 1.17 }],
  ['all at once, 1 to 5 s each', { workers: unlimited, workMs: oneToFive }, { ratio: 1.15, calls: 1.22 }],
  ['12 at once, 5 to 25 s each', { workers: 12, workMs: (job) => 5 * oneToFive(job) }, { ratio: 1.05, calls: 1.19 }],
] satisfies readonly (readonly [string, Account, object])[])(
  '%s: jobs follow each other closely, for few looks',
  async (_, account, limits) => {
    const { ratio, calls, most } = await play(account);
    expect(most).toBeLessThanOrEqual(20);
    expect(ratio).toBeLessThan(limits.ratio);
    expect(calls).toBeLessThan(limits.calls);
  },
);

test.each([
  ['4 at once, 1 to 5 s each', { workers: 4, workMs: oneToFive }, { ratio: 1.05, calls: 1.2 }],
  ['16 at once, 1 s each', { workers: 16, workMs: () => 1_000 }, { ratio: 1.2, calls: 1.2 }],
  ['all at once, 5 s each', { workers: unlimited, workMs: () => 5_000 }, { ratio: 1.2, calls: 1.2 }],
] satisfies readonly (readonly [string, Account, object])[])(
  '%s: nearly as closely where a job does not show its progress',
  async (_, account, limits) => {
    const { ratio, calls } = await play({ ...account, showsProgress: false });
    expect(ratio).toBeLessThan(limits.ratio);
    expect(calls).toBeLessThan(limits.calls);
  },
);

test('many jobs are looked at with one call for several of them, however quick they are', async () => {
  const { calls } = await play({ workers: unlimited, workMs: (job) => 1 + ((job * 37) % 300), jobs: 400 });
  expect(calls).toBeLessThan(1.2);
});
