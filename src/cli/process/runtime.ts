import { setFlagsFromString } from 'node:v8';
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
 * Keeps memory flat. Left to itself, Node lets short-lived objects take 100 MB more on a large machine before it looks, and
 * others grow to several times what is in use. Short-lived ones get 8 MB here, and all of them two fifths more than is in use
 * before the next look: with half of either, a sync takes a sixth more CPU time, and its peak is the same. The only
 * WebAssembly here is undici's parser of HTTP headers; to optimize it takes 20 MB, which the process keeps, and saves no
 * time. Set before anything else is loaded.
 */
export function limitMemory(): void {
  setFlagsFromString('--max-semi-space-size=8');
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=40');
  setFlagsFromString('--wasm-tiering-budget=2000000000');
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
