import type { z } from 'zod';

/** Deeper than any schema: each round mends a level, or takes the level above away. */
const maxRounds = 16;

/**
 * A value that does not fit its schema, mended: scalars in the type that is expected where nothing is lost by it, null and
 * whatever else does not fit left out (`omitted` names the places, except for nulls). `data` is undefined where what is required
 * can't be had.
 */
export function repair<S extends z.ZodType>(
  schema: S,
  row: unknown,
): { readonly data: z.output<S> | undefined; readonly omitted: readonly string[] } {
  const omitted: string[] = [];
  const copy: unknown = structuredClone(row);
  for (let round = 0; round < maxRounds; round += 1) {
    const parsed = schema.safeParse(copy);
    if (parsed.success) return { data: parsed.data, omitted };
    for (const issue of parsed.error.issues) {
      const path = issue.path.map(String);
      const value = valueIn(copy, path);
      const expected = issue.code === 'invalid_type' ? issue.expected : undefined;
      const coerced = coerce(value, expected);
      if (coerced !== undefined) put(copy, path, coerced);
      // What is lacking in it makes the part unusable, not the record.
      else if (value === undefined) {
        if (path.length < 2) return { data: undefined, omitted };
        put(copy, path.slice(0, -1), undefined);
        omitted.push(path.slice(0, -1).join('.'));
      } else {
        put(copy, path, undefined);
        if (value !== null) omitted.push(path.join('.'));
      }
    }
  }
  return { data: undefined, omitted };
}

/** The same scalar in the type that is expected, where that says the same. */
function coerce(value: unknown, expected: string | undefined): string | number | boolean | undefined {
  // Digits that a number could not hold are lost already: it may be another's id.
  const isExact = typeof value === 'number' && (!Number.isInteger(value) || Number.isSafeInteger(value));
  if (expected === 'string' && (isExact || typeof value === 'boolean')) return String(value);
  if (typeof value !== 'string') return undefined;
  if (expected === 'number' && /^-?\d+(?:\.\d+)?$/.test(value.trim())) return Number(value);
  if (expected === 'boolean' && /^(?:true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  return undefined;
}

function valueIn(row: unknown, path: readonly string[]): unknown {
  let at = row;
  for (const name of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Reflect.get(at, name);
  }
  return at;
}

/** Undefined takes it away. */
function put(row: unknown, path: readonly string[], value: unknown): void {
  const holder = valueIn(row, path.slice(0, -1));
  const name = path.at(-1);
  if (typeof holder !== 'object' || holder === null || name === undefined) return;
  if (value === undefined) Reflect.deleteProperty(holder, name);
  else Reflect.set(holder, name, value);
}
