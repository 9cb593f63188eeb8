import { join } from 'node:path';
import { expect, test } from 'vitest';
import { alertsSchema } from '../../../src/core/alerts/config.ts';
import { createAlerts } from '../../../src/core/alerts/create-alerts.ts';
import type { AlertMessage } from '../../../src/core/alerts/message.ts';
import { createRules } from '../../../src/core/alerts/rules.ts';
import type { Target } from '../../../src/core/alerts/targets/alert-target.ts';
import type { RunReport } from '../../../src/core/domain/run/run-report.ts';
import type { Trigger } from '../../../src/core/service/events.ts';
import { openSqliteStore } from '../../../src/core/state/sqlite/open-store.ts';
import { ownFolder } from '../../kit/folder.ts';
import { quiet } from '../../kit/ports.ts';
import { identity } from '../../kit/state/store-builders.ts';
import { createTestClock } from '../../kit/test-clock.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const { rules: defaults } = alertsSchema.parse({ targets: [{ type: 'command', command: ['true'] }] });

function report({ read = 100, rejected = 0, outcome = 'completed' as RunReport['outcome'] } = {}): RunReport {
  const none = { requests: 0, endpoints: {} };
  return {
    run: 'r',
    pipeline: 'customers',
    outcome,
    tallies: { read, created: 0, updated: 0, unchanged: read - rejected, skipped: 0, rejected },
    skips: {},
    rejects: [],
    requests: { source: 0, destination: 0, throttled: 0 },
    // Nothing of it is looked at.
    timings: { source: none, destination: none } as unknown as RunReport['timings'],
    cursor: null,
    warnings: [],
    ...(outcome === 'failed' && {
      error: { code: 'quickbooks-quota', message: 'QuickBooks keeps refusing.', exitCode: 4 },
    }),
    startedAt: '',
    finishedAt: '',
  };
}

/** A service that runs hourly, whose alerts are opened again whenever the test says so. */
async function service(target: Target['send'] = async () => undefined) {
  const clock = createTestClock({ startedAt: Date.UTC(2026, 10, 23) });
  const path = join(ownFolder(), 'state.db');
  const reported: AlertMessage[] = [];
  const world = { rejectsWaiting: 0, deactivationsHeld: 0, expiresInDays: 100 };
  const openOnce = async () => {
    const store = await openSqliteStore({ path, clock });
    const alerts = createAlerts({
      pipeline: 'customers',
      id: await store.openPipeline(identity),
      store,
      rules: createRules(defaults),
      targets: [
        {
          name: 'test 1',
          send: async (message) => {
            await target(message);
            reported.push(message);
          },
        },
      ],
      facts: async () => ({
        ...world,
        expiries: [{ what: 'the refresh token of QuickBooks', at: clock.now() + world.expiresInDays * dayMs }],
        due: (from, to) => Math.floor(to / hourMs) - Math.floor(from / hourMs),
      }),
      clock,
      log: quiet,
      redact: (text) => text,
    });
    return { alerts, store };
  };
  let opened = await openOnce();
  const restart = async (): Promise<void> => {
    await opened.store.close();
    opened = await openOnce();
  };
  const tick = async (): Promise<void> => {
    opened.alerts.listener({ kind: 'tick', at: clock.now() });
    await opened.alerts.idle();
  };
  return {
    clock,
    world,
    reported,
    tick,
    restart,
    words: () => reported.map(({ rule, state }) => `${rule} ${state}`),
    async run(what: Parameters<typeof report>[0] = {}, trigger: Trigger = 'schedule'): Promise<void> {
      opened.alerts.listener({
        kind: 'run-ended',
        pipeline: 'customers',
        at: clock.now(),
        trigger,
        report: report(what),
      });
      await opened.alerts.idle();
    },
    async refuse(code = 'invalid-grant'): Promise<void> {
      const error = { code, exitCode: 3, message: 'QuickBooks refused the refresh token.', hint: 'Connect again.' };
      opened.alerts.listener({ kind: 'run-rejected', pipeline: 'customers', at: clock.now(), ...error });
      await opened.alerts.idle();
    },
    /** An hour with a tick in it; and a restart, which must change nothing. */
    async hour(): Promise<void> {
      clock.pass(hourMs);
      await restart();
      await tick();
    },
  };
}

test('in a week of incidents each is reported once, and once that it is over, through restarts at every hour', async () => {
  const { world, hour, run, refuse, reported, words } = await service();
  const hours = async (count: number, what?: Parameters<typeof run>[0]): Promise<void> => {
    for (let n = 0; n < count; n += 1) {
      await hour();
      await run(what);
    }
  };
  await hours(24);
  expect(words()).toEqual([]);

  // Tuesday: a sync fails, and the next can't begin.
  await hours(1, { outcome: 'failed' });
  await hour();
  await refuse();
  await hours(22);
  // Wednesday: a value that Zendesk refuses, until it is corrected.
  world.rejectsWaiting = 30;
  await hours(3, { rejected: 30 });
  await hours(10, { read: 50 });
  world.rejectsWaiting = 0;
  await hours(11);
  // Thursday: the source shows nothing, as it never did.
  await hours(2, { read: 0 });
  await hours(22);
  // Friday: nothing runs at all.
  for (let n = 0; n < 9; n += 1) await hour();
  await hours(15);
  // Saturday: a token goes unrenewed until the evening.
  world.expiresInDays = 13;
  await hours(20);
  world.expiresInDays = 100;
  await hours(4);
  // Sunday: half the customers are said to be gone.
  world.deactivationsHeld = 50;
  await hours(6, { outcome: 'held' });
  world.deactivationsHeld = 0;
  await hours(18);

  const rules = ['failed-runs', 'reject-rate', 'volume', 'no-success', 'token-expiry', 'held-deactivations'];
  expect(words()).toEqual(rules.flatMap((rule) => [`${rule} open`, `${rule} over`]));
  expect(reported[0]?.text).toBe('Rolodesk, customers: the sync failed (quickbooks-quota): QuickBooks keeps refusing.');
  expect(reported[1]).toMatchObject({ since: '2026-11-24T01:00:00.000Z', at: '2026-11-24T03:00:00.000Z' });
  expect(reported[2]?.text).toBe('Rolodesk, customers: 30 of 100 customers were rejected (30 %)');
});

test('a run that meets another one in flight, or was asked to stop, is no failure', async () => {
  const { run, refuse, words, reported } = await service();
  await refuse('locked');
  await run({ outcome: 'paused' });
  expect(words()).toEqual([]);
  await refuse();
  await run({ outcome: 'paused' });
  expect(words()).toEqual(['failed-runs open']);
  expect(reported[0]?.text).toContain('QuickBooks refused the refresh token. Connect again.');
});

test('hours in which nothing changed are no news where there always were some, nor is a run by keys', async () => {
  const { hour, run, words } = await service();
  for (let n = 0; n < 60; n += 1) {
    await hour();
    await run({ read: n % 3 });
    await run({ read: 4_000 }, 'change');
    await run({ read: 9_000 }, 'manual');
  }
  expect(words()).toEqual([]);
});

test('a flood is reported, and a volume that stays is the new usual one', async () => {
  const { hour, run, words } = await service();
  for (const read of [...Array(10).fill(10), ...Array(8).fill(3_000)]) {
    await hour();
    await run({ read });
  }
  expect(words()).toEqual(['volume open', 'volume over']);
});

test('a target that fails is tried again, ever later, in order, and forgets nothing in a restart', async () => {
  let failures = 3;
  const tried: string[] = [];
  const { clock, run, tick, restart, words } = await service(async ({ state }) => {
    tried.push(state);
    failures -= 1;
    if (failures >= 0) throw new Error('refused');
  });
  await run({ outcome: 'failed' });
  await run();
  await restart();
  const minutes: number[] = [];
  for (let minute = 1; minute <= 10; minute += 1) {
    clock.pass(60_000);
    const before = tried.length;
    await tick();
    if (tried.length > before) minutes.push(minute);
  }
  expect(minutes).toEqual([1, 3, 7]);
  expect(tried).toEqual(['open', 'open', 'open', 'open', 'over']);
  expect(words()).toEqual(['failed-runs open', 'failed-runs over']);
});
