import type { z } from 'zod';
import type { CallContext } from './contracts.ts';

/**
 * Reads rows of an API whose types drift: numbers that come as text, nulls, an object in place of text. One odd field is the
 * matter of its record. Scalars are taken in the type that the schema names where nothing is lost by it, null is absent, and
 * everything else that does not fit is absent, counted and reported. A row that lacks a field which `demanded` names can't be
 * told apart or placed: it is left out, and reported with its key.
 */
export function createTolerantReader<T>({
  schema,
  demanded,
  system,
  entity,
  keyOf,
}: {
  readonly schema: z.ZodType<T>;
  /** Top-level fields without which a row is no record. Its schema may name them as optional: then they may be absent, and not odd. */
  readonly demanded: readonly string[];
  /** Named in messages, such as `QuickBooks`. */
  readonly system: string;
  /** What a row is, such as `Customer`. */
  readonly entity: string;
  readonly keyOf: (row: unknown) => string | undefined;
}) {
  const omitted = createKeyCounts();
  const unreadable = createKeyCounts();

  function read(row: unknown): T | undefined {
    const parsed = schema.safeParse(row);
    if (parsed.success) return parsed.data;
    const { data, omitted: paths } = repair(schema, row);
    const key = keyOf(data ?? row);
    const lacking = paths.find((path) => demanded.includes(path.split('.')[0] ?? ''));
    if (data === undefined || key === undefined || lacking !== undefined) {
      unreadable.add(lacking ?? demanded[0] ?? '', key);
      return undefined;
    }
    for (const path of paths) omitted.add(path, key);
    return data;
  }

  return {
    /** Those of the rows that are records. */
    read: (rows: readonly unknown[]): readonly T[] => rows.flatMap((row) => read(row) ?? []),
    /** At the end of a read: warns of what was left out, by field. */
    report({ warn }: Pick<CallContext, 'warn'>): void {
      for (const [path, found] of omitted.take())
        warn({
          code: 'fields-unreadable',
          message: `${system}: ${entity}.${path} was not of the documented type and counts as absent (${found}).`,
        });
      for (const [name, found] of unreadable.take())
        warn({
          code: 'records-unreadable',
          message: `${system}: ${entity}.${name} is needed and was not of the documented type. Left out: ${found}. All others were read.`,
        });
    },
  };
}

/** A scan may read a row more than once: so many keys are remembered in order to count each once. */
const maxKeys = 1_000;

function createKeyCounts() {
  const counts = new Map<string, { readonly keys: Set<string>; withoutKey: number }>();
  return {
    add(name: string, key: string | undefined): void {
      const entry = counts.get(name) ?? { keys: new Set(), withoutKey: 0 };
      counts.set(name, entry);
      if (key === undefined) entry.withoutKey += 1;
      else if (entry.keys.size < maxKeys) entry.keys.add(key);
    },
    /** Name and what was found, such as `3 records, the first is 12`. */
    take(): readonly (readonly [name: string, found: string])[] {
      const found = [...counts].map(([name, { keys, withoutKey }]) => [name, describeKeys(keys, withoutKey)] as const);
      counts.clear();
      return found;
    },
  };
}

function describeKeys(keys: ReadonlySet<string>, withoutKey: number): string {
  const count = keys.size + withoutKey;
  const [first] = keys;
  const number = keys.size < maxKeys ? String(count) : `${count} or more`;
  return `${number} ${count === 1 ? 'record' : 'records'}${first === undefined ? '' : `, the first is ${first}`}`;
}

/** Deeper than any schema: each round mends a level, or takes the level above away. */
const mostRounds = 16;

/** `data` is undefined for a row that can't be mended without its identity. */
function repair<T>(
  schema: z.ZodType<T>,
  row: unknown,
): { readonly data: T | undefined; readonly omitted: readonly string[] } {
  const omitted: string[] = [];
  const copy: unknown = structuredClone(row);
  for (let round = 0; round < mostRounds; round += 1) {
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
