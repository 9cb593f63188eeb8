import pg from 'pg';
import type { Row } from '../../rows.ts';

/** A parameter: a value, or a column of rows. */
export type Parameter = string | number | null | Buffer | readonly (string | number | null)[];

const int8 = 20;
const int2 = 21;
const int4 = 23;
const bytea = 17;
const numeric = new Set([int8, int2, int4]);

/**
 * PostgreSQL has no text with U+0000, which keys and messages may hold. It is stored as two characters, and so is U+0001,
 * so that both can be told apart again. Bytewise order stays what it is. JSON holds neither as it is.
 */
export function toStored(parameter: Parameter): Parameter {
  if (typeof parameter === 'string') return withoutNul(parameter);
  if (!Array.isArray(parameter)) return parameter;
  return parameter.map((value) => (typeof value === 'string' ? withoutNul(value) : value));
}

/** A row as it was before it was stored. Takes the driver's own row: there are many. */
export function fromStored(row: Record<string, unknown>): Row {
  for (const name in row) row[name] = storedValue(name, row[name]);
  // Each value has just been looked at.
  return row as Row;
}

/** How the driver reads columns: whole numbers as numbers, bytes as bytes, everything else as text. */
export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: string) {
    if (numeric.has(oid)) return Number;
    return oid === bytea ? pg.types.getTypeParser(oid, format === 'binary' ? 'binary' : 'text') : String;
  },
};

const nul = '\u0000';
const mark = '\u0001';
const storedNul = `${mark}\u0001`;
const storedMark = `${mark}\u0002`;

function withoutNul(text: string): string {
  if (!text.includes(nul) && !text.includes(mark)) return text;
  return text.replaceAll(mark, storedMark).replaceAll(nul, storedNul);
}

function withNul(text: string): string {
  if (!text.includes(mark)) return text;
  const parts = text.split(storedNul);
  return parts.map((part) => part.replaceAll(storedMark, mark)).join(nul);
}

function storedValue(name: string, value: unknown): Row[string] {
  if (value === null || typeof value === 'number' || value instanceof Uint8Array) return value;
  if (typeof value !== 'string') throw new Error(`State column ${name} holds a value of an unknown type.`);
  return withNul(value);
}
