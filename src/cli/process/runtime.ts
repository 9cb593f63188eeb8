import { ConfigError } from '../../core/domain/errors.ts';

/** `engines.node` of package.json. An older one lacks node:sqlite. */
const oldestNode = 24;

/** Throws ConfigError when the Node that runs us is too old, before anything fails in words of its own. */
export function assertNode(version: string): void {
  if (Number.parseInt(version, 10) >= oldestNode) return;
  throw new ConfigError(`Rolodesk needs Node ${oldestNode} or newer, and this is Node ${version}.`, {
    code: 'node-version',
    hint: 'Install a newer Node, or run it from a clone of the repository: npm brings its own Node there.',
  });
}

/**
 * Keeps warnings of experimental parts (undici's, SQLite's) from the reader, who can do nothing about them. A flag would have
 * to stand in the first line of the executable, which not every system's `env` splits. Other warnings are printed.
 */
export function silenceExperimental(warnings: NodeJS.Process, stderr: NodeJS.WritableStream): void {
  // The only listener is the one that Node prints with.
  warnings.removeAllListeners('warning');
  warnings.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') stderr.write(`${warning.name}: ${warning.message}\n`);
  });
}
