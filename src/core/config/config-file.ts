import type { KeyProblem } from '../domain/errors.ts';

export type Problem = KeyProblem;

export type Environment = Readonly<Record<string, string | undefined>>;

/** A configuration file with the environment filled in, not yet checked against the schema (src/app/config-schema.ts). */
export interface ConfigFile {
  readonly value: unknown;
  /** Functions, which only a module can contain, by key. */
  readonly functions: Readonly<Record<string, unknown>>;
  /** Syntax errors. If there are any, `value` cannot be used. */
  readonly broken: readonly Problem[];
  /** Variables of the environment that are not set. */
  readonly missing: readonly Problem[];
  /** The position of a key, or of the nearest parent that is in the file. Undefined if the file has no positions. */
  positionOf(path: readonly PropertyKey[]): { readonly line: number; readonly column: number } | undefined;
  /** File and line of a key, such as `rolodesk.yaml:12`. Undefined for one that is not in the file. */
  placeOf(path: readonly PropertyKey[]): string | undefined;
}
