import { existsSync } from 'node:fs';
import { type Clock, systemClock } from '../../core/clock.ts';
import { ConfigError } from '../../core/domain/errors.ts';
import { loadKey } from '../../core/state/credentials.ts';
import { type RekeyResult, rekeyCredentials } from '../../core/state/rekey.ts';
import { keyFileOf, secretIn } from '../connections/open-credentials.ts';
import type { AppContext, Host } from '../host.ts';
import { stateOf } from './state-of.ts';

/**
 * Encrypts the stored credentials with ROLODESK_KEY in place of ROLODESK_OLD_KEY. No run is in flight meanwhile. Throws
 * ConfigError where a key is missing, StateError `locked` while a run is in flight.
 */
export async function rekeyState(
  context: AppContext,
  given: string | undefined,
  clock: Clock = systemClock,
): Promise<RekeyResult & { readonly location: string }> {
  const { state, env } = await stateOf(given, context);
  const { before, after } = keysOf(env);
  const backend = await context.host.states.open(state);
  try {
    return await backend.withoutRuns(async () => {
      const old = await backend.openCredentials({ clock, key: () => before });
      const present = await backend.openCredentials({ clock, key: () => after });
      try {
        return { location: backend.location, ...(await rekeyCredentials(old, present)) };
      } finally {
        await old.close();
        await present.close();
      }
    });
  } finally {
    await backend.close();
  }
}

function keysOf(env: Host['env']): { readonly before: Buffer; readonly after: Buffer } {
  const file = keyFileOf(env);
  const after = secretIn(env, 'ROLODESK_KEY');
  if (after === undefined)
    throw new ConfigError('ROLODESK_KEY is not set: it is the key to encrypt with.', {
      code: 'key-missing',
      hint: 'Set it to the new key, and ROLODESK_OLD_KEY to the present one.',
    });
  const before = secretIn(env, 'ROLODESK_OLD_KEY');
  if (before === undefined && !existsSync(file))
    throw new ConfigError('ROLODESK_OLD_KEY is not set: it is the key that the credentials are encrypted with.', {
      code: 'key-missing',
      hint: 'Set it to the present key, and ROLODESK_KEY to the new one.',
    });
  const keys = { before: loadKey({ secret: before, file }), after: loadKey({ secret: after, file }) };
  if (!keys.before.equals(keys.after)) return keys;
  throw new ConfigError('The old key and the new one are the same.', {
    code: 'key-missing',
    hint: 'Set ROLODESK_KEY to the new key, and ROLODESK_OLD_KEY to the present one.',
  });
}
