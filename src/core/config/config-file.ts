export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** A configuration as its file says it, with the environment filled in, not yet held against a schema. */
export interface ConfigFile {
  readonly value: unknown;
  /** What only a module can say, by its key. */
  readonly functions: Readonly<Record<string, unknown>>;
  /** What keeps the file from saying anything. `value` is then not what was meant. */
  readonly broken: readonly Problem[];
  /** Variables of the environment that are not set. */
  readonly missing: readonly Problem[];
  /** Where a key stands, or the nearest one above it that does. Undefined where a file has no such places. */
  positionOf(path: readonly PropertyKey[]): { readonly line: number; readonly column: number } | undefined;
  /** File and line of a key, such as `rolodesk.yaml:12`. Undefined for one that is not in the file. */
  placeOf(path: readonly PropertyKey[]): string | undefined;
}
