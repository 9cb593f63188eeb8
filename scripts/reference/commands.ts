import { descriptionOf } from '../../src/cli/program/add-command.ts';
import { allCommands } from '../../src/cli/program/all-commands.ts';
import type { CommandOption } from '../../src/cli/program/command-inputs.ts';
import { type CommandDefinition, commandGroups } from '../../src/cli/program/define-command.ts';
import { globalOptions } from '../../src/cli/program/global-options.ts';
import { argumentTerm, longFlag, negatedName, optionTerm } from '../../src/cli/program/option-flags.ts';
import { table } from './markdown.ts';

type Options = Readonly<Record<string, CommandOption<unknown>>>;

/** docs/reference/commands.md, from the definitions of the commands. */
export function commandsReference(): string {
  return [
    '# Commands',
    'Made by `npm run docs` from the definitions in `src/cli/commands`. Exit codes, and the reasons and codes that reports name: [codes.md](codes.md).',
    'In a clone of the repository, run `npm run -s rolodesk -- sync` in place of `rolodesk sync`.',
    ...commandGroups.map(contentsOf),
    '## Options of every command',
    optionTable(globalOptions),
    'Rolodesk looks for the configuration in the folder where you run the command. Logs and progress go to stderr.',
    ...allCommands.map(chapter),
  ].join('\n\n');
}

/** Every command with the flags that it takes, for tests of what documents say. Those below it are part of it. */
export function flagsByCommand(): ReadonlyMap<string, readonly string[]> {
  const common = Object.entries(globalOptions).flatMap(([name, option]) => flagsOf(name, option));
  const byWord = Map.groupBy(allCommands, ({ name }) => name.replace(/ .*/, ''));
  return new Map(
    [...byWord].map(([word, commands]) => [
      word,
      [...common, ...commands.flatMap(({ options }) => Object.entries(options).flatMap((entry) => flagsOf(...entry)))],
    ]),
  );
}

function flagsOf(name: string, option: CommandOption<unknown>): readonly string[] {
  const { short, negation } = option;
  const others = [short === undefined ? [] : [`-${short}`], negation === undefined ? [] : [negatedName(name)]].flat();
  return [longFlag(name, option), ...others];
}

function contentsOf(group: CommandDefinition['group']): string {
  const links = allCommands
    // One below another is found there.
    .filter((command) => command.group === group && !command.name.includes(' '))
    .map(({ name }) => `[${name}](#rolodesk-${name.replaceAll(' ', '-')})`);
  return `${group}: ${links.join(', ')}.`;
}

function chapter(command: CommandDefinition): string {
  const { name, examples, exitCodes, options } = command;
  const described = Object.entries(command.arguments);
  const words = described.map(([argument, declared]) => argumentTerm(argument, declared));
  const usage = ['rolodesk', name, ...words, ...(Object.keys(options).length > 0 ? ['[options]'] : [])].join(' ');
  const meanings = described.map(([argument, declared]) => [
    `\`${argumentTerm(argument, declared)}\``,
    declared.description,
  ]);
  return [
    `## rolodesk ${name}`,
    descriptionOf(command),
    ...(usage === examples[0] ? [] : [`\`${usage}\`, for example`]),
    `\`\`\`sh\n${examples.join('\n')}\n\`\`\``,
    ...(meanings.length > 0 ? [table(['argument', 'meaning'], meanings)] : []),
    ...(Object.keys(options).length > 0 ? [optionTable(options)] : []),
    ...(exitCodes
      ? [
          table(
            ['exit', 'meaning'],
            Object.entries(exitCodes).map(([code, text]) => [code, sentence(text)]),
          ),
        ]
      : []),
  ].join('\n\n');
}

function optionTable(options: Options): string {
  return table(
    ['option', 'meaning', 'default'],
    Object.entries(options).flatMap(([name, option]) => {
      const { description, choices, defaultValue, negation } = option;
      const meaning = choices ? `${description} One of: ${choices.join(', ')}.` : description;
      const row = [`\`${optionTerm(name, option)}\``, meaning, defaultValue === undefined ? '' : `\`${defaultValue}\``];
      return negation === undefined ? [row] : [row, [`\`${negatedName(name)}\``, negation, '']];
    }),
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
