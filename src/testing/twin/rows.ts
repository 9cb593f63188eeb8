import type { Mark } from '../source-twin.ts';

export type Row = Readonly<Record<string, unknown>>;

export interface RowsOptions {
  readonly count: number;
  readonly now: () => number;
  /** The n-th row, from 1. */
  readonly row: (n: number) => Row;
  readonly key: string;
  readonly updatedAt: string;
  /** The field in which a change is written. */
  readonly text: string;
  /** What the API shows of a row that was removed. Undefined: nothing. */
  readonly removed?: (row: Row) => Row | undefined;
}

interface Entry {
  /** Place in the order that no change moves. */
  readonly place: number;
  readonly row: Row;
  readonly changedAt: number;
}

const longBeforeMs = 30 * 86_400_000;

/** The records of a twin: made from their number, then changed, added to and removed. */
export function createRows({ count, now, row, key, updatedAt, text, removed }: RowsOptions) {
  const entries = new Map<string, Entry>();
  let last = 0;
  let marks = 0;

  function put(made: Row, place: number, changedAt: number): string {
    const name = String(made[key]);
    const stamped = { ...made, [updatedAt]: new Date(changedAt).toISOString() };
    entries.set(name, { place, row: stamped, changedAt });
    return name;
  }

  function make(changedAt: number, more: Row = {}): string {
    last += 1;
    return put({ ...row(last), ...more }, last, changedAt);
  }

  const startedAt = now() - longBeforeMs;
  while (last < count) make(startedAt + last * 1000);
  const gone = new Set<string>();

  function mark(): string {
    marks += 1;
    return `Changed ${marks} at ${now()}`;
  }

  return {
    keys: (): readonly string[] => [...entries.keys()].filter((name) => !gone.has(name)),
    add(): Mark {
      const added = mark();
      return { key: make(now(), { [text]: added }), text: added };
    },
    change(name: string): Mark {
      const entry = entries.get(name);
      if (!entry) throw new Error(`The twin has no record ${name}.`);
      const changed = mark();
      put({ ...entry.row, [text]: changed }, entry.place, now());
      return { key: name, text: changed };
    },
    remove(name: string): void {
      const entry = entries.get(name);
      const left = entry && removed?.(entry.row);
      gone.add(name);
      if (entry && left) put(left, entry.place, now());
      else entries.delete(name);
    },
    /** In the order of their places, those changed at or after `since` only. */
    select(since?: number): readonly { readonly place: number; readonly row: Row }[] {
      const found = [...entries.values()].filter(({ changedAt }) => since === undefined || changedAt >= since);
      return found.sort((a, b) => a.place - b.place);
    },
    get: (name: string): Row | undefined => entries.get(name)?.row,
  };
}
