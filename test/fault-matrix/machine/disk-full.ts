import { resolve } from 'node:path';
import type { Failpoint } from '../../../src/core/failpoints.ts';
import { type Ended, start } from '../../kit/processes/process.ts';
import { lastRun } from '../run/assertions.ts';
import { assertLikeClean } from '../run/measure.ts';
import { onRealTime } from '../run/run-kill.ts';
import type { CommandContext } from '../scenarios/actions.ts';
import { type ScenarioName, scenarios } from '../scenarios/scenarios.ts';
import type { Calamity } from './machine-faults.ts';

const script = resolve(import.meta.dirname, '../run/at-failpoint.ts');

/** From this step on the state file has no room to grow. */
const atSteps: readonly (readonly [ScenarioName, readonly Failpoint[]])[] = [
  ['few', ['token-rotated', 'token-saved', 'directory-saved', 'decisions-recorded', 'intent-recorded', 'request-sent']],
  ['first', ['directory-saved', 'decisions-recorded', 'intent-recorded', 'request-sent', 'job-recorded', 'job-ended']],
  ['undoMany', ['undo-held', 'intent-recorded', 'request-sent']],
];
/** What is written after these may find its place in what the file already has. */
const late: ReadonlySet<Failpoint> = new Set(['intent-recorded', 'request-sent', 'job-recorded', 'job-ended']);
/** No file may grow beyond so many blocks of 512 bytes: a write fails at each of a first run's places, the last ones at none. */
const limits = [8, 64, ...Array.from({ length: 24 }, (_, index) => 250 + 12 * index)];

export const diskFull: readonly Calamity[] = [
  ...atSteps.flatMap(([name, failpoints]) =>
    failpoints.map((step) =>
      calamity(`the disk is full at ${step} (${name})`, {
        name,
        exits: late.has(step) ? [6, 0] : [6],
        go: ({ folder }) => start([name, step, '1', 'disk-full'], { cwd: folder, script }),
      }),
    ),
  ),
  ...limits.map((blocks) =>
    calamity(`no file grows beyond ${blocks} blocks (few)`, {
      name: 'few',
      exits: [6, 0],
      go: ({ folder }) => start(['few'], { cwd: folder, script, blocks }),
    }),
  ),
];

function calamity(
  title: string,
  {
    name,
    exits,
    go,
  }: {
    readonly name: ScenarioName;
    readonly exits: readonly number[];
    readonly go: (cli: CommandContext) => { readonly ended: Promise<Ended> };
  },
): Calamity {
  return {
    name: title,
    async decide(measures) {
      const clean = await measures(name);
      const cli = await onRealTime(scenarios[name]);
      try {
        const since = await lastRun(cli.folder);
        const { code, stderr } = await go(cli).ended;
        if (code === null || !exits.includes(code))
          throw new Error(`The full disk was met with exit ${code}. ${stderr}`);
        // The token that could not be saved is the one thing that may be lost.
        cli.reconnect();
        await assertLikeClean(cli, { name, since, actual: undefined, clean });
      } finally {
        await cli.close();
      }
    },
  };
}
