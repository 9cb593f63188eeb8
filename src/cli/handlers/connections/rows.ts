import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import {
  type ConnectionRows,
  type ImportResult,
  openConnectionRows,
} from '../../../app/connections/rows/connection-rows.ts';
import { systemClock } from '../../../core/clock.ts';
import { readVariable } from '../../../core/config/interpolate-env.ts';
import { ConfigError } from '../../../core/domain/errors.ts';
import { counted } from '../../../core/records/counted.ts';
import type { CommandContext } from '../../command.ts';
import { visibleLine } from '../../format/visible.ts';
import { table } from '../../terminal.ts';

interface FolderOption {
  readonly folder?: string;
}

interface ImportOptions extends FolderOption {
  readonly file?: string;
  readonly template?: string;
}

export async function importConnections(cli: CommandContext, options: ImportOptions): Promise<number> {
  const template = templateOf(cli, options);
  const file = options.file === undefined ? undefined : cli.pathOf(options.file);
  const rows = file === undefined ? undefined : { name: basename(file), text: readText(file) };
  const result = await withRows(cli, options, (stored) => stored.importTable(template, rows));
  return report(cli, result);
}

interface AddOptions extends FolderOption {
  readonly name: string;
  readonly template?: string;
  readonly set: readonly string[];
  readonly fromEnv: readonly string[];
}

export async function addConnection(cli: CommandContext, options: AddOptions): Promise<number> {
  const template = templateOf(cli, options);
  const given = options.set.map((text) => pairOf(text));
  const read = options.fromEnv.map((name) => [name, fromEnvironment(cli, name)] as const);
  const values = Object.fromEntries([...given, ...read]);
  const visible = given.map(([name]) => name);
  const result = await withRows(cli, options, (stored) =>
    stored.add(template, { name: options.name, values, visible }),
  );
  return report(cli, result);
}

export async function removeConnections(
  cli: CommandContext,
  { names, ...options }: FolderOption & { readonly names: readonly string[] },
): Promise<number> {
  if (names.length === 0) throw new ConfigError('Name at least one connection.', { code: 'usage' });
  await withRows(cli, options, (stored) => stored.remove(names));
  cli.printJson({ removed: names });
  cli.print(`${cli.style.good('✔')} Removed ${counted(names.length, 'connection', 'connections')}.`);
  return 0;
}

export async function listConnections(cli: CommandContext, options: FolderOption): Promise<number> {
  const rows = await withRows(cli, options, (stored) => stored.list());
  cli.printJson({ connections: rows });
  if (rows.length === 0) cli.print('No connections stand as rows here.');
  else
    cli.print(
      table(
        rows.map(({ name, template, values, secrets }) => [
          cli.style.bold(visibleLine(name)),
          visibleLine(template),
          [
            ...Object.entries(values).map(([key, value]) => `${key}=${visibleLine(value)}`),
            ...secrets.map((key) => `${key}=••••`),
          ].join(' '),
        ]),
      ),
    );
  return 0;
}

async function withRows<T>(
  cli: CommandContext,
  { folder }: FolderOption,
  work: (rows: ConnectionRows) => Promise<T>,
): Promise<T> {
  const rows = await openConnectionRows(cli.pathOf(folder ?? '.'), { host: cli.app.host, clock: systemClock });
  try {
    return await work(rows);
  } finally {
    await rows.close();
  }
}

function report(cli: CommandContext, result: ImportResult): number {
  const { added, changed, unchanged, template } = result;
  cli.printJson({ template, added, changed, unchanged });
  const parts = [`${added.length} added`, `${changed.length} changed`, `${unchanged.length} unchanged`];
  cli.print(`${cli.style.good('✔')} ${parts.join(', ')}, with the template ${visibleLine(template)}.`);
  return 0;
}

function templateOf(cli: CommandContext, { template }: { readonly template?: string }): string {
  if (template !== undefined) return cli.pathOf(template);
  throw new ConfigError('--template: missing. It is the configuration of each row.', { code: 'usage' });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`${file} can't be read.`, {
      code: 'usage',
      cause: error,
      hint: 'Check the path and its rights.',
    });
  }
}

function pairOf(given: string): readonly [string, string] {
  const at = given.indexOf('=');
  if (at > 0) return [given.slice(0, at), given.slice(at + 1)];
  throw new ConfigError('--set: expected NAME=value.', { code: 'usage' });
}

function fromEnvironment(cli: CommandContext, name: string): string {
  const read = readVariable(cli.terminal.env, name);
  if ('value' in read) return read.value;
  throw new ConfigError(`--from-env: ${read.problem}.`, { code: 'usage' });
}
