import { hash } from 'node:crypto';
import type { SourceRecord } from '../../core/domain/record.ts';
import { stableJson } from '../../core/stable-json.ts';

const digestLength = 20;

/**
 * Knows the records of one scan. A record that moved from one page to the next while the list was read, because others came or
 * went before it, comes twice and counts once. A later version of it has other data, and is another matter.
 */
export function createSeenRecords() {
  const seen = new Set<string>();
  return {
    /** Those that did not come before as they are. */
    fresh<T>(records: readonly SourceRecord<T>[]): readonly SourceRecord<T>[] {
      return records.filter((record) => {
        const digest = digestOf(record);
        if (seen.has(digest)) return false;
        seen.add(digest);
        return true;
      });
    },
    count: (): number => seen.size,
  };
}

/** Of 120 bits: nobody's record passes for another's. */
function digestOf({ key, state, data }: SourceRecord): string {
  return hash('sha256', stableJson([key, state, data]), 'base64').slice(0, digestLength);
}
