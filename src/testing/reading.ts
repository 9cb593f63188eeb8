import type { CallContext } from '../core/domain/context.ts';
import type { Cursor, Page } from '../core/domain/record.ts';
import type { Source } from '../core/domain/source.ts';
import { assert } from './assert.ts';

/** What a reader knows of the records: the last that it saw of each. */
export interface Snapshot {
  note(page: Page): void;
  has(key: string): boolean;
  /** The data of a record as text, empty where it was never seen. */
  textOf(key: string): string;
  readonly keys: ReadonlySet<string>;
}

export function createSnapshot(): Snapshot {
  const latest = new Map<string, string>();
  const keys = new Set<string>();
  return {
    keys,
    note({ records }) {
      for (const { key, data } of records) {
        keys.add(key);
        latest.set(key, JSON.stringify(data));
      }
    },
    has: (key) => keys.has(key),
    textOf: (key) => latest.get(key) ?? '',
  };
}

/** A cursor as it comes back from the state file. */
export function asStored(cursor: Cursor): Cursor {
  return JSON.parse(JSON.stringify(cursor));
}

/** Reads a scan to its end into a picture, and returns where the next one begins. */
export async function readInto(
  snapshot: Snapshot,
  source: Source,
  { from, context }: { readonly from: Cursor | undefined; readonly context: CallContext },
): Promise<Cursor | undefined> {
  let cursor = from;
  for await (const page of source.read(from, context)) {
    snapshot.note(page);
    cursor = asStored(page.cursor);
  }
  return cursor;
}

/** Fails unless these keys are in the picture. */
export function assertAll(snapshot: Snapshot, keys: Iterable<string>, what: string): void {
  const lost = [...keys].filter((key) => !snapshot.has(key));
  assert(lost.length === 0, `${what}, ${lost.length} records never came: ${someOf(lost)}.`);
}

export function someOf(keys: readonly string[]): string {
  const some = keys.slice(0, 3).join(', ');
  return keys.length > 3 ? `${some} and ${keys.length - 3} more` : some;
}
