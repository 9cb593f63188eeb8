import { createRequire } from 'node:module';

/** From package.json, its only place: two folders above this file, in `src` as in `dist`. */
export function readVersion(): string {
  // Our own file, with the field that npm requires.
  const { version } = createRequire(import.meta.url)('../../package.json') as { readonly version: string };
  return version;
}
