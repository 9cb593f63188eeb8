import type { CallContext } from '../../core/domain/context.ts';
import type { Page } from '../../core/domain/record.ts';
import { createKeySet } from '../../core/records/key-set.ts';
import type { QuickBooksClient } from './client.ts';
import type { QuickBooksCustomer } from './customer.ts';
import { dayOf } from './money/calendar.ts';
import type { MoneyReader } from './money/money.ts';
import { allStates, type Pages } from './pages.ts';
import { createRecords, type RecordOptions } from './records.ts';
import { maxScans, scan, warnOfMoves } from './scan.ts';
import { type CompanyFacts, nextCursor, timeOf } from './watermark.ts';

export interface ReadPorts {
  readonly client: QuickBooksClient;
  readonly pages: Pages;
  readonly recordOptions: RecordOptions;
  readonly money: MoneyReader | undefined;
  readonly timeZone: string;
  /** What the cursor keeps of it, so that it is not asked for in every run. */
  readonly company: CompanyFacts | undefined;
}

/**
 * Reads every customer. It counts before and after, next to what `scan` sees: a scan by offset can miss rows when others
 * vanish in mid-scan, and is then made again.
 */
export async function* readAll(
  { client, pages, recordOptions, money, timeZone, company }: ReadPorts,
  context: CallContext,
): AsyncGenerator<Page<QuickBooksCustomer>> {
  // Asked for again in every scan: a source may live for months.
  const records = createRecords(client, recordOptions);
  for (let attempt = 1; attempt <= maxScans; attempt += 1) {
    const before = await client.count(context);
    const day = money && dayOf(timeOf(before.time), timeZone);
    const ledger = day === undefined ? undefined : await money?.all(day, context);
    const seen = createKeySet();
    let damaged = 0;
    let isContiguous = true;
    for await (const page of scan(pages, [allStates], context)) {
      isContiguous &&= page.isContiguous;
      const found = await records.of(page.rows, context);
      for (const { key } of found) seen.add(key);
      damaged += page.read - found.length;
      const whole = money && ledger ? money.withMoney(found, ledger, context) : found;
      yield { records: whole, cursor: null, total: before.total };
    }
    const after = await client.count(context);
    if (isContiguous && after.total >= before.total && seen.size() + damaged >= before.total) {
      records.report(context);
      // A row that can't be delivered has no key to be seen: it must not pass for one that is gone.
      yield { records: [], cursor: nextCursor(before.time, { day, company }), whole: damaged === 0 };
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
