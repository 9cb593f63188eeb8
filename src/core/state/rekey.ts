import { StateError } from '../domain/errors.ts';
import type { ClosableCredentialStore } from './backend.ts';

export interface RekeyResult {
  readonly rekeyed: readonly string[];
  /** Encrypted with the new key before: by an earlier attempt that was cut short, or by a connect since. */
  readonly unchanged: readonly string[];
  /** Encrypted with neither key. They stay as they are. */
  readonly unreadable: readonly string[];
}

/**
 * Encrypts what is stored with another key, one credential after the other, each at once or not at all: an attempt that
 * was cut short is simply repeated. Both stores are the same state, opened with one key each.
 */
export async function rekeyCredentials(
  before: ClosableCredentialStore,
  after: ClosableCredentialStore,
): Promise<RekeyResult> {
  const names: Record<keyof RekeyResult, string[]> = { rekeyed: [], unchanged: [], unreadable: [] };
  // A token that is refreshed at the same moment must not be overwritten with the one before it.
  for (const name of await before.names()) names[await after.exclusive(name, () => rekey(name))].push(name);
  return names;

  async function rekey(name: string): Promise<keyof RekeyResult> {
    if (await isReadable(after, name)) return 'unchanged';
    if (!(await isReadable(before, name))) return 'unreadable';
    const value = await before.load(name);
    if (value !== undefined) await after.save(name, value);
    return 'rekeyed';
  }
}

async function isReadable(store: ClosableCredentialStore, name: string): Promise<boolean> {
  try {
    await store.load(name);
    return true;
  } catch (error) {
    if (error instanceof StateError && error.code === 'wrong-key') return false;
    throw error;
  }
}
