import { deepStrictEqual } from 'node:assert/strict';
import type { Failpoint } from '../../../src/core/failpoints.ts';
import { createTestClock } from '../../kit/test-clock.ts';
import { lastRun } from '../run/assertions.ts';
import { assertLikeClean } from '../run/measure.ts';
import { setUp } from '../scenarios/actions.ts';
import { type ScenarioName, scenarios } from '../scenarios/scenarios.ts';
import type { Calamity } from './machine-faults.ts';

const hourMs = 3_600_000;
/** A daylight saving that was set by hand, a wrong time zone, a dead battery. */
const jumps = [-1, 1, -9, 9, -24 * 40, 24 * 40];
const met: readonly (readonly [ScenarioName, readonly (Failpoint | 'start')[]])[] = [
  ['few', ['start', 'token-saved', 'decisions-recorded', 'job-recorded', 'checkpoint-saved']],
  [
    'second',
    ['start', 'directory-saved', 'decisions-recorded', 'request-sent', 'job-recorded', 'job-ended', 'results-recorded'],
  ],
  ['long', ['start', 'job-recorded']],
  ['undo', ['start', 'job-recorded']],
];

/** The machine's clock is set, before a run or in the middle of one: what it does is what it does without. */
export const clockJumps: readonly Calamity[] = met.flatMap(([name, moments]) =>
  moments.flatMap((moment) =>
    jumps.map(
      (hours): Calamity => ({
        name: `the clock jumps ${hours} h at ${moment} (${name})`,
        async decide(measures) {
          const clean = await measures(name);
          const clock = createTestClock();
          let isDue = false;
          const jump = (): void => {
            if (isDue) clock.setBack(-hours * hourMs);
            isDue = false;
          };
          const cli = await setUp(scenarios[name], { clock, onFailpoint: (step) => step === moment && jump() });
          try {
            const since = await lastRun(cli.folder);
            isDue = true;
            if (moment === 'start') jump();
            const actual = await scenarios[name].act(cli);
            if (isDue) throw new Error('The clock never jumped.');
            deepStrictEqual([actual.kind, actual.report?.tallies], ['ended', clean.report?.tallies]);
            await assertLikeClean(cli, { name, since, actual, clean });
          } finally {
            await cli.close();
          }
        },
      }),
    ),
  ),
);
