import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { importOwnModules } from '../../../core/config/self-resolve.ts';
import { ConfigError } from '../../../core/domain/errors.ts';
import type { CommandContext } from '../../command.ts';

/** Runs tests by this Node, with `rolodesk/…` as the Rolodesk that runs: nothing needs to be installed or built. */
export async function runTests(cli: CommandContext, files: readonly string[]): Promise<number> {
  const folder = cli.pathOf('.');
  const found = files.length > 0 ? files.map((file) => cli.pathOf(file)) : testsIn(folder);
  if (found.length === 0)
    throw new ConfigError(`There is no test in ${folder}.`, {
      code: 'no-tests',
      hint: 'Tests are files such as acme.test.ts. rolodesk connectors new acme makes one.',
    });
  const events = run({
    files: found,
    cwd: folder,
    execArgv: ['--disable-warning=ExperimentalWarning', '--import', importOwnModules],
    signal: cli.terminal.signal,
  });
  let passed = 0;
  const skipped: string[] = [];
  const failed: { readonly name: string; readonly message: string }[] = [];
  events.on('test:pass', ({ name, skip, details }) => {
    if (skip !== undefined) skipped.push(name);
    else if (details.type !== 'suite') passed += 1;
  });
  events.on('test:fail', ({ name, details }) => failed.push({ name, message: details.error.message }));
  for await (const text of events.compose(new spec())) if (!cli.common.json) cli.terminal.stdout.write(String(text));
  cli.printJson({ passed, skipped, failed });
  return failed.length > 0 ? 1 : 0;
}

function testsIn(folder: string): readonly string[] {
  const paths = globSync('**/*.test.{ts,js}', { cwd: folder, exclude: ['**/node_modules'] });
  return paths.sort().map((path) => resolve(folder, path));
}
