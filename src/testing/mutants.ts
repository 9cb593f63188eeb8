/** One field of one record, in another type than the system documents. */
export interface Mutant {
  /** The record as it stands in replies: only it is changed, wherever it is shown. */
  readonly record: string;
  readonly path: readonly string[];
  readonly kind: MutantKind;
}

const kinds = {
  'null in place of': () => null,
  'another type of': (value: unknown) => {
    if (typeof value === 'string') return /^\d{1,15}$/.test(value) ? Number(value) : 7;
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'text';
  },
  'an object or a number in place of': (value: unknown) =>
    isObject(value) || Array.isArray(value) ? 7 : { odd: true },
} as const satisfies Readonly<Record<string, (value: unknown) => unknown>>;
export type MutantKind = keyof typeof kinds;

/** Every mutant of a record that replies hold: each of its fields, and theirs, in each way. Fields with these values are left as they are. */
export function mutantsOf(record: string, { but }: { readonly but: readonly string[] }): readonly Mutant[] {
  const value: unknown = JSON.parse(record);
  const kept = new Set(but);
  const paths = fieldsIn(value).flatMap(([name, inner]) => [
    ...(kept.has(String(inner)) ? [] : [[name]]),
    ...fieldsIn(inner).flatMap(([below, one]) => (kept.has(String(one)) ? [] : [[name, below]])),
  ]);
  // The names of an object literal are exactly its keys.
  return paths.flatMap((path) => (Object.keys(kinds) as MutantKind[]).map((kind) => ({ record, path, kind })));
}

/** The text of a reply with the mutant in place of its record. Undefined where the record is not in it. */
export function withMutant(text: string, { record, path, kind }: Mutant): string | undefined {
  let isThere = false;
  const changed = JSON.stringify(parsed(text), (_, value: unknown) => {
    if (!isObject(value) || JSON.stringify(value) !== record) return value;
    isThere = true;
    return changedAt(value, path, kinds[kind]);
  });
  return isThere ? changed : undefined;
}

/** A record out of the middle of the first list of those with these keys, as text. */
export function middleRecord(replies: readonly string[], keys: readonly string[]): string | undefined {
  const known = new Set(keys);
  for (const reply of replies) {
    let found: unknown;
    JSON.stringify(parsed(reply), (_, value: unknown) => {
      if (found === undefined && Array.isArray(value) && value.every((item) => hasKey(item, known)))
        found = value[Math.floor(value.length / 2)];
      return value;
    });
    if (found !== undefined) return JSON.stringify(found);
  }
  return undefined;
}

function hasKey(record: unknown, keys: ReadonlySet<string>): boolean {
  return isObject(record) && Object.values(record).some((value) => keys.has(String(value)));
}

function changedAt(value: unknown, [name, ...rest]: readonly string[], change: (value: unknown) => unknown): unknown {
  if (name === undefined) return change(value);
  return isObject(value) ? { ...value, [name]: changedAt(value[name], rest, change) } : value;
}

function fieldsIn(value: unknown): readonly (readonly [name: string, value: unknown])[] {
  return isObject(value) ? Object.entries(value) : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not a reply with records, then.
    return null;
  }
}
