import { resolve } from 'node:path';

/** Where a configuration keeps its state. */
export interface StateLocation {
  readonly kind: 'sqlite';
  readonly path: string;
}

/** What `state:` says; a path is relative to the folder of the configuration. */
export function stateLocationOf(given: string, folder: string): StateLocation {
  return { kind: 'sqlite', path: resolve(folder, given) };
}
