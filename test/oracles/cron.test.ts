import { expect, test } from 'vitest';
import { createSchedule, problemOfSchedule } from '../../src/core/service/schedule.ts';
import cron from './cron.json' with { type: 'json' };

function dueTimes({ expression, zone, after }: (typeof cron.runs)[number], count: number): readonly string[] {
  const schedule = createSchedule({ cron: expression, timeZone: zone, jitter: 0 }, 'customers');
  const found: string[] = [];
  for (let due = schedule.next(Date.parse(after)); due !== undefined; due = schedule.next(due)) {
    found.push(new Date(due).toISOString());
    if (found.length === count) break;
  }
  return found;
}

test.each(cron.runs)('$expression in $zone after $after', (one) => {
  expect(dueTimes(one, Math.max(one.runs.length, 1))).toEqual(one.runs);
});

test('what cron accepts, a schedule accepts, unless it never comes or was surely meant otherwise', () => {
  const refused = Object.entries(cron.accepted).filter(
    ([expression, isAccepted]) => isAccepted && problemOfSchedule(expression) !== undefined,
  );
  expect(refused.map(([expression]) => expression)).toEqual([
    '0 0 30 2 *',
    '0 0 31 4,6,9,11 *',
    // Cron reads these as hours, minutes and days that never come.
    '5-1 * * * *',
    '22-2 * * * *',
    '0 22-2 * * *',
    '0 12 * * 6-1',
    '1-2-3 * * * *',
    '1.5 * * * *',
  ]);
});

test('what cron refuses, a schedule refuses, except for forms that other schedulers know', () => {
  const accepted = Object.entries(cron.accepted).filter(
    ([expression, isAccepted]) => !isAccepted && problemOfSchedule(expression) === undefined,
  );
  // No value, the last day, the last Friday, and the weekday nearest to the 15th.
  expect(accepted.map(([expression]) => expression)).toEqual(['0 0 ? * 1', '0 0 L * *', '0 0 * * 5L', '0 0 15W * *']);
});
