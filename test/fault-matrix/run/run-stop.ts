import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Failpoint } from '../../../src/core/failpoints.ts';
import type { Death, Kill } from '../cases/kill-cases.ts';
import { type CommandContext, setUp } from '../scenarios/actions.ts';
import { scenarios } from '../scenarios/scenarios.ts';
import { twinsOf } from '../twins.ts';
import { lastRun } from './assertions.ts';
import { assertLikeClean, type Measures } from './measure.ts';

/**
 * What a kill leaves behind, without a process to kill: at the step the state file is copied and both servers are cut off, so
 * that whatever the run still does is seen by nobody; then the copy takes the file's place. Quicker than the real thing, of
 * which it is a dry run. Throws what is wrong.
 */
export async function runStopCase({ scenario: name, deaths }: Kill, measures: Measures): Promise<void> {
  const clean = await measures(name);
  let onFailpoint: (step: Failpoint) => void = () => undefined;
  const cli = await setUp(scenarios[name], { onFailpoint: (step) => onFailpoint(step) });
  try {
    const since = await lastRun(cli.folder);
    for (const death of deaths) {
      const stop = stopAt(death, cli);
      onFailpoint = stop.onFailpoint;
      await scenarios[name].act(cli);
      stop.restore();
    }
    onFailpoint = () => undefined;
    await assertLikeClean(cli, { name, since, actual: undefined, clean });
  } finally {
    await cli.close();
  }
}

function stopAt({ step, times }: Death, { box, api, folder }: CommandContext) {
  const state = ['state.db', 'state.db-wal'].map((name) => join(folder, '.rolodesk', name));
  const twins = twinsOf({ box, api }).map(([, twin]) => twin);
  let left = times;
  return {
    onFailpoint(taken: Failpoint): void {
      if (taken === step) left -= 1;
      if (taken !== step || left !== 0) return;
      for (const file of state) if (existsSync(file)) copyFileSync(file, `${file}.copy`);
      for (const { faults } of twins) faults.add({ fault: 'reset-before' });
    },
    restore(): void {
      if (left > 0) throw new Error(`It never came to ${step}.`);
      for (const { faults } of twins) faults.clear();
      for (const file of state) {
        rmSync(file, { force: true });
        if (existsSync(`${file}.copy`)) copyFileSync(`${file}.copy`, file);
        rmSync(`${file}.copy`, { force: true });
      }
    },
  };
}
