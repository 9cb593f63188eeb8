import type { Json } from '../../core/domain/json.ts';

/** What stands in a request for what is only known when it is sent. */
export const placeholderNames = ['since', 'until', 'cursor'] as const;
export type PlaceholderName = (typeof placeholderNames)[number];

/** A number stays one where it is the whole of a text in a body: APIs compare it with numbers. */
export type Placeholders = Readonly<Partial<Record<PlaceholderName, string | number>>>;

const pattern = /\{(since|until|cursor)\}/g;

/** Fills in a text. `encode`: what the place needs, such as URL encoding in a path. */
export function fillText(text: string, values: Placeholders, encode = (value: string): string => value): string {
  return text.replaceAll(pattern, (whole, name: PlaceholderName) => {
    const value = values[name];
    return value === undefined ? whole : encode(String(value));
  });
}

/** Fills in all texts of a body. What makes it JSON quotes them. */
export function fillJson(json: Json, values: Placeholders): Json {
  if (typeof json === 'string') return wholeOf(json, values) ?? fillText(json, values);
  if (Array.isArray(json)) return json.map((item) => fillJson(item, values));
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, fillJson(value, values)]));
}

function wholeOf(text: string, values: Placeholders): string | number | undefined {
  const name = placeholderNames.find((one) => text === `{${one}}`);
  return name === undefined ? undefined : values[name];
}

/** The placeholders that a part of the configuration names. */
export function placeholdersIn(value: unknown): ReadonlySet<string> {
  return new Set([...(JSON.stringify(value) ?? '').matchAll(pattern)].map(([, name = '']) => name));
}

/** A copy of an object with a value at a path of names: `variables.after` of a GraphQL request. */
export function withValueAt(
  object: { readonly [key: string]: Json },
  [name = '', ...rest]: readonly string[],
  value: Json,
): { readonly [key: string]: Json } {
  if (rest.length === 0) return { ...object, [name]: value };
  const inner = object[name];
  return { ...object, [name]: withValueAt(isObject(inner) ? inner : {}, rest, value) };
}

function isObject(json: Json | undefined): json is { readonly [key: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
