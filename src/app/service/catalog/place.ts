import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { findConfigFile } from '../../../core/config/load.ts';
import { ConfigError } from '../../../core/domain/errors.ts';
import type { Host } from '../../host.ts';

/** Where a service finds its pipelines: one file, or a folder of them. */
export interface Place {
  /** The folder to watch. */
  readonly folder: string;
  /** Paths of the configurations, in order. */
  files(): readonly string[];
  /** Whether a file of this name, in the folder, is one of them. */
  includes(name: string): boolean;
}

/** Throws ConfigError if there is none. A folder without files may have connections that stand as rows. */
export function placeOf(asked: string | undefined, { env, cwd }: Pick<Host, 'env' | 'cwd'>): Place {
  const folders = env.INIT_CWD === undefined ? [cwd] : [env.INIT_CWD, cwd];
  const path = resolve(folders[0] ?? cwd, asked ?? '.');
  if (asked !== undefined && existsSync(path) && statSync(path).isDirectory()) return folderOf(path);
  const file =
    asked === undefined && hasState(folders, env) ? findFileOrNone(folders) : findConfigFile({ asked, folders });
  if (file === undefined) return { folder: path, files: () => [], includes: () => false };
  return { folder: dirname(file), files: () => [file], includes: (name) => join(dirname(file), name) === file };
}

function folderOf(folder: string): Place {
  return {
    folder,
    includes: isConfiguration,
    files: () =>
      readdirSync(folder)
        .filter(isConfiguration)
        .sort()
        .map((name) => join(folder, name)),
  };
}

/** Connections may stand as rows in it, with no file at all. */
function hasState([folder = '.']: readonly string[], env: Host['env']): boolean {
  return (env.ROLODESK_STATE ?? '') !== '' || existsSync(join(folder, '.rolodesk', 'state.db'));
}

function findFileOrNone(folders: readonly string[]): string | undefined {
  try {
    return findConfigFile({ asked: undefined, folders });
  } catch (error) {
    if (error instanceof ConfigError && error.code === 'no-config') return undefined;
    throw error;
  }
}

function isConfiguration(name: string): boolean {
  if (/\.template\.ya?ml$/.test(name)) return false;
  return /\.ya?ml$/.test(name) || /^rolodesk\.config\.(ts|mts|js|mjs)$/.test(name);
}
