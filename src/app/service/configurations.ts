import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { destinations } from '../../connectors/registry.ts';
import { findConfigFile } from '../../core/config/load.ts';
import { ConfigError } from '../../core/domain/errors.ts';
import type { Host } from '../host.ts';
import { readSettings, type Settings } from '../settings.ts';

/** Where a service finds its pipelines: one file, or a folder of them. */
export interface Place {
  /** The folder to watch. */
  readonly folder: string;
  files(): readonly string[];
}

/** Throws ConfigError if there is none. */
export function placeOf(asked: string | undefined, { env, cwd }: Pick<Host, 'env' | 'cwd'>): Place {
  const folders = env.INIT_CWD === undefined ? [cwd] : [env.INIT_CWD, cwd];
  const path = resolve(folders[0] ?? cwd, asked ?? '.');
  if (asked !== undefined && existsSync(path) && statSync(path).isDirectory())
    return { folder: path, files: () => filesIn(path) };
  const file = findConfigFile({ asked, folders });
  return { folder: dirname(file), files: () => [file] };
}

function filesIn(folder: string): readonly string[] {
  const files = readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name) || /^rolodesk\.config\.(ts|mts|js|mjs)$/.test(name))
    .sort();
  if (files.length === 0)
    throw new ConfigError(`There is no configuration in ${folder}.`, {
      code: 'no-config',
      hint: 'A folder holds one .yaml file for each pipeline.',
    });
  return files.map((name) => join(folder, name));
}

/** Reads all configurations and checks that they fit together. Throws ConfigError. */
export async function readConfigurations(place: Place, host: Host): Promise<readonly Settings[]> {
  const all: Settings[] = [];
  for (const file of place.files()) all.push(await readSettings({ asked: file, host }));
  assertDistinctNames(all);
  assertDistinctBudgets(all);
  assertDistinctStates(all);
  return all;
}

/** A text that changes if and only if the content of the files does. */
export function contentOf(place: Place): string {
  const hash = createHash('sha256');
  for (const file of place.files()) hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function assertDistinctNames(all: readonly Settings[]): void {
  for (const [name, list] of Map.groupBy(all, (settings) => settings.name))
    if (list.length > 1)
      throw new ConfigError(`${list.map(({ path }) => basename(path)).join(' and ')} both name the pipeline ${name}.`, {
        code: 'two-pipelines',
        hint: 'Give each a name of its own with name:.',
      });
}

/**
 * A rotated refresh token is stored in the state file: two pipelines with one token need one state file, or one would
 * not see what the other renewed.
 */
function assertDistinctStates(all: readonly Settings[]): void {
  const tokens = all.flatMap((settings) =>
    [settings.config.source, settings.config.destination].flatMap((side) => {
      const token = 'refreshToken' in side ? side.refreshToken : undefined;
      return typeof token === 'string' ? [{ token, settings }] : [];
    }),
  );
  for (const list of Map.groupBy(tokens, ({ token }) => token).values()) {
    const [first, ...others] = list.map(({ settings }) => settings);
    const other = others.find(({ state }) => state.path !== first?.state.path);
    if (first && other)
      throw new ConfigError(
        `${basename(first.path)} and ${basename(other.path)} use one refresh token and keep their state in two files.`,
        { code: 'two-states', hint: 'The token is renewed in the state file: give both the same state:.' },
      );
  }
}

/** An account has one request budget: two different shares of it would be two budgets. */
function assertDistinctBudgets(all: readonly Settings[]): void {
  const account = ({ config }: Settings): string => destinations.zendesk.origin(config.destination);
  for (const [origin, list] of Map.groupBy(all, account))
    for (const key of ['reserve', 'maxJobs'] as const) {
      const [first, ...others] = list;
      const other = others.find(({ config }) => config.destination[key] !== first?.config.destination[key]);
      if (first && other)
        throw new ConfigError(
          `${basename(first.path)} and ${basename(other.path)} write to ${origin} and differ in destination.${key}.`,
          {
            code: 'two-budgets',
            hint: 'Pipelines that write to one account share its budget: give both the same value.',
          },
        );
    }
}
