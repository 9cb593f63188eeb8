import { allCommands } from '../program/all-commands.ts';
import type { Completion } from '../program/command-inputs.ts';
import type { CommandDefinition } from '../program/define-command.ts';
import { globalOptions } from '../program/global-options.ts';
import { longFlag, negatedName } from '../program/option-flags.ts';

/** What a shell offers where a value is expected. `none`: a value that only the user knows. */
export type ValueCompletion =
  | { readonly kind: 'none' }
  | { readonly kind: Extract<Completion, string> }
  | { readonly kind: 'words'; readonly words: readonly string[] };

export interface CompletedOption {
  /** As they are typed: `-c` and `--config`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** Absent for a flag. */
  readonly value?: { readonly name: string; readonly completion: ValueCompletion };
}

/** A command as a shell completes it. */
export interface CompletedCommand {
  /** The last word of its name. */
  readonly word: string;
  readonly summary: string;
  readonly subcommands: readonly CompletedCommand[];
  readonly options: readonly CompletedOption[];
  readonly arguments: readonly CompletedArgument[];
}

interface CompletedArgument {
  readonly name: string;
  readonly isList: boolean;
  readonly completion: ValueCompletion;
}

/** Every command, with those below it. */
export function completedCommands(): readonly CompletedCommand[] {
  return allCommands.filter(({ name }) => !name.includes(' ')).map(completedCommand);
}

function completedCommand(definition: CommandDefinition): CompletedCommand {
  const { name, summary, options } = definition;
  return {
    word: name.replace(/.* /, ''),
    summary,
    subcommands: allCommands.filter((other) => other.name.startsWith(`${name} `)).map(completedCommand),
    options: [
      ...optionsOf(options),
      ...optionsOf(globalOptions),
      { flags: ['-h', '--help'], description: 'Show help.' },
    ],
    arguments: Object.entries(definition.arguments).map(([argument, declared]) => ({
      name: argument,
      isList: declared.isList,
      completion: completionOf(declared),
    })),
  };
}

function optionsOf(options: CommandDefinition['options']): readonly CompletedOption[] {
  return Object.entries(options).flatMap(([name, option]): CompletedOption[] => {
    const { description, short, value, negation } = option;
    const flags = [...(short === undefined ? [] : [`-${short}`]), longFlag(name, option)];
    const completed = {
      flags,
      description,
      ...(value !== '' && { value: { name: value, completion: completionOf(option) } }),
    };
    return negation === undefined ? [completed] : [completed, { flags: [negatedName(name)], description: negation }];
  });
}

function completionOf({
  choices,
  completion,
}: {
  readonly choices?: readonly string[];
  readonly completion?: Completion;
}): ValueCompletion {
  const words = choices ?? (typeof completion === 'object' ? completion : undefined);
  if (words) return { kind: 'words', words };
  return { kind: typeof completion === 'string' ? completion : 'none' };
}
