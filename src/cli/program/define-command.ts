import type { CommandContext } from '../command.ts';
import type { CommandArgument, CommandOption } from './command-inputs.ts';
import { type InputValues, readInputs } from './input-values.ts';

/** Headings of `rolodesk --help`, in its order. */
export const commandGroups = ['Set up', 'Sync', 'Inspect', 'Correct', 'Try and extend'] as const;

export type CommandGroup = (typeof commandGroups)[number];

interface CommandMetadata {
  /** As it is typed after `rolodesk`: `sync`, or `fields apply`. */
  readonly name: string;
  readonly group: CommandGroup;
  /** One sentence, short enough for a line of `rolodesk --help`. */
  readonly summary: string;
  /** What else one must know before using it: sentences that follow the summary. */
  readonly details?: string;
  /** Command lines that run as they stand. The first one is shown in the reference. */
  readonly examples: readonly [string, ...string[]];
  /** What 0, 1 and other codes mean here, where they mean more than `rolodesk --help` says. */
  readonly exitCodes?: Readonly<Record<number, string>>;
}

/** A command as data. Its file is loaded to show help: it must import nothing that takes time but in `run`. */
export interface CommandSpec<A, O> extends CommandMetadata {
  /** In the order of the command line. */
  readonly arguments?: { readonly [K in keyof A]: CommandArgument<A[K]> };
  readonly options?: { readonly [K in keyof O]: CommandOption<O[K]> };
  /** Returns the exit code. */
  run(context: CommandContext, values: InputValues<A> & InputValues<O>): Promise<number>;
}

/** What the parser found: options by name, arguments in order. */
export interface ParsedInputs {
  readonly options: Readonly<Record<string, unknown>>;
  readonly arguments: readonly unknown[];
}

/** A command whatever its options are: what the parser, the reference and completion work with. */
export interface CommandDefinition extends CommandMetadata {
  readonly arguments: Readonly<Record<string, CommandArgument<unknown>>>;
  readonly options: Readonly<Record<string, CommandOption<unknown>>>;
  run(context: CommandContext, parsed: ParsedInputs): Promise<number>;
}

/** Defines a command. Its options and arguments get their types from their declarations. */
export function defineCommand<A = unknown, O = unknown>({ run, ...spec }: CommandSpec<A, O>): CommandDefinition {
  return {
    ...spec,
    arguments: spec.arguments ?? {},
    options: spec.options ?? {},
    async run(context, parsed) {
      const names = Object.keys(spec.arguments ?? {});
      const inOrder = Object.fromEntries(names.map((name, at) => [name, parsed.arguments[at]]));
      const values = { ...readInputs(spec.arguments, inOrder), ...readInputs(spec.options, parsed.options) };
      return await run(context, values);
    },
  };
}
