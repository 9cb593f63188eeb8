import { parse as parseArray } from 'postgres-array';
import type { Json } from '../../core/domain/json.ts';
import { parseJsonKeepingDigits } from '../../core/records/parse-json-numbers.ts';

/** What becomes of a value, from the text that PostgreSQL gives for it in UTC: nothing is lost by a number of JavaScript. */

/** Everything is text until we know better: the package's own numbers and dates lose what they can't hold. */
export const asText = { types: { getTypeParser: () => (text: string) => text } };

/** Ids of built-in types never change: https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat */
export const types = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  oid: 26,
  json: 114,
  float4: 700,
  float8: 701,
  date: 1082,
  timestamp: 1114,
  timestamptz: 1184,
  numeric: 1700,
  jsonb: 3802,
} as const;

export interface ColumnType {
  readonly id: number;
  /** Type of what an array holds. */
  readonly element: ColumnType | undefined;
  /** Between the elements: a space where the type is a vector, whose text has no braces; a comma where it is absent. */
  readonly delimiter?: string;
}

export function jsonOf(text: string | null, { id, element, delimiter = ',' }: ColumnType): Json {
  if (text === null) return null;
  if (element && delimiter === ' ')
    return text.split(' ').flatMap((part) => (part === '' ? [] : [jsonOf(part, element)]));
  if (element) return elements(parseArray(withCommas(text, delimiter), (part) => jsonOf(part, element)));
  switch (id) {
    case types.bool:
      return text === 't';
    case types.int2:
    case types.int4:
    case types.int8:
    case types.oid:
    case types.float4:
    case types.float8: {
      const number = Number(text);
      const isExact =
        id === types.float4 || id === types.float8 ? Number.isFinite(number) : Number.isSafeInteger(number);
      return isExact ? number : text;
    }
    case types.json:
    case types.jsonb:
      // PostgreSQL has checked that it is JSON.
      return parseJsonKeepingDigits(text) as Json;
    case types.timestamp:
      return text.replace(' ', 'T');
    case types.timestamptz:
      return text.replace(' ', 'T').replace(/\+00$/, 'Z');
    case types.bytea:
      return Buffer.from(text.replace(/^\\x/, ''), 'hex').toString('base64');
    default:
      return text;
  }
}

/**
 * The text of an array with commas between its elements. Each type has a delimiter of its own (`typdelim`): a semicolon for
 * `box`, whose elements hold commas. The package knows the comma only.
 */
function withCommas(text: string, delimiter: string): string {
  if (delimiter === ',') return text;
  const mark = RegExp.escape(delimiter);
  const parts = new RegExp(String.raw`^\[[^=]*=|"(?:[^"\\]|\\[\s\S])*"|[{}${mark}]|[^"{}${mark}]+`, 'g');
  return text.replaceAll(parts, (part) => {
    if (part === delimiter) return ',';
    return /^["{}[]/.test(part) || part === 'NULL' ? part : `"${part}"`;
  });
}

/** NULL inside an array comes as null, whatever the transform says. */
function elements(values: readonly (Json | null | undefined)[]): Json {
  return values.map((value) => value ?? null);
}
