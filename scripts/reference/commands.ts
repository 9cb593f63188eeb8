import type { Command, Option } from 'commander';
import { createProgram } from '../../src/cli/program/create-program.ts';
import { createRedactor } from '../../src/core/redaction/redact.ts';
import { table } from './markdown.ts';

/** docs/reference/commands.md, from what the command line declares. */
export function commandsReference(): string {
  const commands = program().commands;
  const shared = commands.reduce(
    (names, { options }) => names.filter((name) => options.some(({ flags }) => flags === name)),
    commands[0]?.options.map(({ flags }) => flags) ?? [],
  );
  const sharedOptions = commands[0]?.options.filter(({ flags }) => shared.includes(flags)) ?? [];
  return [
    '# Commands',
    'Made by `npm run docs` from `src/cli/program`. Exit codes, and the reasons and codes that reports name: [codes.md](codes.md).',
    'In a clone of the repository, run `npm run -s rolodesk -- sync` in place of `rolodesk sync`.',
    '## Options of every command',
    optionTable(sharedOptions),
    'Rolodesk looks for the configuration in the folder where you run the command. Logs and progress go to stderr.',
    ...commands.map((command) => chapter(command, shared)),
  ].join('\n\n');
}

function program(): Command {
  const { stdin, stdout, stderr } = process;
  const { signal } = new AbortController();
  const terminal = { env: {}, cwd: '.', stdin, stdout, stderr, redactor: createRedactor([]), signal };
  return createProgram(terminal, () => undefined);
}

/** Every command with the long flags that it takes, for tests of what documents say. */
export function flagsByCommand(): ReadonlyMap<string, readonly string[]> {
  return new Map(
    program().commands.map((command) => [
      command.name(),
      command.options.flatMap(({ long, short }) => [long, short].filter((flag) => typeof flag === 'string')),
    ]),
  );
}

function chapter(command: Command, shared: readonly string[]): string {
  const own = command.options.filter(({ flags }) => !shared.includes(flags));
  const words = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return { shown: argument.required ? `<${name}>` : `[${name}]`, description: argument.description };
  });
  const usage = [
    'rolodesk',
    command.name(),
    ...words.map(({ shown }) => shown),
    ...(own.length > 0 ? ['[options]'] : []),
  ];
  return [
    `## rolodesk ${command.name()}`,
    `${sentence(command.description())}`,
    ...(usage.join(' ') === exampleOf(command) ? [] : [`\`${usage.join(' ')}\`, for example`]),
    `\`\`\`sh\n${exampleOf(command)}\n\`\`\``,
    ...(words.length > 0
      ? [
          table(
            ['argument', 'meaning'],
            words.map(({ shown, description }) => [`\`${shown}\``, sentence(description)]),
          ),
        ]
      : []),
    ...(own.length > 0 ? [optionTable(own)] : []),
  ].join('\n\n');
}

function optionTable(options: readonly Option[]): string {
  return table(
    ['option', 'meaning', 'default'],
    options.map(({ flags, description, defaultValue, negate }) => [
      `\`${flags}\``,
      sentence(description),
      defaultValue === undefined || negate ? '' : `\`${String(defaultValue)}\``,
    ]),
  );
}

/** Commander keeps the text after the help to itself: it is printed, and read from there. */
function exampleOf(command: Command): string {
  let printed = '';
  command.configureOutput({
    writeOut: (text) => {
      printed += text;
    },
  });
  command.outputHelp();
  const example = /\$ (rolodesk .*)/.exec(printed)?.[1];
  if (example === undefined) throw new Error(`rolodesk ${command.name()} --help has no example.`);
  return example;
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
