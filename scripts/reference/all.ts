import { commandsReference } from './commands.ts';
import { configReference } from './config.ts';
import { connectorReferences } from './connectors.ts';
import { consoleApi } from './console-api.ts';
import { libraryReference } from './library.ts';

/** Every document that is made from the source, by its path. */
export const references: readonly { readonly path: string; readonly make: () => string }[] = [
  { path: 'docs/reference/commands.md', make: () => `${commandsReference()}\n` },
  { path: 'docs/reference/config.md', make: () => `${configReference()}\n` },
  { path: 'docs/reference/console-api.json', make: consoleApi },
  { path: 'docs/reference/library.md', make: () => `${libraryReference()}\n` },
  ...connectorReferences(),
];
