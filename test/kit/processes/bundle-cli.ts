import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type OutputChunk, rolldown } from 'rolldown';

const root = resolve(import.meta.dirname, '../../..');
/** Where package.json and node_modules are as far above as they are above src/cli. */
const folder = join(root, 'node_modules/.rolodesk-tests');
const aDayMs = 86_400_000;

/**
 * Makes the command line one file for the processes that tests start, with the modules of others in it: to find and load
 * some 700 files is half of what a short-lived process costs. The two of Intuit stay outside, as they are for the build.
 */
export default async function bundleCommandLine(): Promise<void> {
  // What builds the pages of the console is for clones, and no test has them built by a command.
  const bundle = await rolldown({
    input: join(root, 'src/cli/main.ts'),
    platform: 'node',
    logLevel: 'silent',
    external: ['vite'],
  });
  const { output } = await bundle.generate({
    format: 'esm',
    codeSplitting: false,
    entryFileNames: '[name]-[hash].mjs',
  });
  const [{ fileName, code }]: readonly [OutputChunk, ...unknown[]] = output;
  const file = join(folder, fileName);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    // Whole or not at all, for another run of the tests that reads it meanwhile.
    writeFileSync(`${file}.${process.pid}`, code);
    renameSync(`${file}.${process.pid}`, file);
  }
  process.env.ROLODESK_TEST_MAIN = file;
  const now = Date.now();
  utimesSync(file, now / 1000, now / 1000);
  // Those of older sources. Another run may still use one that is of today.
  for (const old of readdirSync(folder).map((name) => join(folder, name)))
    if (now - statSync(old).mtimeMs > aDayMs) rmSync(old, { force: true });
}
