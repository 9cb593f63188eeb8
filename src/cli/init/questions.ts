/** Whoever answers what `init` needs to know: a person, or nobody. */
export interface Prompts {
  /** An empty answer means: later. */
  text(question: {
    readonly message: string;
    readonly placeholder?: string;
    check?(text: string): string | undefined;
  }): Promise<string>;
  /** Never shown. */
  secret(question: { readonly message: string }): Promise<string>;
  choose<T extends string>(question: {
    readonly message: string;
    readonly options: readonly { readonly value: T; readonly label: string; readonly hint?: string }[];
  }): Promise<T>;
  confirm(question: { readonly message: string }): Promise<boolean>;
}
