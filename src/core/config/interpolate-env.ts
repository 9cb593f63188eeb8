import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Environment } from './config-file.ts';

type Read = { readonly value: string } | { readonly problem: string; readonly isMissing?: boolean };

const credentials = 'CREDENTIALS_DIRECTORY';
const maxBytes = 64 * 1024;

/**
 * What `${NAME}` stands for: the variable NAME, else the content of the file that NAME_FILE names (containers), else that of
 * NAME in systemd's credentials directory. The line end that editors leave at a file's end is not part of it. Problems name
 * the variable and the path, and never what was read.
 */
export function readVariable(env: Environment, name: string): Read {
  const value = env[name];
  const path = env[`${name}_FILE`];
  const isSet = value !== undefined && value !== '';
  if (path === undefined || path === '') return isSet ? { value } : readCredential(env, name);
  if (isSet) return { problem: `both ${name} and ${name}_FILE are set: keep one of them` };
  if (!isAbsolute(path)) return { problem: `${name}_FILE is ${path}: expected an absolute path` };
  // Named, and not there: that is another matter than not named.
  const read = readSecret(path, `${name}_FILE`);
  return 'problem' in read ? { problem: read.problem } : read;
}

function readCredential(env: Environment, name: string): Read {
  const folder = env[credentials];
  const missing = { problem: `the environment variable ${name} is not set`, isMissing: true };
  if (folder === undefined || folder === '') return missing;
  const read = readSecret(join(folder, name), credentials);
  return 'problem' in read && read.isMissing === true
    ? { ...missing, problem: `${missing.problem}, and systemd has no credential ${name}` }
    : read;
}

function readSecret(path: string, from: string): Read {
  try {
    const content = readFileSync(path);
    if (content.length > maxBytes) return { problem: `${path} (${from}) is too large for a secret` };
    const value = content.toString('utf8').replace(/\r?\n$/, '');
    return value === '' ? { problem: `${path} (${from}) is empty` } : { value };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return { problem: `${path} (${from}) can't be read: ${code}`, isMissing: code === 'ENOENT' };
  }
}
