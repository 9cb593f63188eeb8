export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A flat set of values by field name. */
export type Fields = Readonly<Record<string, Json>>;
