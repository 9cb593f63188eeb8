import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigError } from '../domain/errors.ts';
import type { Environment } from './config-file.ts';

/**
 * The environment, and what a `.env` next to the configuration adds for those who did not load it: variables that the
 * environment says nothing of, neither by value nor by a file nor by a credential of systemd.
 */
export function withEnvFile(
  folder: string,
  env: Environment,
): { readonly env: Environment; readonly warning: string | undefined } {
  const path = join(folder, '.env');
  const content = readIfThere(path);
  if (content === undefined) return { env, warning: undefined };
  const added = Object.entries(parseEnv(content)).filter(([name]) => !isTold(env, name.replace(/_FILE$/, '')));
  return { env: { ...env, ...Object.fromEntries(added) }, warning: warningOf(path) };
}

function isTold(env: Environment, name: string): boolean {
  const { CREDENTIALS_DIRECTORY: credentials = '' } = env;
  // An empty one counts as not set, as it does wherever variables are read.
  const isSet = [name, `${name}_FILE`].some((variable) => (env[variable] ?? '') !== '');
  return isSet || (credentials !== '' && existsSync(join(credentials, name)));
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
