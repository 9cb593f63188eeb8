import {
  type CompletedCommand,
  type CompletedOption,
  completedCommands,
  type ValueCompletion,
} from './completed-commands.ts';

/** A script for zsh 5. It may be sourced after compinit, or stored as _rolodesk in a folder of $fpath. */
export function zshScript(): string {
  const commands = completedCommands();
  return `#compdef rolodesk
# Completes rolodesk in zsh. Load it from ~/.zshrc, after compinit: source <(rolodesk completion zsh)

_rolodesk_runs() {
  local -a runs config
  integer at=\${words[(I)(-c|--config)]}
  if (( at )); then config=(--config \${(Q)~words[at + 1]}); fi
  runs=(\${(f)"$(rolodesk runs --json $config 2>/dev/null | sed -n 's/^ *"id": "\\([0-9a-f-]*\\)".*/\\1/p')"})
  compadd -V runs -a runs
}

_rolodesk() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  local -a commands
  _arguments -C \\
    '(- : *)'{-h,--help}'[Show help.]' \\
    '(- : *)'{-V,--version}'[Print the version.]' \\
    '1:command:->command' \\
    '*::argument:->argument'
  case $state in
    command)
      commands=(
${commands.map(({ word, summary }) => `        ${described(word, summary)}`).join('\n')}
        'help:Shows the help of a command.'
      )
      _describe -t commands command commands
      ;;
    argument)
      case $words[1] in
${commands.map((command) => caseOf(command)).join('\n')}
      esac
      ;;
  esac
}

if [[ $funcstack[1] == _rolodesk ]]; then
  _rolodesk "$@"
else
  compdef _rolodesk rolodesk
fi
`;
}

function caseOf(command: CompletedCommand): string {
  const { word, subcommands } = command;
  if (subcommands.length === 0) return `        ${word}) ${argumentsOf(command, '          ')} ;;`;
  return `        ${word})
          ${argumentsOf(command, '            ', ["'1:command:->subcommand'", "'*::argument:->subargument'"])}
          case $state in
            subcommand)
              commands=(${subcommands.map((below) => described(below.word, below.summary)).join(' ')})
              _describe -t commands command commands
              ;;
            subargument)
              case $words[1] in
${subcommands.map((below) => `                ${below.word}) ${argumentsOf(below, '                  ')} ;;`).join('\n')}
              esac
              ;;
          esac
          ;;`;
}

function argumentsOf(command: CompletedCommand, indent: string, states?: readonly string[]): string {
  const places = command.arguments.map(({ name, completion, isList }, at) =>
    quoted(`${isList ? '*' : at + 1}:${escaped(name)}:${actionOf(completion)}`),
  );
  const specs = [...command.options.flatMap(specsOf), ...(states ?? places)];
  return [`_arguments${states ? ' -C' : ''}`, ...specs].join(` \\\n${indent}`);
}

function specsOf({ flags, description, value }: CompletedOption): readonly string[] {
  const others = flags.length > 1 ? `(${flags.join(' ')})` : '';
  const taken = value === undefined ? '' : `:${escaped(value.name)}:${actionOf(value.completion)}`;
  // With =, both --plan file and --plan=file are completed.
  const shown = flags.map((flag) => (value && flag.startsWith('--') ? `${flag}=` : flag));
  return shown.map((flag) => quoted(`${others}${flag}[${escaped(description)}]${taken}`));
}

function actionOf(completion: ValueCompletion): string {
  switch (completion.kind) {
    case 'none':
      return ' ';
    case 'file':
      return '_files';
    case 'folder':
      return '_files -/';
    case 'run':
      return '_rolodesk_runs';
    case 'words':
      return `(${completion.words.join(' ')})`;
    default:
      return completion satisfies never;
  }
}

function described(word: string, summary: string): string {
  return quoted(`${word}:${summary.replaceAll(':', '\\:')}`);
}

/** In a specification of _arguments, colons and brackets separate its parts. */
function escaped(text: string): string {
  return text.replaceAll(/[[\]:\\]/g, (letter) => `\\${letter}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
