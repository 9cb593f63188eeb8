import { expect, test } from 'vitest';
import type { JobStatus } from '../../../src/connectors/zendesk/api/api-schemas.ts';
import { createJobTracker } from '../../../src/connectors/zendesk/jobs/job-tracker.ts';
import { noon, quiet } from '../../kit/ports.ts';
import { createTestClock } from '../../kit/test-clock.ts';

const { signal } = new AbortController();
const minuteMs = 60_000;

/** A tracker over jobs whose state at each moment the test says. Undefined: Zendesk does not know the job. */
function createTracked(stateOf: (id: string, afterMs: number) => Partial<JobStatus> | undefined | Error) {
  const time = createTestClock({ moves: 'by-hand' });
  const polls: { readonly at: number; readonly ids: readonly string[] }[] = [];
  const tracker = createJobTracker({
    clock: time.clock,
    log: quiet,
    api: {
      jobStatuses: async (ids) => {
        const at = time.clock.now() - noon;
        polls.push({ at, ids });
        return ids.flatMap((id) => {
          const state = stateOf(id, at);
          if (state instanceof Error) throw state;
          return state ? [{ id, status: 'queued', ...state }] : [];
        });
      },
    },
  });
  return { ...time, tracker, polls };
}

const doneAfter = (ms: number) => (id: string, at: number) =>
  at >= ms
    ? { status: 'completed', results: [{ id: 1, status: 'Created', job: id }] }
    : { status: 'working', progress: at };

test('a job is followed to its end, and its results come with it', async () => {
  const { tracker, until } = createTracked(doneAfter(2_000));
  expect(await until(tracker.follow('V3-1', signal))).toEqual({
    kind: 'ended',
    status: 'completed',
    results: [{ id: 1, status: 'Created', job: 'V3-1' }],
  });
  expect([tracker.knows('V3-1'), tracker.knows('V3-2')]).toEqual([true, false]);
});

test('all jobs in flight are asked for in one call', async () => {
  const { tracker, until, polls } = createTracked(doneAfter(50));
  const ids = Array.from({ length: 20 }, (_, index) => `V3-${index}`);
  await until(Promise.all(ids.map((id) => tracker.follow(id, signal))));
  expect(polls.map((poll) => poll.ids)).toEqual([ids]);
});

test('the first looks come ever later, and never more than five seconds apart', async () => {
  const { tracker, until, polls } = createTracked(doneAfter(30_000));
  await until(tracker.follow('V3-1', signal));
  const gaps = polls.map(({ at }, index) => at - (polls[index - 1]?.at ?? 0));
  expect(gaps[0]).toBe(100);
  expect(gaps).toEqual([...gaps].sort((a, b) => a - b));
  expect(Math.max(...gaps)).toBe(5_000);
});

test('once a job has ended, the next look is when the oldest is expected to end', async () => {
  const { tracker, until, polls } = createTracked((id, at) => doneAfter(id === 'V3-1' ? 4_000 : 8_000)(id, at));
  await until(tracker.follow('V3-1', signal));
  const [took, looked] = [polls.at(-1)?.at ?? 0, polls.length];
  await until(tracker.follow('V3-2', signal));
  // The first one took four seconds, and was seen to have ended by half a second later.
  expect(polls.length - looked).toBe(1);
  const firstLook = (polls[looked]?.at ?? 0) - took;
  expect(firstLook).toBeGreaterThanOrEqual(4_000);
  expect(firstLook).toBeLessThan(4_500);
});

test.each(['failed', 'killed', 'aborted-in-some-new-way'])(
  '%s is an end like any other: the rows decide',
  async (status) => {
    const { tracker, until } = createTracked(() => ({ status, results: [{ index: 0, error: 'x' }] }));
    expect(await until(tracker.follow('V3-1', signal))).toEqual({
      kind: 'ended',
      status,
      results: [{ index: 0, error: 'x' }],
    });
  },
);

test('results that are no list are no results', async () => {
  const { tracker, until } = createTracked(() => ({ status: 'completed', results: { success: true } }));
  expect(await until(tracker.follow('V3-1', signal))).toMatchObject({ kind: 'ended', results: undefined });
});

test('a job that is missing once may come back; missing twice it is gone', async () => {
  let missing = 1;
  const { tracker, until, polls } = createTracked((id, at) => (missing-- > 0 ? undefined : doneAfter(0)(id, at)));
  expect(await until(tracker.follow('V3-1', signal))).toMatchObject({ kind: 'ended' });
  missing = 2;
  const before = polls.length;
  expect(await until(tracker.follow('V3-2', signal))).toEqual({ kind: 'gone' });
  expect(polls.length - before).toBe(2);
});

test('one that is gone does not hold the others up', async () => {
  const { tracker, until } = createTracked((id, at) => (id === 'V3-1' ? undefined : doneAfter(1_000)(id, at)));
  expect(await until(Promise.all([tracker.follow('V3-1', signal), tracker.follow('V3-2', signal)]))).toMatchObject([
    { kind: 'gone' },
    { kind: 'ended' },
  ]);
});

test('a job that has not moved for ten minutes is stuck; one that moves is not, however long it takes', async () => {
  const slow = createTracked((_, at) =>
    at >= 40 * minuteMs
      ? { status: 'completed', results: [] }
      : { status: 'working', progress: Math.floor(at / (9 * minuteMs)) },
  );
  expect(await slow.until(slow.tracker.follow('V3-1', signal))).toMatchObject({ kind: 'ended' });
  const still = createTracked(() => ({ status: 'queued', progress: null }));
  expect(await still.until(still.tracker.follow('V3-1', signal))).toEqual({ kind: 'stuck' });
  expect(still.polls.at(-1)?.at).toBeGreaterThan(10 * minuteMs);
  expect(still.polls.at(-1)?.at).toBeLessThan(11 * minuteMs);
});

test('a poll that fails ends all that are followed, and whoever waits for an end; later jobs are polled again', async () => {
  let failure: Error | undefined = new Error('unavailable');
  const { tracker, until } = createTracked((id, at) => failure ?? doneAfter(0)(id, at));
  const followed = ['V3-1', 'V3-2'].map((id) => tracker.follow(id, signal).catch((error: unknown) => error));
  const waits = tracker.nextEnd(signal);
  expect(await until(Promise.all(followed))).toEqual([failure, failure]);
  await until(waits);
  failure = undefined;
  expect(await until(tracker.follow('V3-3', signal))).toMatchObject({ kind: 'ended' });
});

test('who is asked to stop stops at once, and the others are followed on', async () => {
  const stop = new AbortController();
  const { tracker, until, polls, play } = createTracked(doneAfter(5_000));
  const [one, two] = [tracker.follow('V3-1', stop.signal), tracker.follow('V3-2', signal)];
  const refused = expect(one).rejects.toThrow('stopped');
  await play(500);
  stop.abort(new Error('stopped'));
  await refused;
  const before = polls.length;
  await until(two);
  expect(polls.slice(before).every(({ ids }) => ids.join() === 'V3-2')).toBe(true);
  await expect(tracker.follow('V3-3', stop.signal)).rejects.toThrow('stopped');
});

test('the next end is that of any followed job', async () => {
  const { tracker, until } = createTracked((id, at) => doneAfter(id === 'V3-1' ? 60_000 : 500)(id, at));
  const slow = tracker.follow('V3-1', signal);
  const quick = tracker.follow('V3-2', signal);
  await until(tracker.nextEnd(signal));
  await until(quick);
  await until(slow);
});

test('a tracker that is closed polls no more', async () => {
  const { tracker, settle, sleepers } = createTracked(doneAfter(60_000));
  const followed = tracker.follow('V3-1', signal).catch(() => 'ended');
  await settle();
  tracker.close();
  expect(await followed).toBe('ended');
  expect(sleepers()).toBe(0);
});
