/**
 * What a command takes from the command line: options and arguments, each with its type. The parser, `--help`, the
 * reference and shell completion are made from them.
 */

/** What a shell may offer as a value: `run` is the id of a past run, a list is words that most people use. */
export type Completion = 'file' | 'folder' | 'run' | readonly string[];

/** How an option is written: `--yes`, `--no-browser`, `--limit <n>`, `--keys <key...>`. */
export type OptionForm = 'flag' | 'negated-flag' | 'value' | 'list';

interface Input<T> {
  readonly description: string;
  /** The only values that are allowed. */
  readonly choices?: readonly string[];
  readonly completion?: Completion;
  /** Turns what the parser found into the value that the command gets. Undefined: the value is left out. */
  read(given: unknown): T;
}

export interface CommandOption<T> extends Input<T> {
  readonly form: OptionForm;
  /** Name of the value in help, such as `file`. Empty for a flag. */
  readonly value: string;
  /** A letter that stands for the name. */
  readonly short?: string;
  readonly isWholeNumber?: boolean;
  readonly defaultValue?: string | number;
  /** What `--no-NAME` means next to `--NAME <value>`. */
  readonly negation?: string;
}

export interface CommandArgument<T> extends Input<T> {
  readonly isRequired: boolean;
  readonly isList: boolean;
}

interface ValueDescription {
  readonly value: string;
  readonly description: string;
  readonly completion?: Completion;
}

export function flag(description: string): CommandOption<boolean> {
  return { form: 'flag', value: '', description, read: (given) => given === true };
}

/** `--no-NAME`: the value is true unless it is given. */
export function negatedFlag(description: string): CommandOption<boolean> {
  return { form: 'negated-flag', value: '', description, read: (given) => given !== false };
}

export function text(described: ValueDescription): CommandOption<string | undefined> {
  return { form: 'value', ...described, read: asText };
}

export function textWithDefault(
  described: ValueDescription & { readonly defaultValue: string },
): CommandOption<string> {
  const { defaultValue } = described;
  return { form: 'value', ...described, read: (given) => asText(given) ?? defaultValue };
}

/** `--NAME <value>` with a default, and `--no-NAME`, which leaves the value out. */
export function negatableText(
  described: ValueDescription & { readonly defaultValue: string; readonly negation: string },
): CommandOption<string | undefined> {
  return { form: 'value', ...described, read: asText };
}

export function textList(described: ValueDescription): CommandOption<readonly string[]> {
  return { form: 'list', ...described, read: asTexts };
}

export function wholeNumber(described: ValueDescription): CommandOption<number | undefined> {
  return { form: 'value', isWholeNumber: true, ...described, read: asNumber };
}

export function wholeNumberWithDefault(
  described: ValueDescription & { readonly defaultValue: number },
): CommandOption<number> {
  const { defaultValue } = described;
  return { form: 'value', isWholeNumber: true, ...described, read: (given) => asNumber(given) ?? defaultValue };
}

export function choice<const C extends string>(
  described: ValueDescription & { readonly choices: readonly C[] },
): CommandOption<C | undefined> {
  const { choices } = described;
  return { form: 'value', ...described, read: (given) => choices.find((one) => one === given) };
}

export function choiceWithDefault<const C extends string>(
  described: ValueDescription & { readonly choices: readonly C[]; readonly defaultValue: NoInfer<C> },
): CommandOption<C> {
  const { choices, defaultValue } = described;
  return { form: 'value', ...described, read: (given) => choices.find((one) => one === given) ?? defaultValue };
}

interface ArgumentDescription {
  readonly description: string;
  readonly completion?: Completion;
}

export function argument(described: ArgumentDescription): CommandArgument<string> {
  return { isRequired: true, isList: false, ...described, read: (given) => asText(given) ?? '' };
}

export function optionalArgument(described: ArgumentDescription): CommandArgument<string | undefined> {
  return { isRequired: false, isList: false, ...described, read: asText };
}

export function argumentList(described: ArgumentDescription): CommandArgument<readonly string[]> {
  return { isRequired: false, isList: true, ...described, read: asTexts };
}

/** Where connections that stand as rows are kept. */
export function serviceFolder(): CommandOption<string | undefined> {
  const description = 'The folder of the service that follows them (default: this one).';
  return text({ value: 'folder', description, completion: 'folder' });
}

/** The parser accepts no other word, and asks for one where none is given. */
export function choiceArgument<const C extends string>(
  described: ArgumentDescription & { readonly choices: readonly C[] },
): CommandArgument<C> {
  const { choices } = described;
  return { isRequired: true, isList: false, ...described, read: (given) => asChoice(given, choices) };
}

function asChoice<C extends string>(given: unknown, choices: readonly C[]): C {
  const chosen = choices.find((one) => one === given);
  if (chosen === undefined) throw new TypeError(`Expected ${choices.join(' or ')}.`);
  return chosen;
}

function asText(given: unknown): string | undefined {
  return typeof given === 'string' ? given : undefined;
}

function asTexts(given: unknown): readonly string[] {
  return Array.isArray(given) ? given.map(String) : [];
}

function asNumber(given: unknown): number | undefined {
  return typeof given === 'number' ? given : undefined;
}
