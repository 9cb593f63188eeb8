import type { z } from 'zod';
import type { CallContext } from '../domain/context.ts';
import { counted } from './counted.ts';
import { repair } from './repair.ts';

/**
 * Reads rows of an API whose types drift: numbers that come as text, nulls, an object in place of text. One odd field is the
 * matter of its record. Scalars are taken in the type that the schema names where nothing is lost by it, null is absent, and
 * everything else that does not fit is absent, counted and reported. A row that lacks a field which `required` names can't be
 * told apart or placed: it is left out, and reported with its key.
 */
export function createTolerantReader<T>({
  schema,
  required,
  system,
  entity,
  keyOf,
}: {
  readonly schema: z.ZodType<T>;
  /** Top-level fields that a row must have to be a record. If its schema makes one optional, it may be absent, but not malformed. */
  readonly required: readonly string[];
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
    const lacking = paths.find((path) => required.includes(path.split('.')[0] ?? ''));
    if (data === undefined || key === undefined || lacking !== undefined) {
      const absent = required.find((name) => (Reflect.get(Object(row), name) ?? undefined) === undefined);
      unreadable.add(lacking ?? absent ?? required[0] ?? '', key);
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
  const number = keys.size < maxKeys ? counted(count, 'record') : `${count} or more records`;
  return `${number}${first === undefined ? '' : `, the first is ${first}`}`;
}
