import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { sources } from '../../connectors/registry.ts';
import { ConfigError } from '../../core/domain/errors.ts';
import type { CommandContext } from '../command.ts';
import { assertAnswer } from '../confirm.ts';
import { configText, type PromptAnswers } from '../init/config-text.ts';
import { envExample, envLines } from '../init/env-text.ts';
import { hasSignIn, isWorkedExample, workedExamples, workedExampleText } from '../init/examples.ts';
import { type Given, type Interview, interview, subdomainOf } from '../init/interview.ts';
import { withMoney } from '../init/money-text.ts';
import type { Prompts } from '../init/questions.ts';
import { writePrivateFile } from '../process/write-file.ts';

export interface InitOptions extends Given {
  readonly dir: string;
  /** Ask nothing. */
  readonly yes: boolean;
  /** Write what customers owe as well. */
  readonly money?: boolean;
  /** With `money`: of organizations too. */
  readonly organizations?: boolean;
  /** Replace what is there. */
  readonly force: boolean;
  /** For a running `rolodesk sandbox`. */
  readonly sandbox: { readonly quickbooksPort: number; readonly zendeskPort: number } | undefined;
  /** In place of the person at the terminal. */
  readonly ask?: Prompts;
}

/** Those of `rolodesk sandbox`. */
const defaultPorts = { quickbooksPort: 4010, zendeskPort: 4020 };

interface NewFile {
  readonly name: string;
  readonly text: string;
}

/** Writes what a pipeline begins with. Nothing that is there is replaced without a yes. */
export async function init(cli: CommandContext, options: InitOptions): Promise<number> {
  assertKnown(options);
  const isSilent = options.yes || options.sandbox !== undefined;
  if (!isSilent && !options.ask) assertAnswer(cli, { yes: false });
  const ask = isSilent ? undefined : (options.ask ?? (await terminalOf(cli)));
  const folder = cli.pathOf(options.dir);
  const context = { signal: cli.terminal.signal, log: cli.log, warn: () => undefined };
  const chosen: Interview = ask
    ? await interview(ask, options, { folder, context })
    : { kind: 'own', answers: withDefaults(options) };
  const sandbox = options.sandbox ?? (chosen.kind === 'try' ? defaultPorts : undefined);
  const answers = chosen.kind === 'own' ? chosen.answers : withDefaults(options);
  const withoutMoney = sandbox ? await sandboxFiles(sandbox) : filesOf(answers);
  const files = options.money === true ? moneyFiles(withoutMoney, answers, { ...options, sandbox }) : withoutMoney;
  const wanted = await permitted(files, { folder, ask, force: options.force });
  mkdirSync(folder, { recursive: true });
  for (const { name, text } of wanted) await writePrivateFile(join(folder, name), [text]);
  const names = wanted.map(({ name }) => name);
  if (addSecrets(join(folder, '.env'), answers.secrets)) names.push('.env');
  cli.printJson({
    folder,
    written: names,
    kept: files.map(({ name }) => name).filter((name) => !names.includes(name)),
  });
  for (const name of names) cli.print(`${cli.style.good('✔')} ${join(relative(cli.pathOf('.'), folder), name)}`);
  printNext(cli, { dir: options.dir, sandbox, money: options.money }, answers);
  return 0;
}

async function terminalOf({ terminal }: CommandContext): Promise<Prompts> {
  return (await import('../init/ask-on-terminal.ts')).askOnTerminal(terminal);
}

function assertKnown({ source, realmId, subdomain, sandbox, money, organizations }: InitOptions): void {
  if (organizations && !money)
    throw usage('--organizations is for --money.', 'Add --money, or write organizations: yourself (docs/mapping.md).');
  const known = sources.map(({ name }) => name);
  if (source !== undefined && !known.includes(source) && !isWorkedExample(source))
    throw usage(
      `There is no connector "${source}" to begin with, and no example of that name.`,
      `Connectors: ${known.join(', ')}. Examples: ${workedExamples.map(({ name }) => name).join(', ')}.`,
    );
  if (realmId !== undefined && !/^\s*\d[\d\s]*$/.test(realmId))
    throw usage(`--realm-id ${realmId}: expected digits.`, 'Leave it out: rolodesk connect quickbooks finds it.');
  if (subdomain !== undefined && subdomainOf(subdomain) === undefined)
    throw usage(`--subdomain ${subdomain}: expected the part of the address before .zendesk.com.`, 'Such as acme.');
  if (sandbox && source !== undefined && source !== 'quickbooks')
    throw usage('--sandbox is for QuickBooks as the source.', 'Leave out --source.');
}

function usage(message: string, hint: string): ConfigError {
  return new ConfigError(message, { code: 'usage', hint });
}

function withDefaults({
  source = 'quickbooks',
  environment = 'production',
  realmId,
  subdomain,
}: InitOptions): PromptAnswers {
  const known = subdomain === undefined ? undefined : subdomainOf(subdomain);
  return { source, environment, realmId, subdomain: known, secrets: {} };
}

function filesOf(answers: PromptAnswers): readonly NewFile[] {
  const text = configText(answers);
  return [
    { name: 'rolodesk.yaml', text },
    { name: '.env.example', text: envExample(text) },
  ];
}

/** Only QuickBooks has it. */
function moneyFiles(
  files: readonly NewFile[],
  { source }: PromptAnswers,
  { organizations = false, sandbox }: Pick<InitOptions, 'organizations' | 'sandbox'>,
): readonly NewFile[] {
  if (source !== 'quickbooks') throw usage('--money is for QuickBooks as the source.', 'Leave it out.');
  const more = { isForOrganizations: organizations, hasLinks: sandbox === undefined };
  return files.map(({ name, text }) => ({ name, text: name.endsWith('.yaml') ? withMoney(text, more) : text }));
}

async function sandboxFiles({
  quickbooksPort,
  zendeskPort,
}: NonNullable<InitOptions['sandbox']>): Promise<readonly NewFile[]> {
  const { sandboxConfig } = await import('../../sandbox/index.ts');
  const at = (port: number): string => `http://127.0.0.1:${port}`;
  const text = sandboxConfig({ quickbooksUrl: at(quickbooksPort), zendeskUrl: at(zendeskPort) });
  return [{ name: 'rolodesk.yaml', text }];
}

/** Those that are not there, or may be replaced. Throws ConfigError where nobody can be asked. */
async function permitted(
  files: readonly NewFile[],
  { folder, ask, force }: { readonly folder: string; readonly ask: Prompts | undefined; readonly force: boolean },
): Promise<readonly NewFile[]> {
  const there = force ? [] : files.filter(({ name }) => existsSync(join(folder, name)));
  if (there.length > 0 && !ask)
    throw new ConfigError(`${folder} already has ${there.map(({ name }) => name).join(' and ')}.`, {
      code: 'exists',
      hint: 'Nothing was written. Choose another folder with --dir, or replace them with --force.',
    });
  const kept = new Set<string>();
  for (const { name } of there)
    if (!(await ask?.confirm({ message: `${name} is there already. Replace it?` }))) kept.add(name);
  return files.filter(({ name }) => !kept.has(name));
}

/** Adds to a `.env` what it lacks, and takes nothing away. */
function addSecrets(path: string, secrets: PromptAnswers['secrets']): boolean {
  const lines = envLines(secrets, existsSync(path) ? readFileSync(path, 'utf8') : '');
  if (lines === '') return false;
  appendFileSync(path, lines, { mode: 0o600 });
  chmodSync(path, 0o600);
  return true;
}

function printNext(
  { print, style }: CommandContext,
  { dir, sandbox, money }: Pick<InitOptions, 'dir' | 'sandbox'> & { readonly money: boolean | undefined },
  { source, worksheet }: PromptAnswers,
): void {
  print(`\n${style.bold('Next')}${dir === '.' ? '' : `, in ${dir}`}`);
  if (sandbox) {
    print(`  rolodesk sandbox${money ? ' --invoices 1500' : ''}, in another terminal`);
    if (money) print('  rolodesk fields apply');
    print('  rolodesk check');
    return;
  }
  print('  fill in .env (see .env.example), and keep .env and .rolodesk/ out of version control (.gitignore)');
  if (source === 'quickbooks') print('  rolodesk connect quickbooks');
  else if (isWorkedExample(source) && hasSignIn(workedExampleText(source))) print('  rolodesk connect source');
  else if (!isWorkedExample(source) && !worksheet)
    print(`  fill in source: in rolodesk.yaml (docs/connectors/${source}.md)`);
  print(`  rolodesk connect ${source === 'zendesk' ? 'destination' : 'zendesk'}`);
  if (money) print('  rolodesk fields apply');
  print('  rolodesk check');
}
