import { hash } from 'node:crypto';
import type { CallContext } from '../domain/context.ts';
import type { Page, RecordFault, SourceRecord } from '../domain/record.ts';
import type { Source } from '../domain/source.ts';
import { stableJson } from '../stable-json.ts';

/** `reject`: nothing is written for a key that several records have. `last`: the last of them counts. */
export type DuplicateKeysPolicy = 'reject' | 'last';

/** What a spreadsheet shows, and programs export, of a number with many digits: others have the same. */
const roundedKey = /^-?\d(?:[.,]\d+)?E\+\d\d+$/i;
const maxNamed = 5;

/**
 * A source that never lets two records pass for one: records of one key with different data are two, unless one of them is a
 * newer version of the other (see `Source.readsAs`). What is the same, however often it comes, is one record.
 */
export function withDistinctKeys<T>(source: Source<T>, policy: DuplicateKeysPolicy): Source<T> {
  const { readsAs, readKeys } = source;

  async function* marked(pages: AsyncIterable<Page<T>>, seen: Seen, context: CallContext): AsyncGenerator<Page<T>> {
    try {
      for await (const page of pages) {
        if (readsAs !== 'snapshot') seen.note(page.records);
        const records = policy === 'reject' ? page.records.map(seen.marked) : page.records.filter(seen.isLast);
        yield { ...page, records };
      }
    } finally {
      for (const warning of seen.warnings(policy)) context.warn(warning);
    }
  }

  return {
    ...source,
    async *read(from, context) {
      const seen = createSeen(readsAs);
      // All of a snapshot is compared before the first record is used: nothing may be written for a key whose double comes later.
      if (readsAs !== 'snapshot') return yield* marked(source.read(from, context), seen, context);
      let total = 0;
      for await (const { records } of source.read(from, { ...context, warn: () => undefined })) {
        seen.note(records);
        total += records.length;
      }
      for await (const page of marked(source.read(from, context), seen, context)) yield { total, ...page };
    },
    ...(readKeys && {
      readKeys: (keys, context) => marked(readKeys(keys, context), createSeen(readsAs), context),
    }),
  };
}

type Seen = ReturnType<typeof createSeen>;

/** What one scan has shown of each key. Records that say when they changed are compared within their page only. */
function createSeen(readsAs: Source['readsAs']) {
  const first = new Map<string, { readonly digest: number; readonly place: string | undefined }>();
  const doubles = new Map<string, { readonly places: string[]; last: number }>();
  const rounded = new Set<string>();

  function note(records: readonly SourceRecord[]): void {
    const page = new Map<string, SourceRecord>();
    for (const record of records) {
      if (roundedKey.test(record.key)) rounded.add(`${record.key}${inBrackets([placeOf(record)])}`);
      // A record that is gone is reported as such, even if the page had it before.
      if (readsAs === 'log' || record.state === 'deleted') continue;
      if (readsAs === 'snapshot' || !record.updatedAt) noteInScan(record);
      else noteInPage(page.get(record.key), record);
      page.set(record.key, record);
    }
  }

  function noteInScan(record: SourceRecord): void {
    const known = first.get(record.key);
    const digest = digestOf(record);
    if (!known) first.set(record.key, { digest, place: record.place });
    else if (known.digest !== digest || doubles.has(record.key)) addDouble(known.place, record, digest);
  }

  function noteInPage(known: SourceRecord | undefined, record: SourceRecord): void {
    if (!known || known.updatedAt?.getTime() !== record.updatedAt?.getTime()) return;
    const digest = digestOf(record);
    if (digestOf(known) !== digest) addDouble(known.place, record, digest);
  }

  function addDouble(firstPlace: string | undefined, { key, place }: SourceRecord, digest: number): void {
    const double = doubles.get(key) ?? { places: [firstPlace ?? ''], last: digest };
    double.places.push(place ?? '');
    double.last = digest;
    doubles.set(key, double);
  }

  return {
    note,
    marked<R>(record: SourceRecord<R>): SourceRecord<R> {
      const double = doubles.get(record.key);
      if (!double || record.fault || record.state === 'deleted') return record;
      // Nobody can tell which of them is the one that is inactive.
      return { ...record, state: 'active', fault: faultOf(double.places) };
    },
    isLast(record: SourceRecord): boolean {
      const double = doubles.get(record.key);
      return !double || record.state === 'deleted' || double.last === digestOf(record);
    },
    *warnings(policy: DuplicateKeysPolicy) {
      if (doubles.size > 0) {
        const named = [...doubles].map(([key, { places }]) => `${key}${inBrackets(places)}`);
        const done = policy === 'reject' ? 'none of them was written' : 'the last of them counted';
        const message = `Different records have the same key, and ${done}: ${someOf(named)}. Correct source.key, or the keys.`;
        yield { code: 'duplicate-key', message };
      }
      if (rounded.size > 0) {
        const message = `Keys look like numbers that a spreadsheet or a program has rounded, so that several customers may share one: ${someOf([...rounded])}. Export the column as text.`;
        yield { code: 'rounded-key', message };
      }
    },
  };
}

function faultOf(places: readonly string[]): RecordFault {
  const message = `${places.length} records with different data have this key${inBrackets(places)}. Give each a key of its own, or correct source.key.`;
  return { code: 'duplicate-key', message };
}

function placeOf({ place = '' }: SourceRecord): string {
  return place;
}

function inBrackets(places: readonly string[]): string {
  const known = places.filter((place) => place !== '');
  return known.length === 0 ? '' : ` (${someOf(known)})`;
}

function someOf(names: readonly string[]): string {
  const more = names.length > maxNamed ? ` and ${names.length - maxNamed} more` : '';
  return `${names.slice(0, maxNamed).join(', ')}${more}`;
}

/** 48 bits are enough to tell the few records of one key apart. */
function digestOf({ data, state }: SourceRecord): number {
  return hash('sha256', stableJson([state, data]), 'buffer').readUIntBE(0, 6);
}
