import { chmodSync, closeSync, existsSync, openSync, statSync } from 'node:fs';

const othersMayAccess = 0o077;

/**
 * Makes an empty file for its owner alone where there is none, and takes away the rights of others where there is one. A file
 * that exists is never opened: to close it would free every lock that this process holds on it.
 */
export function makePrivateFile(path: string): void {
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
  else if ((statSync(path).mode & othersMayAccess) !== 0) chmodSync(path, 0o600);
}
