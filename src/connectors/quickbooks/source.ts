import { z } from 'zod';
import { describeSchema } from '../../core/config/schema-tools.ts';
import type { SourceOptions } from '../../core/connector.ts';
import type {
  AccountFacts,
  CallContext,
  CheckResult,
  Cursor,
  Page,
  Source,
  SourceRecord,
} from '../../core/contracts.ts';
import { ContractError } from '../../core/errors.ts';
import { createQuickBooksClient, type QueryPage } from './client.ts';
import type { QuickBooksConfig } from './config.ts';
import { customerSchema, type QuickBooksCustomer } from './customer.ts';
import { PoisonedPageError } from './faults.ts';
import { createKeySet } from './key-set.ts';
import { keysPerQuery, lookBackMs, rowsPerPage } from './limits.ts';
import { createNames } from './names.ts';

const overlapMs = 5 * 60_000;
/** Of one read, before it is left to the next sync. */
const scans = 3;

type ReadPage = QueryPage & { readonly read: number };
/** `isJoined`: it has the row that the page before it ended with, so no row between them was missed. */
type ScanPage = ReadPage & { readonly isJoined: boolean };
const cursorShape = z.object({ watermark: z.string() });

/** All states, in an order that an edit does not change: by any other, a touched row would move. */
const allStates = { field: 'Active', value: [true, false], operator: 'IN' } as const;
const byId = { field: 'asc', value: 'Id' } as const;

export function createQuickBooksSource(options: SourceOptions<QuickBooksConfig>): Source<QuickBooksCustomer> {
  const client = createQuickBooksClient(options);
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
    const fillNames = createNames(client, uses);
    let startedAt: string | undefined;
    for (let attempt = 1; attempt <= scans; attempt += 1) {
      let isJoined = true;
      for await (const page of scan([since, allStates], context)) {
        startedAt ??= page.time;
        if (isTooLongAgo(watermark, startedAt)) return yield* readAll(context);
        isJoined &&= page.isJoined;
        const customers = await fillNames(page.rows.map(toCustomer), context);
        yield { records: customers.map(toRecord), cursor: { watermark } };
      }
      if (startedAt === undefined || !isJoined) continue;
      const merged = await mergedAway(watermark, context);
      // Not every one is listed: of whom a full read sees nothing is gone.
      if (!merged) return yield* readAll(context);
      yield { records: merged, cursor: nextPosition(startedAt) };
      return;
    }
    warnOfMoves(context);
  }

  /**
   * A query never tells of a merged customer. Some tombstones are false (reference: section 3): what a query still finds is
   * there. Undefined when change data capture may have left some out.
   */
  async function mergedAway(
    watermark: string,
    context: CallContext,
  ): Promise<SourceRecord<QuickBooksCustomer>[] | undefined> {
    const { ids, isWhole } = await client.removed(context, watermark);
    if (!isWhole) return undefined;
    const there = new Set<string>();
    for await (const rows of rowsOf(ids, context)) for (const { Id } of rows.map(toCustomer)) there.add(Id);
    return ids.filter((id) => !there.has(id)).map((Id) => ({ key: Id, data: { Id }, state: 'deleted' }));
  }

  /** Counts before and after, beside what `scan` sees: a scan by offset can miss rows when others vanish in mid-scan. */
  async function* readAll(context: CallContext): AsyncGenerator<Page<QuickBooksCustomer>> {
    // Asked for anew in every scan: a source may live for months.
    const fillNames = createNames(client, uses);
    for (let attempt = 1; attempt <= scans; attempt += 1) {
      const before = await client.count(context);
      const seen = createKeySet();
      let damaged = 0;
      let isJoined = true;
      for await (const page of scan([allStates], context)) {
        isJoined &&= page.isJoined;
        const customers = await fillNames(page.rows.map(toCustomer), context);
        const records = customers.map(toRecord);
        for (const { key } of records) seen.add(key);
        damaged += page.read - records.length;
        yield { records, cursor: null };
      }
      const after = await client.count(context);
      if (isJoined && after.total >= before.total && seen.size() + damaged >= before.total) {
        // A row that can't be delivered has no key to be seen: it must not pass for one that is gone.
        yield { records: [], cursor: nextPosition(before.time), whole: damaged === 0 };
        return;
      }
      context.log.info(
        { attempt, isJoined, before: before.total, after: after.total, seen: seen.size() },
        'the customers moved while they were read',
      );
    }
    warnOfMoves(context);
  }

  async function* readKeys(keys: readonly string[], context: CallContext): AsyncGenerator<Page<QuickBooksCustomer>> {
    const fillNames = createNames(client, uses);
    for await (const rows of rowsOf(keys, context))
      yield { records: (await fillNames(rows.map(toCustomer), context)).map(toRecord), cursor: null };
  }

  async function* rowsOf(keys: readonly string[], context: CallContext): AsyncGenerator<readonly unknown[]> {
    for (let start = 0; start < keys.length; start += keysPerQuery) {
      const ids = { field: 'Id', value: keys.slice(start, start + keysPerQuery), operator: 'IN' };
      yield (await readPage([ids, allStates], { position: 1, size: rowsPerPage }, context)).rows;
    }
  }

  async function* scan(
    conditions: readonly { field: string; value: unknown; operator: string }[],
    context: CallContext,
  ): AsyncGenerator<ScanPage> {
    let last: string | undefined;
    for (let position = 1; ; position += last === undefined ? rowsPerPage : rowsPerPage - 1) {
      const page = await readPage(conditions, { position, size: rowsPerPage }, context);
      const ids = page.rows.map(idOf);
      const isJoined = last === undefined || ids.includes(last);
      yield { ...page, isJoined };
      if (!isJoined || page.read < rowsPerPage) return;
      // The next page begins with this one's last row. When one before it is merged away all others move up, and it is not there.
      last = ids.length === page.read ? ids.at(-1) : undefined;
    }
  }

  /** `read` counts the rows that the page stands for, those that QuickBooks can't deliver included. */
  async function readPage(
    conditions: readonly { field: string; value: unknown; operator: string }[],
    { position, size }: { readonly position: number; readonly size: number },
    context: CallContext,
  ): Promise<ReadPage> {
    try {
      const page = await client.query(context, 'Customer', [
        ...conditions,
        byId,
        { field: 'limit', value: size },
        { field: 'offset', value: position },
      ]);
      return { ...page, read: page.rows.length };
    } catch (error) {
      if (!(error instanceof PoisonedPageError)) throw error;
      if (size > 1) return await halves(conditions, position, size, context);
      const message = `QuickBooks can't deliver the customer at position ${position} (by Id): its data is damaged (fault 4002). Correct its e-mail address in QuickBooks. All others were read.`;
      context.warn({ code: 'quickbooks-poisoned', message });
      return { rows: [], read: 1, time: (await client.count(context)).time };
    }
  }

  async function halves(
    conditions: readonly { field: string; value: unknown; operator: string }[],
    position: number,
    size: number,
    context: CallContext,
  ) {
    const first = Math.ceil(size / 2);
    const left = await readPage(conditions, { position, size: first }, context);
    if (left.read < first) return left;
    const right = await readPage(conditions, { position: position + first, size: size - first }, context);
    return { time: left.time, rows: [...left.rows, ...right.rows], read: left.read + right.read };
  }

  return {
    counters: client.counters,
    read,
    readKeys,
    async check(context): Promise<CheckResult> {
      const { CompanyName = 'a company without a name', Country } = await client.companyInfo(context);
      const { total } = await client.count(context);
      const country =
        Country === undefined
          ? 'no country: phone numbers need their own country code'
          : `phone numbers without a country code are read as ${Country}`;
      return {
        identity: `${CompanyName} (QuickBooks ${config.environment} company ${config.realmId})`,
        lines: [
          { ok: true, title: 'customers', detail: `${total}, inactive ones included` },
          { ok: Country === undefined ? 'warning' : true, title: 'country', detail: country },
        ],
      };
    },
    discover: async () => [{ name: 'customers', fields: describeSchema(customerSchema) }],
    async facts(context): Promise<AccountFacts> {
      const { Country } = await client.companyInfo(context);
      return Country === undefined ? {} : { country: Country };
    },
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

function idOf(row: unknown): string | undefined {
  return typeof row === 'object' && row !== null && 'Id' in row && typeof row.Id === 'string' ? row.Id : undefined;
}

function nextPosition(startedAt: string): Cursor {
  const time = Date.parse(startedAt);
  if (Number.isNaN(time))
    throw new ContractError('QuickBooks: the time of the reply is no time.', { code: 'quickbooks-shape' });
  return { watermark: `${new Date(time - overlapMs).toISOString().slice(0, 19)}Z` };
}

function toCustomer(row: unknown): QuickBooksCustomer {
  const parsed = customerSchema.safeParse(row);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') || 'a row';
  throw new ContractError(`QuickBooks: Customer.${where} is not what the API documents.`, { code: 'quickbooks-shape' });
}

function toRecord(customer: QuickBooksCustomer): SourceRecord<QuickBooksCustomer> {
  const updated = Date.parse(customer.MetaData?.LastUpdatedTime ?? '');
  return {
    key: customer.Id,
    data: customer,
    state: customer.Active === false ? 'inactive' : 'active',
    ...(!Number.isNaN(updated) && { updatedAt: new Date(updated) }),
    ...(customer.ParentRef && { after: customer.ParentRef.value }),
  };
}
