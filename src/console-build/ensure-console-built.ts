import { globSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Whether this runs from source, as in a clone. The package has its pages built. */
const isSource = import.meta.filename.endsWith('.ts');

/**
 * The folder with the pages of the console. In a clone they are built when they are missing, or older than a source of
 * theirs.
 */
export async function ensureConsoleBuilt(): Promise<string> {
  if (!isSource) return resolve(import.meta.dirname, '../console');
  const root = resolve(import.meta.dirname, '../..');
  const target = join(root, 'dist/console');
  const sources = join(root, 'src/console');
  if (newestOf(root, sources) <= (timeOf(join(target, 'index.html')) ?? 0)) return target;
  const { buildConsole } = await import('./build-console.ts');
  await buildConsole({ sources, target });
  return target;
}

/** What the pages are made of: their sources, what these import from elsewhere, and the versions of the packages. */
function newestOf(root: string, sources: string): number {
  const files = [
    ...globSync('**/*.{ts,tsx,css,html,svg}', { cwd: sources }).map((file) => join(sources, file)),
    ...globSync('src/cli/format/*.ts', { cwd: root }).map((file) => join(root, file)),
    join(root, 'package-lock.json'),
    join(dirname(sources), 'console-build/build-console.ts'),
  ];
  return Math.max(...files.map((file) => timeOf(file) ?? 0));
}

function timeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
