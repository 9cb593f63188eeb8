import type { CallContext } from '../../core/domain/context.ts';
import type { Page } from '../../core/domain/record.ts';
import type { QuickBooksClient } from './client.ts';
import type { QuickBooksCustomer } from './customer.ts';
import { createKeySet } from './key-set.ts';
import { allStates, type Pages } from './pages.ts';
import { createRecords } from './records.ts';
import { maxScans, scan, warnOfMoves } from './scan.ts';
import { nextCursor } from './watermark.ts';

export interface ReadPorts {
  readonly client: QuickBooksClient;
  readonly pages: Pages;
  /** As `SourceOptions` has it. */
  readonly uses: readonly string[];
}

/**
 * Reads every customer. It counts before and after, next to what `scan` sees: a scan by offset can miss rows when others
 * vanish in mid-scan, and is then made again.
 */
export async function* readAll(
  { client, pages, uses }: ReadPorts,
  context: CallContext,
): AsyncGenerator<Page<QuickBooksCustomer>> {
  // Asked for again in every scan: a source may live for months.
  const records = createRecords(client, uses);
  for (let attempt = 1; attempt <= maxScans; attempt += 1) {
    const before = await client.count(context);
    const seen = createKeySet();
    let damaged = 0;
    let isContiguous = true;
    for await (const page of scan(pages, [allStates], context)) {
      isContiguous &&= page.isContiguous;
      const found = await records.of(page.rows, context);
      for (const { key } of found) seen.add(key);
      damaged += page.read - found.length;
      yield { records: found, cursor: null, total: before.total };
    }
    const after = await client.count(context);
    if (isContiguous && after.total >= before.total && seen.size() + damaged >= before.total) {
      records.report(context);
      // A row that can't be delivered has no key to be seen: it must not pass for one that is gone.
      yield { records: [], cursor: nextCursor(before.time), whole: damaged === 0 };
      return;
    }
    context.log.info(
      { attempt, isContiguous, before: before.total, after: after.total, seen: seen.size() },
      'the customers moved while they were read',
    );
  }
  records.report(context);
  warnOfMoves(context);
}
