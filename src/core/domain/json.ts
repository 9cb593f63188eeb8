export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A flat set of values by field name. */
export type Fields = Readonly<Record<string, Json>>;

/** The value as it is after a round trip through JSON: without members that are undefined. Undefined itself is null. */
export function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value) ?? 'null');
}
