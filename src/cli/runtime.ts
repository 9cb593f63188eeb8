import { setFlagsFromString } from 'node:v8';
import { ConfigError } from '../core/errors.ts';

/** `engines.node` of package.json. An older one lacks node:sqlite. */
const oldestNode = 24;

/** Throws ConfigError when the Node that runs us is too old, before anything fails in words of its own. */
export function demandNode(version: string): void {
  if (Number.parseInt(version, 10) >= oldestNode) return;
  throw new ConfigError(`Rolodesk needs Node ${oldestNode} or newer, and this is Node ${version}.`, {
    code: 'node-version',
    hint: 'Install a newer Node, or run it from a clone of the repository: npm brings its own Node there.',
  });
}

/**
 * Short-lived objects get little room (4 MB), so that memory stays flat: on a large machine Node would let them take 100 MB
 * more before it looks. Set as early as can be; what the room has grown to by then stays.
 */
export function limitMemory(): void {
  setFlagsFromString('--max-semi-space-size=4');
  setFlagsFromString('--semi-space-growth-factor=1');
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
