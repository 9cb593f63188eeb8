/** A configuration as it stands in a folder, or as a row of values for a template. */
export interface FoundConfiguration {
  /** What messages call it: the name of the file, or `connection NAME`. The same for the same configuration. */
  readonly label: string;
  /** Where relative paths start: the file, or the template. */
  readonly path: string;
  readonly text: string;
  readonly row?: FoundRow;
}

export interface FoundRow {
  readonly name: string;
  /** Differs when a value does. */
  readonly revision: string;
  /** Decrypted when they are asked for. */
  values(): Promise<Readonly<Record<string, string>>>;
}
