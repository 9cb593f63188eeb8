import { resolve } from 'node:path';
import { environmentOfSuite } from '../../kit/environment/state-of-suite.ts';
import { start } from '../../kit/processes/process.ts';
import type { Kill } from '../cases/kill-cases.ts';
import { type CommandContext, setUp } from '../scenarios/actions.ts';
import { createRealClock } from '../scenarios/real-clock.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { scenarios } from '../scenarios/scenarios.ts';
import { lastRun } from './assertions.ts';
import { assertLikeClean, type Measures } from './measure.ts';

const script = resolve(import.meta.dirname, 'at-failpoint.ts');
/** Long enough to be met, short enough not to be waited for: these jobs take real time. */
const jobLatencyMs = 30;

/** Kills processes as it says, then brings the scenario to its end in this one. Throws what is wrong with it. */
export async function runKillCase({ scenario: name, deaths }: Kill, measures: Measures): Promise<void> {
  const clean = await measures(name);
  const scenario = scenarios[name];
  const cli = await onRealTime(scenario);
  try {
    const since = await lastRun(cli.folder);
    scenario.malform?.(cli);
    for (const { step, times } of deaths) {
      const { ended } = start([name, step, String(times), 'dies'], {
        cwd: cli.folder,
        script,
        env: environmentOfSuite(),
      });
      const { signal, code, stderr } = await ended;
      if (signal !== 'SIGKILL') throw new Error(`It was not killed at ${step}: exit ${code}. ${stderr}`);
    }
    await assertLikeClean(cli, { name, since, actual: undefined, clean });
  } finally {
    await cli.close();
  }
}

/** A stage whose act may be carried out by another process. */
export async function onRealTime(scenario: Scenario): Promise<CommandContext> {
  const { tokenTtlSeconds: _, ...twins } = scenario.twins ?? {};
  return await setUp({ ...scenario, twins: { ...twins, jobLatencyMs } }, { clock: createRealClock() });
}
