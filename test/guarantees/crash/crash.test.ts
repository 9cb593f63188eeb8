import { expect, test } from 'vitest';
import { duplicatesOf, snapshotOf } from '../../kit/environment/snapshots.ts';
import { startTestEnvironment } from '../../kit/environment/test-environment.ts';
import { start } from '../../kit/processes/process.ts';

const people = { customers: 2500, users: 40, seed: 11, jobLatencyMs: 40 };
const kills = 20;

test('G2: kill -9 at twenty moments of a sync, then a plain sync: the end of one clean run', {
  timeout: 300_000,
}, async () => {
  const clean = await startTestEnvironment(people);
  await clean.run();

  const { box, folder, run } = await startTestEnvironment(people);
  let killed = 0;
  for (let round = 1; round <= kills; round += 1) {
    const { child, ended } = start(['sync', '--quiet', '--json'], { cwd: folder });
    // Not by the clock: after so many requests to Zendesk in this round, wherever that falls.
    const aim = box.zendesk.requests().total + 1 + ((round * 7) % 19);
    const watch = setInterval(() => {
      if (box.zendesk.requests().total >= aim) child.kill('SIGKILL');
    }, 1);
    const { signal } = await ended;
    clearInterval(watch);
    if (signal === 'SIGKILL') killed += 1;
  }
  expect(killed).toBeGreaterThan(5);
  const report = await run();
  expect(report.error).toBeUndefined();
  const last = await run({ full: true });
  expect(last.tallies).toMatchObject({ read: people.customers, created: 0 });
  expect(duplicatesOf(box)).toEqual([]);
  expect(snapshotOf(box)).toEqual(snapshotOf(clean.box));
});

test('a first SIGINT ends reading, follows the jobs, prints a report and exits 130', async () => {
  const { box, folder, run } = await startTestEnvironment({ customers: 3000, jobLatencyMs: 150 });
  const { child, ended } = start(['sync', '--quiet', '--json'], { cwd: folder });
  const watch = setInterval(() => {
    if (box.zendesk.requests().byRoute['POST /api/v2/users/create_many'] !== undefined) {
      clearInterval(watch);
      child.kill('SIGINT');
    }
  }, 1);
  const { code, stdout } = await ended;
  expect(code).toBe(130);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({ outcome: 'paused' });
  expect(report.tallies.created).toBe(box.zendesk.state().active);
  expect(await run()).toMatchObject({ outcome: 'completed' });
  expect(duplicatesOf(box)).toEqual([]);
});
