import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { wrapped } from '../format/text-layout.ts';
import { columnsOf, type Terminal } from '../terminal.ts';
import type { CommandArgument, CommandOption } from './command-inputs.ts';
import type { CommandDefinition } from './define-command.ts';
import { globalOptions } from './global-options.ts';
import { readInputs } from './input-values.ts';
import { argumentTerm, negatedName, optionTerm } from './option-flags.ts';

/** Of the program and of every command. */
export const helpOption = ['-h, --help', 'Show this help.'] as const;

interface ProgramContext {
  readonly terminal: Terminal;
  readonly argv: readonly string[];
  readonly ended: (exitCode: number) => void;
}

/** Adds a command to the parser. Its code is loaded when it is called. */
export function addCommand(
  program: Command,
  definition: CommandDefinition,
  { terminal, argv, ended }: ProgramContext,
): void {
  const words = definition.name.split(' ');
  const isNamed = words.every((word) => argv.includes(word));
  const name = words.pop() ?? '';
  const parent = words.reduce((above, word) => subcommandOf(above, word), program);
  const made = parent
    .command(name)
    .summary(definition.summary)
    .description(descriptionOf(definition))
    .addHelpText('after', () => afterHelp(definition, columnsOf(terminal.stdout)));
  if (parent === program) made.helpGroup(`${definition.group}:`);
  // The help of all commands shows no more of each, and every start would take a tenth longer.
  if (!isNamed) return;
  for (const [argument, described] of Object.entries(definition.arguments))
    made.addArgument(createArgument(argument, described));
  for (const [option, described] of Object.entries(definition.options))
    for (const created of createOptions(option, described)) made.addOption(created.helpGroup('Options:'));
  made.optionsGroup('Options of every command:');
  for (const [option, described] of Object.entries(globalOptions))
    for (const created of createOptions(option, described)) made.addOption(created);
  made.helpOption(...helpOption);
  made.action(async () => {
    const { createCommandContext } = await import('../command.ts');
    // A command such as `fields` takes its options wherever they stand, also those of `fields apply`.
    const options: Readonly<Record<string, unknown>> = made.optsWithGlobals();
    const context = createCommandContext(terminal, readInputs(globalOptions, options));
    ended(await definition.run(context, { options, arguments: made.processedArgs }));
  });
}

export function descriptionOf({ summary, details }: CommandDefinition): string {
  return details === undefined ? summary : `${summary} ${details}`;
}

function subcommandOf(parent: Command, name: string): Command {
  const found = parent.commands.find((command) => command.name() === name);
  if (!found) throw new Error(`${name} must be defined before the commands below it.`);
  return found;
}

function afterHelp({ examples, exitCodes = {} }: CommandDefinition, columns: number): string {
  const lines = ['', examples.length === 1 ? 'Example:' : 'Examples:', ...examples.map((example) => `  $ ${example}`)];
  const codes = Object.entries(exitCodes);
  if (codes.length > 0) lines.push('', 'Exit codes (rolodesk --help lists the others):');
  for (const [code, meaning] of codes) {
    const lead = `  ${code}  `;
    lines.push(`${lead}${wrapped(meaning, columns - lead.length).join(`\n${' '.repeat(lead.length)}`)}`);
  }
  return lines.join('\n');
}

function createArgument(name: string, described: CommandArgument<unknown>): Argument {
  const argument = new Argument(argumentTerm(name, described), described.description);
  return described.choices ? argument.choices([...described.choices]) : argument;
}

function createOptions(name: string, described: CommandOption<unknown>): readonly Option[] {
  const { description, choices, isWholeNumber, defaultValue, negation } = described;
  const option = new Option(optionTerm(name, described), description);
  if (choices) option.choices([...choices]);
  if (isWholeNumber) option.argParser(parseWholeNumber);
  if (defaultValue !== undefined) option.default(defaultValue);
  return negation === undefined ? [option] : [option, new Option(negatedName(name), negation)];
}

function parseWholeNumber(given: string): number {
  if (!/^\d+$/.test(given)) throw new InvalidArgumentError('expected a whole number.');
  return Number(given);
}
