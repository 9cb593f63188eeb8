import { join, resolve } from 'node:path';
import { buildConsole } from '../src/console-build/build-console.ts';

/** The pages of the console, as they are published with the rest. */
const root = resolve(import.meta.dirname, '..');
await buildConsole({ sources: join(root, 'src/console'), target: join(root, 'dist/console') });
