import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { findConfigFile } from '../../../core/config/load.ts';
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
  const file = findConfigFile({ asked, folders });
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

function isConfiguration(name: string): boolean {
  return /\.ya?ml$/.test(name) || /^rolodesk\.config\.(ts|mts|js|mjs)$/.test(name);
}
