import { z } from 'zod';
import { describeSchema } from '../../core/config/schema-tools.ts';
import type { SourceOptions } from '../../core/connector.ts';
import type { CallContext, CheckLine, CheckResult } from '../../core/domain/context.ts';
import { ContractError } from '../../core/domain/errors.ts';
import type { Cursor, Page, SourceRecord } from '../../core/domain/record.ts';
import type { AccountMetadata, Source } from '../../core/domain/source.ts';
import { countryOf } from '../../core/records/countries.ts';
import { createPageGuard } from '../../core/records/page-guard.ts';
import { createQuickBooksClient } from './client.ts';
import type { QuickBooksConfig } from './config.ts';
import { customerSchema, idOf, type QuickBooksCustomer } from './customer.ts';
import { createKeySet } from './key-set.ts';
import { lookBackMs, rowsPerPage } from './limits.ts';
import { allStates, createPages, type ReadPage } from './pages.ts';
import { createRecords } from './records.ts';

const overlapMs = 5 * 60_000;
/** Of one read, before it is left to the next sync. */
const scans = 3;

/** `isContiguous`: it has the row that the page before it ended with, so no row between them was missed. */
type ScanPage = ReadPage & { readonly isContiguous: boolean };
const cursorShape = z.object({ watermark: z.string() });

export function createQuickBooksSource(options: SourceOptions<QuickBooksConfig>): Source<QuickBooksCustomer> {
  const client = createQuickBooksClient(options);
  const pages = createPages(client);
  const { config, uses = [] } = options;

  /** A scan begins at page one. Its pages carry the old position; only its end moves on, to the server's time of its first reply. */
  async function* read(from: Cursor | undefined, context: CallContext): AsyncGenerator<Page<QuickBooksCustomer>> {
    const watermark = cursorShape.safeParse(from).data?.watermark;
    if (watermark !== undefined) yield* readChanged(watermark, context);
    else yield* readAll(context);
  }

  async function* readChanged(watermark: string, context: CallContext): AsyncGenerator<Page<QuickBooksCustomer>> {
    // At-or-after, not after: two customers can share a second. The repeat is harmless.
    const since = { field: 'MetaData.LastUpdatedTime', value: watermark, operator: '>=' };
    const records = createRecords(client, uses);
    let startedAt: string | undefined;
    for (let attempt = 1; attempt <= scans; attempt += 1) {
      let isContiguous = true;
      for await (const page of scan([since, allStates], context)) {
        startedAt ??= page.time;
        if (isTooLongAgo(watermark, startedAt)) return yield* readAll(context);
        isContiguous &&= page.isContiguous;
        yield { records: await records.of(page.rows, context), cursor: { watermark } };
      }
      if (startedAt === undefined || !isContiguous) continue;
      records.report(context);
      const merged = await listMergedCustomers(watermark, context);
      // Not every one is listed: of whom a full read sees nothing is gone.
      if (!merged) return yield* readAll(context);
      yield { records: merged, cursor: nextPosition(startedAt) };
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

  /** Counts before and after, next to what `scan` sees: a scan by offset can miss rows when others vanish in mid-scan. */
  async function* readAll(context: CallContext): AsyncGenerator<Page<QuickBooksCustomer>> {
    // Asked for again in every scan: a source may live for months.
    const records = createRecords(client, uses);
    for (let attempt = 1; attempt <= scans; attempt += 1) {
      const before = await client.count(context);
      const seen = createKeySet();
      let damaged = 0;
      let isContiguous = true;
      for await (const page of scan([allStates], context)) {
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
        yield { records: [], cursor: nextPosition(before.time), whole: damaged === 0 };
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

  async function* readKeys(keys: readonly string[], context: CallContext): AsyncGenerator<Page<QuickBooksCustomer>> {
    const records = createRecords(client, uses);
    for await (const { rows } of pages.byIds(keys, context))
      yield { records: await records.of(rows, context), cursor: null };
    records.report(context);
  }

  async function* scan(
    conditions: readonly { field: string; value: unknown; operator: string }[],
    context: CallContext,
  ): AsyncGenerator<ScanPage> {
    let last: string | undefined;
    const guard = createPageGuard('QuickBooks');
    for (let position = 1; ; position += last === undefined ? rowsPerPage : rowsPerPage - 1) {
      const page = await pages.readPage(conditions, { position, size: rowsPerPage }, context);
      const ids = page.rows.map(idOf);
      const isContiguous = last === undefined || ids.includes(last);
      yield { ...page, isContiguous };
      if (!isContiguous || page.read < rowsPerPage) return;
      guard(
        ids.flatMap((id) => id ?? []),
        position + rowsPerPage,
      );
      // The next page begins with this one's last row. When one before it is merged away all others move up, and it is not there.
      last = ids.length === page.read ? ids.at(-1) : undefined;
    }
  }

  return {
    counters: client.counters,
    read,
    readKeys,
    async check(context): Promise<CheckResult> {
      const { CompanyName = 'a company without a name', Country } = await client.companyInfo(context);
      const { total } = await client.count(context);
      return {
        identity: `${CompanyName} (QuickBooks ${config.environment} company ${config.realmId})`,
        lines: [{ ok: true, title: 'customers', detail: `${total}, inactive ones included` }, countryLine(Country)],
      };
    },
    discover: async () => [{ name: 'customers', fields: describeSchema(customerSchema) }],
    async facts(context): Promise<AccountMetadata> {
      const { Country = '' } = await client.companyInfo(context);
      const country = countryOf(Country, 'alpha2');
      return country === undefined ? {} : { country };
    },
  };
}

/** The company's country is free text. */
function countryLine(text = ''): CheckLine {
  const title = 'country';
  const code = countryOf(text, 'alpha2');
  const own = 'phone numbers need a country code of their own, or country: in the configuration';
  if (code !== undefined)
    return {
      ok: true,
      title,
      detail: `phone numbers without a country code are read as ${code}, or by the customer's own country`,
    };
  if (text.trim() === '') return { ok: 'warning', title, detail: `the company has none: ${own}` };
  return {
    ok: 'warning',
    title,
    detail: `the company's (${JSON.stringify(text)}) is not a country that can be read: ${own}`,
  };
}

/** Further back than change data capture looks. */
function isTooLongAgo(watermark: string, now: string): boolean {
  return Date.parse(now) - Date.parse(watermark) > lookBackMs;
}

function warnOfMoves(context: CallContext): void {
  const message = 'Customers kept vanishing while they were read. The next sync reads them again.';
  context.warn({ code: 'scan-moved', message });
}

function nextPosition(startedAt: string): Cursor {
  const time = Date.parse(startedAt);
  if (Number.isNaN(time))
    throw new ContractError('QuickBooks: the time of the reply is no time.', { code: 'quickbooks-shape' });
  return { watermark: `${new Date(time - overlapMs).toISOString().slice(0, 19)}Z` };
}
