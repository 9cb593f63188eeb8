import type { CallContext } from '../../core/domain/context.ts';
import type { Page, SourceRecord } from '../../core/domain/record.ts';
import { idOf, type QuickBooksCustomer } from './customer.ts';
import { allStates } from './pages.ts';
import { type ReadPorts, readAll } from './read-all.ts';
import { createRecords } from './records.ts';
import { maxScans, scan, warnOfMoves } from './scan.ts';
import { isTooLongAgo, nextCursor } from './watermark.ts';

/**
 * Reads what has changed since the watermark, and who was merged away. A scan begins at page one: its pages carry the old
 * watermark, and only its end moves on. Reads everything where QuickBooks can't list all that is gone.
 */
export async function* readChanged(
  ports: ReadPorts,
  watermark: string,
  context: CallContext,
): AsyncGenerator<Page<QuickBooksCustomer>> {
  const { client, pages, uses } = ports;
  // At-or-after, not after: two customers can share a second. The repeat is harmless.
  const since = { field: 'MetaData.LastUpdatedTime', value: watermark, operator: '>=' };
  const records = createRecords(client, uses);
  let startedAt: string | undefined;
  for (let attempt = 1; attempt <= maxScans; attempt += 1) {
    let isContiguous = true;
    for await (const page of scan(pages, [since, allStates], context)) {
      startedAt ??= page.time;
      if (isTooLongAgo(watermark, startedAt)) return yield* readAll(ports, context);
      isContiguous &&= page.isContiguous;
      yield { records: await records.of(page.rows, context), cursor: { watermark } };
    }
    if (startedAt === undefined || !isContiguous) continue;
    records.report(context);
    const merged = await listMergedCustomers(ports, watermark, context);
    // Not every one is listed: of whom a full read sees nothing is gone.
    if (!merged) return yield* readAll(ports, context);
    yield { records: merged, cursor: nextCursor(startedAt) };
    return;
  }
  records.report(context);
  warnOfMoves(context);
}

/**
 * A query never shows a merged customer. Some tombstones are false (reference: section 3): what a query still finds is
 * there. Undefined when change data capture may have left some out.
 */
async function listMergedCustomers(
  { client, pages }: ReadPorts,
  watermark: string,
  context: CallContext,
): Promise<SourceRecord<QuickBooksCustomer>[] | undefined> {
  const { ids, isWhole } = await client.removed(context, watermark);
  if (!isWhole) return undefined;
  const there = new Set<string>();
  for await (const { rows, refused } of pages.byIds(ids, context))
    for (const id of [...rows.flatMap((row) => idOf(row) ?? []), ...refused]) there.add(id);
  return ids.filter((id) => !there.has(id)).map((Id) => ({ key: Id, data: { Id }, state: 'deleted' }));
}
