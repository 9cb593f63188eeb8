import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { readVariable } from '../../core/config/interpolate-env.ts';
import { ConfigError } from '../../core/domain/errors.ts';
import { createCredentialStore, loadKey } from '../../core/state/credentials.ts';
import type { Settings } from '../settings.ts';

/** Opens the tokens in the state file of a configuration, with the key of its user. */
export function openCredentials(
  { statePath, env }: Pick<Settings, 'statePath' | 'env'>,
  clock: Clock,
): ReturnType<typeof createCredentialStore> {
  const folder = env.XDG_CONFIG_HOME ?? join(env.HOME ?? homedir(), '.config');
  const key = () => loadKey({ secret: secretKey(env), file: join(folder, 'rolodesk', 'key') });
  return createCredentialStore({ path: statePath, key, clock });
}

function secretKey(env: Settings['env']): string | undefined {
  const read = readVariable(env, 'ROLODESK_KEY');
  if ('value' in read) return read.value;
  if (read.isMissing === true) return undefined;
  throw new ConfigError(`ROLODESK_KEY: ${read.problem}.`, {
    code: 'key-file',
    hint: 'Correct the path or the rights: without this key stored credentials cannot be read.',
  });
}
