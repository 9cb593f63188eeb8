import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, dirname, extname } from 'node:path';
import { withEnvFile } from '../../../core/config/env-file.ts';
import { readVariable } from '../../../core/config/interpolate-env.ts';
import { ConfigError } from '../../../core/domain/errors.ts';
import type { Host } from '../../host.ts';
import { readSettings, type Settings } from '../../settings.ts';
import { readVersion } from '../../version.ts';
import type { FoundConfiguration } from './found-configuration.ts';

/** Undefined: the file is not there any more. */
export function readFound(path: string): FoundConfiguration | ConfigError | undefined {
  try {
    return { label: basename(path), path, text: readFileSync(path, 'utf8') };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    return new ConfigError(`${path} can't be read.`, { cause: error, hint: 'Check the rights of the file.' });
  }
}

/** Reads it whole. Throws ConfigError with every problem at once. */
export async function settingsOf({ path, text, row }: FoundConfiguration, host: Host): Promise<Settings> {
  if (!row) return await readSettings({ asked: path, text, host });
  return await readSettings({ asked: path, text, row: { name: row.name, values: await row.values() }, host });
}

/** What a variable stands for in the configurations of a folder. */
export type Variables = (name: string, folder: string) => string;

/** Reads each variable once. */
export function createVariables(env: Host['env']): Variables {
  const known = new Map<string, string>();
  const environments = new Map<string, Host['env']>();
  function environmentOf(folder: string): Host['env'] {
    const found = environments.get(folder) ?? withEnvFile(folder, env).env;
    environments.set(folder, found);
    return found;
  }
  return (name, folder) => {
    const key = `${name} ${folder}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const read = readVariable(environmentOf(folder), name);
    // A variable without a value is another matter than an empty one.
    const value = 'value' in read ? `=${read.value}` : `!${read.problem}`;
    known.set(key, value);
    return value;
  };
}

const version = readVersion();

const variable = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** The same if and only if the configuration says the same: its text, its row, and the variables that it names. */
export function hashOf({ path, text, row }: FoundConfiguration, variables: Variables): string {
  const hash = createHash('sha256');
  const folder = dirname(path);
  for (const part of [version, folder, text, row?.name ?? '', row?.revision ?? '']) hash.update(`${part}\0`);
  // Where the state is if the text does not say.
  const named = ['ROLODESK_STATE', ...Array.from(text.matchAll(variable), ([, name = '']) => name)];
  for (const name of new Set(named)) hash.update(`${name}${variables(name, folder)}\0`);
  return hash.digest('base64url');
}

/** A module may import what its text does not show. */
export function isYaml({ path }: FoundConfiguration): boolean {
  return ['.yaml', '.yml'].includes(extname(path));
}
