import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sources } from '../../../connectors/registry.ts';
import { ConfigError } from '../../../core/domain/errors.ts';
import type { CommandContext } from '../../command.ts';
import { table } from '../../terminal.ts';
import { type ScaffoldFile, scaffoldFiles } from './scaffold-files.ts';

/** Writes a connector that passes its test as it stands. */
export async function scaffold(
  cli: CommandContext,
  { name, dir }: { readonly name: string; readonly dir: string },
): Promise<number> {
  assertName(name);
  const folder = cli.pathOf(dir);
  const files = scaffoldFiles(name);
  const there = files.filter(({ path }) => existsSync(join(folder, path)));
  const taken = there.filter(({ isOwn }) => isOwn).map(({ path }) => path);
  if (taken.length > 0)
    throw new ConfigError(`${folder} already has ${taken.join(', ')}.`, {
      code: 'exists',
      hint: 'Nothing was written. Choose another name, or another folder with --dir.',
    });
  const written = files.filter((file) => !there.includes(file));
  await mkdir(folder, { recursive: true });
  for (const { path, text } of written) await writeFile(join(folder, path), await text(), { flag: 'wx' });
  const kept = there.map(({ path }) => path);
  cli.printJson({ name, folder, written: written.map(({ path }) => path), kept });
  printWritten(cli, written, kept);
  printNext(cli, name, dir);
  return 0;
}

function printWritten(
  { print, style }: CommandContext,
  written: readonly ScaffoldFile[],
  kept: readonly string[],
): void {
  print(table(written.map(({ path, meaning }) => [style.good('✔'), path, style.dim(meaning)])));
  if (kept.length > 0) print(style.dim(`Left as they were: ${kept.join(', ')}`));
}

function printNext({ print, style }: CommandContext, name: string, dir: string): void {
  const steps = [
    ['  rolodesk connectors test', 'passes as it is'],
    ['  rolodesk connectors twin', `serves ${name}.twin.ts, until Ctrl-C`],
    ['  rolodesk sandbox', 'serves a Zendesk, in another terminal'],
    ['  rolodesk sync', 'from the one to the other, in a third'],
  ];
  print(`\n${style.bold('Next')}${dir === '.' ? '' : `, in ${dir}`}`);
  print(table(steps.map(([step = '', what = '']) => [step, style.dim(what)])));
  print(style.dim(`Then make ${name}.ts and ${name}.twin.ts what the API's documentation says.`));
}

function assertName(name: string): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new ConfigError(name === '' ? 'The new connector has no name.' : `A connector can't be named "${name}".`, {
      code: 'usage',
      hint: 'Expected lower-case letters, digits and hyphens, as in rolodesk connectors new acme-crm.',
    });
  if (sources.some((source) => source.name === name))
    throw new ConfigError(`Rolodesk has a connector ${name} already.`, {
      code: 'usage',
      hint: `Use it with connector: ${name}, or choose another name.`,
    });
}
