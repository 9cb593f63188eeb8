import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../core/clock.ts';
import { readVariable } from '../../core/config/interpolate-env.ts';
import type { CredentialStore } from '../../core/domain/credential-store.ts';
import { ConfigError } from '../../core/domain/errors.ts';
import type { ClosableCredentialStore, StateBackend } from '../../core/state/backend.ts';
import { loadKey } from '../../core/state/credentials.ts';
import type { Host } from '../host.ts';
import type { StateLocation } from '../state/location.ts';

export interface OpenCredentials extends CredentialStore {
  close(): Promise<void>;
}

/** Whose credentials: a configuration, or a service. */
interface CredentialOwner {
  readonly state: StateLocation;
  readonly env: Host['env'];
}

/** Opens the tokens in the state of a configuration, with the key of its user. */
export async function openCredentials(
  { state, env }: CredentialOwner,
  { states, clock }: Pick<Host, 'states'> & { readonly clock: Clock },
): Promise<OpenCredentials> {
  const backend = await states.open(state);
  try {
    const credentials = await backend.openCredentials({ clock, key: () => keyOf(env) });
    return {
      ...credentials,
      async close() {
        await credentials.close();
        await backend.close();
      },
    };
  } catch (error) {
    await backend.close();
    throw error;
  }
}

/** The same for a state that is open already. */
export async function openCredentialsOf(backend: StateBackend, env: Host['env']): Promise<ClosableCredentialStore> {
  return await backend.openCredentials({ clock: systemClock, key: () => keyOf(env) });
}

function keyOf(env: Host['env']): Buffer {
  return loadKey({ secret: secretIn(env, 'ROLODESK_KEY'), file: keyFileOf(env) });
}

/** Where the key is that Rolodesk made, if nobody set one. */
export function keyFileOf(env: Host['env']): string {
  const folder = env.XDG_CONFIG_HOME ?? join(env.HOME ?? homedir(), '.config');
  return join(folder, 'rolodesk', 'key');
}

/** The key in a variable. Undefined: it is not set. */
export function secretIn(env: Host['env'], name: 'ROLODESK_KEY' | 'ROLODESK_OLD_KEY'): string | undefined {
  const read = readVariable(env, name);
  if ('value' in read) return read.value;
  if (read.isMissing === true) return undefined;
  throw new ConfigError(`${name}: ${read.problem}.`, {
    code: 'key-file',
    hint: 'Correct the path or the rights: without this key stored credentials cannot be read.',
  });
}
