import type { CommandArgument, CommandOption } from './command-inputs.ts';

/** How an option is typed, without its value: `--from-source`, or `--no-browser`. */
export function longFlag(name: string, { form }: CommandOption<unknown>): string {
  return form === 'negated-flag' ? negatedName(name) : `--${kebab(name)}`;
}

/** `--no-listen`, of an option that also has `--listen <host:port>`. */
export function negatedName(name: string): string {
  return `--no-${kebab(name)}`;
}

/** Everything that stands before the description: `-c, --config <file>`. */
export function optionTerm(name: string, option: CommandOption<unknown>): string {
  const { form, short, value } = option;
  const flags = short === undefined ? longFlag(name, option) : `-${short}, ${longFlag(name, option)}`;
  if (form === 'list') return `${flags} <${value}...>`;
  return form === 'value' ? `${flags} <${value}>` : flags;
}

/** `<run>` where it must be given, `[keys...]` where it may be, and more than once. */
export function argumentTerm(name: string, { isRequired, isList }: CommandArgument<unknown>): string {
  const shown = `${kebab(name)}${isList ? '...' : ''}`;
  return isRequired ? `<${shown}>` : `[${shown}]`;
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
