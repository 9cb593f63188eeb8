import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigError } from '../errors.ts';
import type { Environment } from './config-file.ts';

/** `.env` beside a configuration, for those who did not load it: the environment's own values win, empty ones too. */
export function withEnvFile(
  folder: string,
  env: Environment,
): { readonly env: Environment; readonly warning: string | undefined } {
  const path = join(folder, '.env');
  const content = readIfThere(path);
  if (content === undefined) return { env, warning: undefined };
  const set = Object.entries(env).filter(([, value]) => value !== undefined);
  return { env: { ...parseEnv(content), ...Object.fromEntries(set) }, warning: warningOf(path) };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    throw new ConfigError(`${path} can't be read.`, { cause: error, hint: 'Check the rights of the file.' });
  }
}

function warningOf(path: string): string | undefined {
  // Windows has no such bits.
  const isOpen = process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0;
  return isOpen ? `${path} holds secrets, and others on this machine may read it: chmod 600 ${path}` : undefined;
}
