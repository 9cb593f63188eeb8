import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Failpoint } from '../../../src/core/failpoints.ts';
import { lastRun } from '../run/assertions.ts';
import { assertLikeClean } from '../run/measure.ts';
import { type ActionResult, type CommandContext, setUp } from '../scenarios/actions.ts';
import { type ScenarioName, scenarios } from '../scenarios/scenarios.ts';
import type { Calamity } from './machine-faults.ts';

const atOnce: readonly ScenarioName[] = ['few', 'second', 'deletes', 'single', 'undo', 'related'];
const lost: readonly (readonly [ScenarioName, readonly Failpoint[]])[] = [
  [
    'few',
    [
      'directory-saved',
      'decisions-recorded',
      'intent-recorded',
      'request-sent',
      'job-recorded',
      'job-ended',
      'results-recorded',
    ],
  ],
  ['second', ['decisions-recorded', 'intent-recorded', 'request-sent', 'job-recorded', 'results-recorded']],
];

export const processes: readonly Calamity[] = [
  ...atOnce.map(
    (name): Calamity => ({
      name: `two runs at once (${name})`,
      decide: (measures) =>
        on(name, measures, async (cli) => {
          const both = await Promise.all([scenarios[name].act(cli), scenarios[name].act(cli)]);
          const actual = both.filter(({ kind }) => kind === 'ended');
          const refused = both.filter((one) => one.kind === 'failed' && one.code === 'locked' && one.exitCode === 6);
          if (actual.length !== 1 || refused.length !== 1) throw new Error(`They ended ${JSON.stringify(both)}`);
          return actual[0];
        }),
    }),
  ),
  ...lost.flatMap(([name, failpoints]) =>
    failpoints.map(
      (step): Calamity => ({
        name: `the lock file is deleted at ${step}, and another run begins (${name})`,
        async decide(measures) {
          let second: Promise<ActionResult> | undefined;
          let armed = false;
          await on(
            name,
            measures,
            async (cli) => {
              armed = true;
              const first = await scenarios[name].act(cli);
              const other = await second;
              if (!other) throw new Error('No other run began.');
              for (const actual of [first, other])
                if (actual.kind === 'failed' && actual.exitCode !== 6)
                  throw new Error(`It failed with ${actual.code}.`);
              return undefined;
            },
            (taken, cli) => {
              if (!armed || taken !== step) return;
              armed = false;
              rmSync(join(cli.folder, '.rolodesk', 'state.db.lock'));
              second = scenarios[name].act(cli);
            },
          );
        },
      }),
    ),
  ),
];

async function on(
  name: ScenarioName,
  measures: Parameters<Calamity['decide']>[0],
  work: (cli: CommandContext) => Promise<ActionResult | undefined>,
  onFailpoint: (step: Failpoint, cli: CommandContext) => void = () => undefined,
): Promise<void> {
  const clean = await measures(name);
  let cli: CommandContext | undefined;
  cli = await setUp(scenarios[name], { onFailpoint: (step) => cli && onFailpoint(step, cli) });
  try {
    const since = await lastRun(cli.folder);
    const actual = await work(cli);
    await assertLikeClean(cli, { name, since, actual, clean });
  } finally {
    await cli.close();
  }
}
