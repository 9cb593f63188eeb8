import type { CompleteSink } from '../../complete-sink.ts';
import type { MapResult } from '../../domain/mapper.ts';
import type { SourceRecord } from '../../domain/record.ts';

/** What makes one user of several customers. */
interface Parts<P> {
  readonly sink: Pick<CompleteSink<P>, 'combine' | 'externalId'>;
  readonly map: (record: SourceRecord) => MapResult<P> | undefined;
}

/**
 * The user of customers with one address. Undefined if the mapping leaves all of them out. Absent an external id, it is
 * that of the first record.
 */
export function combineRecords<P>(
  { sink, map }: Parts<P>,
  records: readonly SourceRecord[],
  externalId?: string,
): P | undefined {
  const mapped = records.flatMap((record) => {
    const result = map(record);
    return result?.kind === 'payload' ? [{ record, payload: result.payload }] : [];
  });
  const [first] = mapped;
  if (!first) return undefined;
  const id = externalId ?? sink.externalId(first.payload);
  const inOrder = mapped.toSorted((a, b) => byLead(a.record, b.record)).map(({ payload }) => payload);
  return sink.combine(inOrder, id);
}

/**
 * Who says most of the user: customers without a parent first, then by key, numbers as numbers. A first read comes to them
 * in the same order; it depends on neither pages nor runs.
 */
function byLead(a: SourceRecord, b: SourceRecord): number {
  const byParent = Number(a.after !== undefined) - Number(b.after !== undefined);
  if (byParent !== 0) return byParent;
  return a.key.length - b.key.length || (a.key < b.key ? -1 : Number(a.key > b.key));
}
