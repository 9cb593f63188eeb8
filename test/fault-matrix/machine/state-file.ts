import { deepStrictEqual } from 'node:assert/strict';
import {
  closeSync,
  copyFileSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { evidenceOf, lastRun } from '../run/assertions.ts';
import { type ActionResult, type CommandContext, setUp } from '../scenarios/actions.ts';
import { type ScenarioName, scenarios } from '../scenarios/scenarios.ts';
import type { Calamity } from './machine-faults.ts';

const name: ScenarioName = 'updates';
const garbage = Buffer.from('this is no database '.repeat(200));

/** What becomes of the state file between two runs, and whether the next one refuses it. */
const damages: readonly (readonly [string, 'refused' | 'like new', (path: string) => void])[] = [
  ['is overwritten', 'refused', (path) => writeFileSync(path, garbage)],
  ['has a damaged head', 'refused', (path) => overwrite(path, 0)],
  [
    'has damaged pages',
    'refused',
    (path) => {
      for (let at = 4096; at < statSync(path).size; at += 8192) overwrite(path, at);
    },
  ],
  ['is cut off', 'refused', (path) => truncateSync(path, 3 * 4096)],
  ['is empty', 'like new', (path) => truncateSync(path, 0)],
  ['is gone', 'like new', (path) => rmSync(path)],
];

export const stateFile: readonly Calamity[] = [
  ...damages.map(
    ([title, ending, damage]): Calamity => ({
      name: `the state file ${title} (${name})`,
      decide: (measures) =>
        on(measures, async (cli, path) => {
          damage(path);
          if (ending === 'like new') return cli.reconnect();
          const accepted = cli.box.zendesk.writes().accepted;
          assertRefused(await scenarios[name].act(cli));
          deepStrictEqual(cli.box.zendesk.writes().accepted, accepted);
          // What the message says: move it away, and connect again.
          for (const file of readdirSync(join(path, '..'))) rmSync(join(path, '..', file));
          cli.reconnect();
        }),
    }),
  ),
  {
    name: `the state file is an old copy (${name})`,
    decide: (measures) =>
      on(
        measures,
        async (cli, path) => {
          copyFileSync(`${path}.old`, path);
          cli.reconnect();
        },
        (path) => copyFileSync(path, `${path}.old`),
      ),
  },
];

function overwrite(path: string, at: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, garbage, 0, 100, at);
  closeSync(file);
}

function assertRefused(actual: ActionResult): void {
  if (actual.kind !== 'failed' || actual.exitCode !== 6) throw new Error(`It was taken: ${JSON.stringify(actual)}`);
}

/** Without its memory a run finds every user by its external id: both sides end as after a clean run. */
async function on(
  measures: Parameters<Calamity['decide']>[0],
  work: (cli: CommandContext, path: string) => Promise<void>,
  before: (path: string) => void = () => undefined,
): Promise<void> {
  const clean = await measures(name);
  const cli = await setUp(scenarios[name]);
  const path = join(cli.folder, '.rolodesk', 'state.db');
  try {
    before(path);
    await work(cli, path);
    const actual = await scenarios[name].act(cli);
    if (actual.kind !== 'ended') throw new Error(`Afterwards it failed with ${actual.code}.`);
    const { users, organizations, made, mails, twice, unfinished } = await evidenceOf(cli, await lastRun(cli.folder));
    const { evidence } = clean;
    deepStrictEqual(
      { users, organizations, made, mails, twice, unfinished },
      {
        users: evidence.users,
        organizations: evidence.organizations,
        made: evidence.made,
        mails: 0,
        twice: [],
        unfinished: [],
      },
    );
  } finally {
    await cli.close();
  }
}
