import { expect, test } from 'vitest';
import { ConfigError, StateError } from '../../../src/core/domain/errors.ts';
import { createRateLimiter } from '../../../src/core/http/rate-limiter.ts';
import { createSharedResources, sharedRateLimiter } from '../../../src/core/http/shared-resources.ts';
import { createScheduleStore, type Played, reportOf, supervise } from '../../kit/service/supervising.ts';
import { createTestClock } from '../../kit/test-clock.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Of each account: little, so that they have to wait for each other. */
const perMinute = 8;

/** Twenty, each every hour, five to a state file. */
const twenty: readonly Played[] = Array.from({ length: 20 }, (_, n) => ({
  name: `p${n}`,
  turn: `state ${n % 4}`,
  schedule: { cron: '0 * * * *', jitter: 120 },
}));

test('a week of twenty pipelines on two accounts: every due run happened once, none overlapped, budgets held, an outage was made up for by one run each', async () => {
  const clock = createTestClock({ moves: 'each-turn' });
  const schedules = createScheduleStore();
  const open = new Map<string, number>();
  const budgetsOf = createSharedResources();
  const sent: readonly number[][] = [[], []];
  let most = 0;
  const played = twenty.map(
    (one, n): Played => ({
      ...one,
      async run({ started, signal }) {
        const state = one.turn ?? '';
        expect(open.get(state) ?? 0).toBe(0);
        open.set(state, 1);
        most = Math.max(
          most,
          [...open.values()].reduce((sum, n) => sum + n, 0),
        );
        started();
        const rateLimiter = sharedRateLimiter(budgetsOf(one.name), createRateLimiter, {
          account: `account ${n % 2}`,
          options: { limits: { perMinute, concurrent: 5 }, clock },
        });
        for (let call = 0; call < 3; call += 1)
          await rateLimiter.run(async () => sent[n % 2]?.push(clock.elapsed()), { signal });
        await clock.sleep(1_000);
        open.set(state, 0);
        return reportOf(one.name);
      },
    }),
  );
  const before = supervise(played, { clock, schedules, concurrency: 3 });
  await before.forSome(72 * hourMs + 10 * minuteMs);
  await clock.sleep(26 * hourMs);
  const after = supervise(played, { clock, schedules, concurrency: 3 });
  await after.forSome(70 * hourMs);

  expect(most).toBe(3);
  for (const times of sent) {
    expect(times.length).toBe(10 * 3 * (72 + 1 + 70));
    // Of so many requests in a row, the next comes at least a minute after the first.
    expect(times.filter((at, n) => n >= perMinute && at - (times[n - perMinute] ?? 0) < minuteMs)).toEqual([]);
  }
  for (const { name } of twenty) {
    const ran = (service: typeof before, trigger: string) =>
      service.of('run-ended').filter((event) => event.pipeline === name && event.trigger === trigger).length;
    // 13:00 on Monday to 12:00 on Thursday.
    expect(ran(before, 'schedule')).toBe(72);
    expect(ran(before, 'catch-up')).toBe(0);
    // Begun at 14:10 on Friday: 13:00 on Thursday to 14:00 on Friday were missed; 15:00 on Friday to 12:00 on Monday.
    expect(ran(after, 'catch-up')).toBe(1);
    expect(ran(after, 'schedule')).toBe(70);
    const missed = after.of('runs-missed').filter((event) => event.pipeline === name);
    expect(missed.map(({ due }) => due.length)).toEqual([26]);
    expect(missed[0]?.due[0]).toBe(Date.UTC(2026, 10, 26, 13, 0));
    expect(missed[0]?.due.at(-1)).toBe(Date.UTC(2026, 10, 27, 14, 0));
    expect(schedules.kept.get(name)).toMatchObject({ missed: 26, runPending: false });
  }
});

test('what is due while a run goes on is missed, and one run makes up for it', async () => {
  const clock = createTestClock({ moves: 'each-turn' });
  let first = true;
  const it = supervise(
    [
      {
        name: 'slow',
        schedule: '*/15 * * * *',
        async run({ started }) {
          started();
          await clock.sleep(first ? 50 * minuteMs : minuteMs);
          first = false;
          return reportOf('slow');
        },
      },
    ],
    { clock },
  );
  await it.forSome(2 * hourMs - 1);
  // 12:15 goes on until 13:05; 12:30, 12:45 and 13:00 are missed.
  expect(it.of('run-started').map(({ trigger, at }) => [trigger, new Date(at).toISOString().slice(11, 16)])).toEqual([
    ['schedule', '12:15'],
    ['catch-up', '13:05'],
    ['schedule', '13:15'],
    ['schedule', '13:30'],
    ['schedule', '13:45'],
  ]);
  expect(it.of('runs-missed').flatMap(({ due }) => due).length).toBe(3);
});

test('a run that was stopped, or whose process died, is made up for when the service is back; nothing counts as missed', async () => {
  const clock = createTestClock({ moves: 'each-turn' });
  const schedules = createScheduleStore();
  const stopped: Played = {
    name: 'customers',
    schedule: '0 * * * *',
    async run({ signal, started }) {
      started();
      await clock.sleep(10 * minuteMs, signal).catch(() => undefined);
      return reportOf('customers', { outcome: signal.aborted ? 'paused' : 'completed' });
    },
  };
  const first = supervise([stopped], { clock, schedules });
  await first.forSome(65 * minuteMs);
  expect(first.of('run-ended').map(({ report }) => report.outcome)).toEqual(['paused']);
  const second = supervise([stopped], { clock, schedules });
  await second.forSome(30 * minuteMs);
  expect(second.of('run-ended').map(({ trigger, report }) => [trigger, report.outcome])).toEqual([
    ['catch-up', 'completed'],
  ]);
  expect(schedules.kept.get('customers')).toMatchObject({ missed: 0, runPending: false });
});

test('a run that is to be retried when the service stops is made when it is back', async () => {
  const clock = createTestClock({ moves: 'each-turn' });
  const schedules = createScheduleStore();
  let isAway = true;
  const customers: Played = {
    name: 'customers',
    schedule: '0 * * * *',
    async run({ started }) {
      started();
      await clock.sleep(10 * minuteMs);
      const error = { code: 'unavailable', message: 'Away.', exitCode: 4 };
      return reportOf('customers', isAway ? { outcome: 'failed', error } : {});
    },
  };
  const first = supervise([customers], { clock, schedules });
  await first.forSome(65 * minuteMs);
  expect(first.of('run-ended').map(({ report }) => report.outcome)).toEqual(['failed']);
  isAway = false;
  const second = supervise([customers], { clock, schedules });
  await second.forSome(20 * minuteMs);
  expect(second.of('run-ended').map(({ trigger, report }) => [trigger, report.outcome])).toEqual([
    ['catch-up', 'completed'],
  ]);
});

test('what failed because the other side was away, or the state was in use, is tried again before it is due again', async () => {
  const clock = createTestClock({ moves: 'each-turn' });
  const begins: number[] = [];
  const it = supervise(
    [
      {
        name: 'nightly',
        schedule: '0 13 * * *',
        async run({ started }) {
          begins.push(clock.now());
          if (begins.length === 1) throw new StateError('In use.', { code: 'locked' });
          started();
          const error = { code: 'unavailable', message: 'Away.', exitCode: 4 };
          return reportOf('nightly', begins.length === 2 ? { outcome: 'failed', error } : {});
        },
      },
    ],
    { clock },
  );
  await it.forSome(12 * hourMs);
  const [due = 0] = begins;
  expect(begins.map((at) => Math.round((at - due) / minuteMs))).toEqual([0, 1, 3]);
  expect(it.of('run-rejected').map(({ code, exitCode }) => [code, exitCode])).toEqual([['locked', 6]]);
});

test('one that is refused, or meets a bug, does not stop the others', async () => {
  const clock = createTestClock({ moves: 'each-turn' });
  const it = supervise(
    [
      { name: 'held', schedule: '0 * * * *', run: () => Promise.reject(new ConfigError('Held.', { code: 'held' })) },
      { name: 'broken', schedule: '0 * * * *', run: () => Promise.reject(new TypeError('user@example.com')) },
      { name: 'well', schedule: '0 * * * *' },
    ],
    { clock },
  );
  await it.forSome(3 * hourMs + 1);
  expect(it.of('run-ended').filter(({ pipeline }) => pipeline === 'well').length).toBe(3);
  const refused = it.of('run-rejected').filter(({ at }) => at < Date.UTC(2026, 10, 23, 13, 30));
  expect(refused.map(({ pipeline, code, exitCode }) => [pipeline, code, exitCode])).toEqual([
    ['held', 'held', 2],
    ['broken', 'bug', 70],
  ]);
  expect(JSON.stringify(it.events)).not.toContain('user@example.com');
});

test('requests that wait become one run, behind the one that goes on; keys and everything stay apart', async () => {
  const clock = createTestClock({ moves: 'each-turn' });
  const seen: unknown[] = [];
  const it = supervise(
    [
      {
        name: 'customers',
        async run({ keys, started }) {
          started();
          seen.push(keys);
          await clock.sleep(minuteMs);
          return reportOf('customers');
        },
      },
    ],
    { clock },
  );
  const done = it.forSome(hourMs);
  await clock.sleep(1000);
  const requestRun = it.supervisor.requestRun;
  const first = requestRun('customers', 'change', { keys: ['1'] });
  await clock.sleep(1000);
  const rest = [
    requestRun('customers', 'change', { keys: ['2'] }),
    requestRun('customers', 'change', { keys: ['3', '2'] }),
    requestRun('customers', 'manual'),
    requestRun('customers', 'manual'),
  ];
  expect((await Promise.all([first, ...rest])).map(({ kind }) => kind)).toEqual(Array(5).fill('ended'));
  expect(seen).toEqual([['1'], undefined, ['2', '3']]);
  expect(await requestRun('nobody', 'manual')).toEqual({ kind: 'dropped' });
  await done;
  expect(await requestRun('customers', 'manual')).toEqual({ kind: 'dropped' });
});

test('a new configuration is followed from when it was taken; what goes on comes to its end as it was started', async () => {
  const clock = createTestClock({ moves: 'each-turn' });
  const schedules = createScheduleStore();
  const it = supervise(
    [
      { name: 'a', schedule: '0 * * * *', tookMs: 10 * minuteMs },
      { name: 'gone', schedule: '0 * * * *', tookMs: 10 * minuteMs },
    ],
    { clock, schedules },
  );
  const done = it.forSome(2 * hourMs + 1);
  await clock.sleep(62 * minuteMs);
  await it.setPipelines([
    { name: 'a', schedule: '*/5 * * * *' },
    { name: 'new', schedule: '30 13 * * *' },
  ]);
  await clock.sleep(60 * minuteMs - 2);
  await done;
  const ended = (name: string) => it.of('run-ended').filter(({ pipeline }) => pipeline === name).length;
  expect(ended('gone')).toBe(1);
  expect(ended('new')).toBe(1);
  // 13:00; 13:05 and 13:10 passed while it went on, 13:10 caught up; 13:15 to 14:00.
  expect(ended('a')).toBe(12);
  expect(schedules.kept.get('a')?.missed).toBe(2);
});
