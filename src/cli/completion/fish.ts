import {
  type CompletedCommand,
  type CompletedOption,
  completedCommands,
  type ValueCompletion,
} from './completed-commands.ts';

/** A script for fish 3.4 and newer. */
export function fishScript(): string {
  const commands = completedCommands();
  return `# Completes rolodesk in fish. Load it from config.fish: rolodesk completion fish | source

function __rolodesk_at
    set -l words (commandline -opc)
    test "$words[2]" = "$argv[1]"; and begin
        test (count $argv) -eq 1; or test "$words[3]" = "$argv[2]"
    end
end

function __rolodesk_runs
    set -l words (commandline -opc)
    set -l config
    for flag in -c --config
        if set -l at (contains -i -- $flag $words)
            set config --config $words[(math $at + 1)]
        end
    end
    rolodesk runs --json $config 2>/dev/null | string match -rg '^ *"id": "([0-9a-f-]+)"'
end

complete -c rolodesk -f
complete -c rolodesk -n __fish_use_subcommand -s h -l help -d 'Show help.'
complete -c rolodesk -n __fish_use_subcommand -s V -l version -d 'Print the version.'
complete -c rolodesk -n __fish_use_subcommand -a help -d 'Shows the help of a command.'
${commands.flatMap((command) => linesOf(command)).join('\n')}
`;
}

function linesOf(command: CompletedCommand): readonly string[] {
  const { word, summary } = command;
  return [
    `complete -c rolodesk -n __fish_use_subcommand -a ${word} -d ${quoted(summary)}`,
    ...insideOf(command, [word]),
    ...command.subcommands.flatMap((below) => insideOf(below, [word, below.word])),
  ];
}

function insideOf(command: CompletedCommand, path: readonly string[]): readonly string[] {
  const below = command.subcommands.map(({ word }) => `; and not __rolodesk_at ${path.join(' ')} ${word}`);
  const prefix = `complete -c rolodesk -n '__rolodesk_at ${path.join(' ')}${below.join('')}'`;
  const [first] = command.arguments;
  const offered = first && actionOf(first.completion);
  return [
    ...command.subcommands.map(({ word, summary }) => `${prefix} -a ${word} -d ${quoted(summary)}`),
    ...(offered === undefined ? [] : [`${prefix} ${offered}`]),
    ...command.options.map((option) => `${prefix} ${optionOf(option)}`),
  ];
}

function optionOf({ flags, description, value }: CompletedOption): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const offered = value === undefined ? [] : ['-r', actionOf(value.completion) ?? '-f'];
  return [...names, ...offered, '-d', quoted(description)].join(' ');
}

function actionOf(completion: ValueCompletion): string | undefined {
  switch (completion.kind) {
    case 'none':
      return undefined;
    case 'file':
      return '-F';
    case 'folder':
      return "-f -a '(__fish_complete_directories)'";
    case 'run':
      return "-f -a '(__rolodesk_runs)'";
    case 'words':
      return `-f -a '${completion.words.join(' ')}'`;
    default:
      return completion satisfies never;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, (letter) => `\\${letter}`)}'`;
}
