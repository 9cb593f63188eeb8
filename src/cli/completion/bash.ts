import { type CompletedCommand, completedCommands, type ValueCompletion } from './completed-commands.ts';

/** A script for bash 3.2 and newer. It needs no bash-completion. */
export function bashScript(): string {
  const commands = completedCommands();
  const children = commands.flatMap(({ word, subcommands }) => subcommands.map((below) => `'${word} ${below.word}'`));
  return `# Completes rolodesk in bash. Load it from ~/.bashrc: source <(rolodesk completion bash)

_rolodesk_files() {
  compopt -o default 2>/dev/null || COMPREPLY=($(compgen -f -- "$1"))
}

_rolodesk_folders() {
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -d -- "$1"))
}

_rolodesk_words() {
  COMPREPLY=($(compgen -W "$2" -- "$1"))
}

_rolodesk_runs() {
  local config='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in -c | --config) config=\${COMP_WORDS[i + 1]/#\\~/$HOME} ;; esac
  done
  _rolodesk_words "$1" "$(rolodesk runs --json \${config:+--config "$config"} 2>/dev/null |
    sed -n 's/^ *"id": "\\([0-9a-f-]*\\)".*/\\1/p')"
}

_rolodesk() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} command=''
  COMPREPLY=()
  # Bash takes --plan=file apart: the option, =, and the value.
  if [[ $current == = ]]; then
    current=''
  elif [[ $previous == = ]]; then
    previous=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  if ((COMP_CWORD > 1)); then command=\${COMP_WORDS[1]}; fi
  if ((COMP_CWORD > 2)); then
    case "$command \${COMP_WORDS[2]}" in ${children.join(' | ')}) command="$command \${COMP_WORDS[2]}" ;; esac
  fi
  case "$command:$previous" in
${commands.flatMap((command) => valueCases(command)).join('\n')}
  esac
  case "$command:$current" in
    :-*) _rolodesk_words "$current" '--help --version' ;;
    :*) _rolodesk_words "$current" '${commands.map(({ word }) => word).join(' ')} help' ;;
${commands.flatMap((command) => wordCases(command)).join('\n')}
  esac
}

complete -F _rolodesk rolodesk
`;
}

/** What follows an option that takes a value. */
function valueCases(command: CompletedCommand, above = ''): readonly string[] {
  const name = `${above}${command.word}`;
  const cases = command.options.flatMap(({ flags, value }) => {
    if (!value) return [];
    const pattern = flags.map((flag) => `'${name}:${flag}'`).join(' | ');
    return [`    ${pattern}) ${[actionOf(value.completion), 'return'].filter(Boolean).join('; ')} ;;`];
  });
  return [...cases, ...command.subcommands.flatMap((below) => valueCases(below, `${name} `))];
}

/** Options where the word begins with a hyphen, arguments or the commands below elsewhere. */
function wordCases(command: CompletedCommand, above = ''): readonly string[] {
  const name = `${above}${command.word}`;
  const flags = command.options.flatMap((option) => option.flags).join(' ');
  const cases = [`    '${name}':-*) _rolodesk_words "$current" '${flags}' ;;`];
  const below = command.subcommands.map(({ word }) => word).join(' ');
  const action = below === '' ? argumentAction(command) : `_rolodesk_words "$current" '${below}'`;
  if (action !== undefined) cases.push(`    '${name}':*) ${action} ;;`);
  return [...cases, ...command.subcommands.flatMap((inner) => wordCases(inner, `${name} `))];
}

function argumentAction({ arguments: [first] }: CompletedCommand): string | undefined {
  return first && actionOf(first.completion);
}

function actionOf(completion: ValueCompletion): string | undefined {
  switch (completion.kind) {
    case 'none':
      return undefined;
    case 'file':
      return '_rolodesk_files "$current"';
    case 'folder':
      return '_rolodesk_folders "$current"';
    case 'run':
      return '_rolodesk_runs "$current"';
    case 'words':
      return `_rolodesk_words "$current" '${completion.words.join(' ')}'`;
    default:
      return completion satisfies never;
  }
}
