import type { ClosableCredentialStore } from '../backend.ts';

/** Copies stored credentials, each decrypted with the one state's key and encrypted with the other's. Resolves with their names. */
export async function copyCredentials(
  from: ClosableCredentialStore,
  to: ClosableCredentialStore,
): Promise<readonly string[]> {
  const names = await from.names();
  // A token that is refreshed at the same moment is copied before or after, never in between.
  for (const name of names)
    await from.exclusive(name, async () => {
      const value = await from.load(name);
      if (value !== undefined) await to.exclusive(name, () => to.save(name, value));
    });
  return names;
}
