import { expect, test } from 'vitest';
import { startTestEnvironment } from '../kit/environment/test-environment.ts';
import { createTestClock } from '../kit/test-clock.ts';

/** The time of jobs that are begun in this order, each as soon as one ends, so many at once: nobody could be faster. */
function timeOfJobs(jobTimes: readonly number[], atOnce: number): number {
  const freeAt = Array.from({ length: atOnce }, () => 0);
  for (const took of jobTimes) {
    freeAt.sort((one, other) => one - other);
    freeAt[0] = (freeAt[0] ?? 0) + took;
  }
  return Math.max(...freeAt);
}

/** Of a whole sync. The clock stands still while anything is computed: what is left is the time that Rolodesk waits. */
test.each([
  ['4 jobs at a time, 1 to 5 s each', { jobsAtOnce: 4, jobLatencyMs: 1_000, jobLatencySpreadMs: 4_000 }, 4, 1.05],
  ['16 jobs at a time, 1 s each', { jobsAtOnce: 16, jobLatencyMs: 1_000 }, 16, 1.2],
  ['20 of our jobs at a time, 5 s each', { jobLatencyMs: 5_000 }, 20, 1.1],
] as const)('%s: Zendesk hardly ever waits for the next one', async (_, account, atOnce, limit) => {
  const clock = createTestClock();
  const it = await startTestEnvironment({ customers: 3_000, ...account, now: clock.serverNow, ports: { clock } });
  const startedAt = clock.elapsed();
  expect(await it.run()).toMatchObject({ outcome: 'completed', tallies: { read: 3_000 } });
  const ms = clock.elapsed() - startedAt;
  expect(ms / timeOfJobs(it.box.zendesk.jobWorkTimes(), atOnce)).toBeLessThan(limit);
  const looks = it.box.zendesk.requests().byRoute['GET /api/v2/job_statuses/show_many'] ?? 0;
  expect(looks).toBeLessThanOrEqual(12);
});
