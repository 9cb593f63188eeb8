import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findDueRuns, resumeSchedule } from '../../../src/core/service/due.ts';
import { createSchedule, problemOfSchedule, scheduleOf } from '../../../src/core/service/schedule.ts';

const at = Date.parse;
const dues = (given: Parameters<typeof scheduleOf>[0], from: string, count: number) => {
  const schedule = createSchedule(scheduleOf(given), 'customers');
  const found: string[] = [];
  for (let due = schedule.next(at(from)); due !== undefined && found.length < count; due = schedule.next(due))
    found.push(new Date(due).toISOString());
  return found;
};

test('an expression by itself is in UTC; a due time is never its own successor', () => {
  expect(dues('*/15 * * * *', '2026-11-23T12:15:00Z', 3)).toEqual([
    '2026-11-23T12:30:00.000Z',
    '2026-11-23T12:45:00.000Z',
    '2026-11-23T13:00:00.000Z',
  ]);
});

test('two in the night in Berlin is at 00:00 UTC in summer and at 01:00 in winter', () => {
  // Clocks went back on 25 October 2026, at 03:00.
  expect(dues({ cron: '0 2 * * *', timeZone: 'Europe/Berlin' }, '2026-10-23T12:00:00Z', 3)).toEqual([
    '2026-10-24T00:00:00.000Z',
    '2026-10-25T00:00:00.000Z',
    '2026-10-26T01:00:00.000Z',
  ]);
});

test('a night whose hour is skipped still has its one run', () => {
  // Clocks go forward on 28 March 2027: 02:30 does not come.
  const found = dues({ cron: '30 2 * * *', timeZone: 'Europe/Berlin' }, '2027-03-27T12:00:00Z', 2);
  expect(found.map((due) => due.slice(0, 10))).toEqual(['2027-03-28', '2027-03-29']);
});

test('jitter spreads pipelines, stays below its limit, and is the same after a restart', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 0, max: 2 ** 41 }), (pipeline, due) => {
      const given = { cron: '0 * * * *', timeZone: 'UTC', jitter: 60 };
      const begins = createSchedule(given, pipeline).beginsAt(due);
      expect(begins).toBeGreaterThanOrEqual(due);
      expect(begins).toBeLessThan(due + 60_000);
      expect(createSchedule(given, pipeline).beginsAt(due)).toBe(begins);
    }),
    { numRuns: 50 },
  );
  const begins = ['a', 'b', 'c', 'd'].map((name) =>
    createSchedule({ cron: '0 * * * *', timeZone: 'UTC', jitter: 600 }, name).beginsAt(0),
  );
  expect(new Set(begins).size).toBe(4);
});

test.each([
  ['61 * * * *', 'schedule', /not a cron expression/],
  ['* * * *', 'schedule', /five fields/],
  ['* * * * * *', 'schedule', /five fields/],
  ['0 0 31 2 *', 'schedule', /never comes/],
  [{ cron: '@@ * * * *' }, 'schedule.cron', /not a cron expression/],
  [{ cron: '0 * * * *', timeZone: 'Mars/Base' }, 'schedule.timeZone', /no such time zone/],
  [{ cron: '* * * * *', jitter: 60 }, 'schedule.jitter', /longer than/],
])('%j is refused at %s', (given, path, message) => {
  const problem = problemOfSchedule(given);
  expect(problem?.path.join('.')).toBe(path);
  expect(problem?.message).toMatch(message);
});

test('a clock that was wrong by a year, and is set right, does not stop the schedule; a trifle makes no run twice', () => {
  const schedule = createSchedule(scheduleOf('*/15 * * * *'), 'customers');
  const now = at('2026-11-23T12:00:00Z');
  const state = (lastHandledAt: number) => ({ schedule: schedule.text, lastHandledAt, runPending: false, missed: 0 });
  expect(resumeSchedule(schedule, state(at('2027-11-23T12:00:00Z')), now).lastHandledAt).toBe(now);
  expect(resumeSchedule(schedule, state(now), now - 500).lastHandledAt).toBe(now);
  expect(findDueRuns({ schedule, state: state(now), busy: false }, now - 500)).toBeUndefined();
});

test('a machine that slept finds what it missed, and the one that is due now is not among it', () => {
  const schedule = createSchedule(scheduleOf('0 * * * *'), 'customers');
  const state = { schedule: schedule.text, lastHandledAt: at('2026-11-23T12:00:00Z'), runPending: false, missed: 1 };
  const due = (now: string) => findDueRuns({ schedule, state, busy: false }, at(now));
  expect(due('2026-11-23T15:00:30Z')).toMatchObject({ trigger: 'catch-up', state: { missed: 3, runPending: true } });
  expect(due('2026-11-23T15:30:00Z')).toMatchObject({ trigger: 'catch-up', state: { missed: 4 } });
  expect(due('2026-11-23T13:00:30Z')).toMatchObject({ trigger: 'schedule', missed: [], state: { missed: 1 } });
});
