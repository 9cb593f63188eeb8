import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { captureOutput, startChild } from '../kit/processes/child.ts';

const start = resolve(import.meta.dirname, '../../src/cli/start.ts');

/** Loads what `rolodesk --help` loads, and prints the files. */
const printLoaded = `
  import { registerHooks } from 'node:module';
  const loaded = [];
  registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (text, ...rest) => { rest.find((given) => typeof given === 'function')?.(); return true; };
  const { start } = await import(process.argv.at(-1));
  await start({ env: { HOME: '/nonexistent' }, argv: ['node', 'rolodesk', '--help'] });
  write(loaded.join('\\n'));
`;

test('help loads no store, no connector and no library that only runs need', async () => {
  const loaded = (await captureOutput(startChild(printLoaded, [start]))).split('\n');
  expect(loaded.some((url) => url.endsWith('/src/cli/program/all-commands.ts'))).toBe(true);
  expect(
    loaded.filter((url) => /\/src\/(connectors|mappers|sandbox|core\/(state\/sqlite|pipeline))\//.test(url)),
  ).toEqual([]);
  expect(loaded.filter((url) => /\/node_modules\/(zod|undici|pino|p-queue|pg|yaml)\/|^node:sqlite/.test(url))).toEqual(
    [],
  );
});
