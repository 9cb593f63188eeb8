import type { CallContext } from '../../core/domain/context.ts';
import type { Page, SourceRecord } from '../../core/domain/record.ts';
import type { ChangedRows } from './client.ts';
import type { QuickBooksCustomer } from './customer.ts';
import { createMoneyChanges } from './money/read-changes.ts';
import { allStates } from './pages.ts';
import { type ReadPorts, readAll } from './read-all.ts';
import { createRecords } from './records.ts';
import { idOf } from './row-id.ts';
import { maxScans, scan, warnOfMoves } from './scan.ts';
import { cursorOf, isTooLongAgo, nextCursor, type Position } from './watermark.ts';

/**
 * Reads what has changed since the watermark, and who was merged away. A scan begins at page one: its pages carry the old
 * watermark, and only its end moves on. Reads everything where QuickBooks can't list all that is gone.
 */
export async function* readChanged(
  ports: ReadPorts,
  from: Position,
  context: CallContext,
): AsyncGenerator<Page<QuickBooksCustomer>> {
  const { client, pages, recordOptions, company } = ports;
  const { watermark } = from;
  // At-or-after, not after: two customers can share a second. The repeat is harmless.
  const since = { field: 'MetaData.LastUpdatedTime', value: watermark, operator: '>=' };
  const records = createRecords(client, recordOptions);
  const money = createMoneyChanges(ports, records, from);
  let startedAt: string | undefined;
  for (let attempt = 1; attempt <= maxScans; attempt += 1) {
    let isContiguous = true;
    for await (const page of scan(pages, [since, allStates], context)) {
      startedAt ??= page.time;
      if (isTooLongAgo(watermark, startedAt) || money.isUnknownDay) return yield* readAll(ports, context);
      isContiguous &&= page.isContiguous;
      const found = await records.of(page.rows, context);
      yield { records: await money.complete(found, startedAt, context), cursor: cursorOf(from) };
    }
    if (startedAt === undefined || !isContiguous) continue;
    const changes = await client.changes(context, watermark, money.kinds);
    const merged = await listMergedCustomers(ports, { changes, watermark }, context);
    records.report(context);
    // Not every one is listed: of whom a full read sees nothing is gone.
    if (!merged) return yield* readAll(ports, context);
    for await (const others of money.others({ changes, startedAt, merged }, context))
      yield { records: others, cursor: cursorOf(from) };
    yield { records: merged, cursor: nextCursor(startedAt, { day: money.dayOf(startedAt), company }) };
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
  { changes, watermark }: { readonly changes: ChangedRows; readonly watermark: string },
  context: CallContext,
): Promise<SourceRecord<QuickBooksCustomer>[] | undefined> {
  // Invoices and payments may have taken the room of customers.
  const isCrowded = !changes.isWhole && changes.other.length > 0;
  const { removed, isWhole } = isCrowded ? await client.changes(context, watermark) : changes;
  if (!isWhole) return undefined;
  const there = new Set<string>();
  for await (const { rows, refused } of pages.byIds(removed, context))
    for (const id of [...rows.flatMap((row) => idOf(row) ?? []), ...refused]) there.add(id);
  return removed.filter((id) => !there.has(id)).map((Id) => ({ key: Id, data: { Id }, state: 'deleted' }));
}
