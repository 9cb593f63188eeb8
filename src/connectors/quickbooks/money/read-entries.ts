import type { CallContext } from '../../../core/domain/context.ts';
import { AuthError } from '../../../core/domain/errors.ts';
import { counted } from '../../../core/records/counted.ts';
import type { QuickBooksClient } from '../client.ts';
import type { Criterion } from '../node-quickbooks.ts';
import { createPages, listsOfIds, type Pages } from '../pages.ts';
import { scanWhole } from '../scan.ts';
import { type Entry, type MoneyKind, readEntry } from './accounts.ts';
import type { MoneyNeeds } from './needs.ts';

const isOpen = { field: 'Balance', value: '0', operator: '>' } as const;

/** Reads invoices, payments and credits, as far as somebody needs them: of all customers, or of some. */
export function createEntryReader(
  client: Pick<QuickBooksClient, 'query' | 'count'>,
  { open, credit, lastInvoice, lastPayment }: MoneyNeeds,
) {
  // What a payment or a credit has left can't be asked for, so all of them are read.
  const wanted: readonly (readonly [MoneyKind, readonly Criterion[]])[] = [
    ...(lastInvoice ? [['Invoice', []] as const] : open ? [['Invoice', [isOpen]] as const] : []),
    ...(credit || lastPayment ? [['Payment', []] as const] : []),
    ...(credit ? [['CreditMemo', []] as const] : []),
  ];
  const pages = new Map<MoneyKind, Pages>();
  const pagesOf = (kind: MoneyKind): Pages => {
    const known = pages.get(kind) ?? createPages(client, kind);
    pages.set(kind, known);
    return known;
  };

  async function scan(kind: MoneyKind, conditions: readonly Criterion[], context: CallContext) {
    let unreadable = 0;
    const read = (row: unknown): Entry | undefined => {
      const entry = readEntry(kind, row);
      if (!entry) unreadable += 1;
      return entry;
    };
    const found = await scanWhole(pagesOf(kind), conditions, { context, read }).catch(refuseReading(kind));
    if (unreadable > 0) {
      const message = `QuickBooks: ${counted(unreadable, `row of ${kind}`, `rows of ${kind}`)} had no customer or no amount, and no figure counts ${unreadable === 1 ? 'it' : 'them'}.`;
      context.warn({ code: 'money-unreadable', message });
    }
    return found;
  }

  async function scanAll(wantedKinds: typeof wanted, more: readonly Criterion[], context: CallContext) {
    const found: Entry[] = [];
    for (const [kind, conditions] of wantedKinds)
      for (const entry of await scan(kind, [...conditions, ...more], context)) found.push(entry);
    return found;
  }

  return {
    kinds: wanted.map(([kind]) => kind),
    all: (context: CallContext): Promise<readonly Entry[]> => scanAll(wanted, [], context),
    /** Only what is owed, for the figures that a day changes. */
    open: (context: CallContext): Promise<readonly Entry[]> => scan('Invoice', [isOpen], context),
    async of(customers: readonly string[], context: CallContext): Promise<readonly Entry[]> {
      const found: Entry[] = [];
      for (const ids of listsOfIds(customers)) {
        const named = { field: 'CustomerRef', value: ids, operator: 'IN' };
        for (const entry of await scanAll(wanted, [named], context)) found.push(entry);
      }
      return found;
    },
    /** What has changed since then, where change data capture may have left some out. */
    changedSince: (watermark: string, context: CallContext): Promise<readonly Entry[]> => {
      const since = { field: 'MetaData.LastUpdatedTime', value: watermark, operator: '>=' };
      return scanAll(
        wanted.map(([kind]) => [kind, []] as const),
        [since],
        context,
      );
    },
  };
}

/** The customers could be read before. */
export function refuseReading(kind: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof AuthError) || error.code !== 'quickbooks-forbidden') throw error;
    throw new AuthError(`QuickBooks: the person who connected the company may not read its records of ${kind}.`, {
      code: 'quickbooks-forbidden',
      cause: error,
      hint: 'Connect again as an admin of the company, or take overdue and lastInvoice out of source.include.',
      remedy: { kind: 'connect', system: 'quickbooks' },
    });
  };
}
