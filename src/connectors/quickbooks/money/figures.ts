import { z } from 'zod';
import { decimalsOf, formatDecimal } from '../../../core/records/exact-decimal.ts';
import type { Account, OpenItem } from './accounts.ts';
import { daysBetween } from './calendar.ts';
import type { MoneyNeeds } from './needs.ts';

/** Amounts are text, such as `1234.50`: a number of JavaScript could not hold every one. */
const amount = z.string();
const aging = z.object({ current: amount, '1_30': amount, '31_60': amount, '61_90': amount, over_90: amount });
const owed = {
  openBalance: amount.optional(),
  overdueAmount: amount.optional(),
  oldestDueDate: z.string().optional(),
  daysOverdue: z.number().optional(),
  bucket: z.string().optional(),
  aging: aging.optional(),
  openInvoices: z.number().optional(),
  credit: amount.optional(),
};
const last = z.object({ number: z.string().optional(), date: z.string(), amount });

/** What a record has of its customer's money, as far as the mapping reads it (docs/money.md). */
export const moneySchema = z.object({
  currency: z.string().optional(),
  ...owed,
  withSubcustomers: z.object(owed).optional(),
  lastInvoice: last.optional(),
  lastPayment: last.omit({ number: true }).optional(),
});
export type Money = z.infer<typeof moneySchema>;
type Owed = z.infer<z.ZodObject<typeof owed>>;

export interface FiguresOptions {
  /** In the time zone of the company. */
  readonly today: string;
  /** Of the customer. Absent: of what it was sent. */
  readonly currency: string | undefined;
  readonly needs: Pick<MoneyNeeds, 'open' | 'credit'>;
}

const nothing: Account = { open: [], credit: [] };
/** From the oldest to what is not due yet. */
const buckets = ['over_90', '61_90', '31_60', '1_30', 'current'] as const;

export function moneyOf(
  own: Account = nothing,
  /** With those below it. Absent: nobody reads that. */
  all: readonly Account[] | undefined,
  options: FiguresOptions,
): Money {
  const currency = options.currency ?? own.open[0]?.currency ?? own.credit[0]?.currency;
  const decimals = decimalsOf(currency);
  const format = (units: bigint): string => formatDecimal(units, decimals);
  const { lastInvoice, lastPayment } = own;
  return {
    ...(currency !== undefined && { currency }),
    ...owedBy([own], { ...options, currency }),
    ...(all && { withSubcustomers: owedBy(all, { ...options, currency }) }),
    ...(lastInvoice && {
      lastInvoice: {
        ...(lastInvoice.number !== undefined && { number: lastInvoice.number }),
        date: lastInvoice.date,
        amount: format(lastInvoice.amount),
      },
    }),
    ...(lastPayment && { lastPayment: { date: lastPayment.date, amount: format(lastPayment.amount) } }),
  };
}

/** Amounts in another currency than the customer's are not its sums: QuickBooks has none, but a reply may. */
export function isForeign(item: { readonly currency: string | undefined }, currency: string | undefined): boolean {
  return item.currency !== undefined && currency !== undefined && item.currency !== currency;
}

export function owedBy(accounts: readonly Account[], { today, currency, needs }: FiguresOptions): Owed {
  const decimals = decimalsOf(currency);
  const isOwn = (item: { readonly currency: string | undefined }): boolean => !isForeign(item, currency);
  const total = (items: readonly { readonly amount: bigint }[]): string =>
    formatDecimal(
      items.reduce((sum, item) => sum + item.amount, 0n),
      decimals,
    );
  const credit = needs.credit ? { credit: total(accounts.flatMap((account) => account.credit.filter(isOwn))) } : {};
  if (!needs.open) return credit;
  const open = accounts.flatMap((account) => account.open.filter(isOwn));
  const byBucket = (name: (typeof buckets)[number]): OpenItem[] =>
    open.filter((item) => bucketOf(item, today) === name);
  const oldest = open.reduce<string | undefined>(
    (first, { due }) => (first === undefined || (due !== undefined && due < first) ? due : first),
    undefined,
  );
  const bucket = buckets.find((name) => byBucket(name).length > 0);
  return {
    openBalance: total(open),
    overdueAmount: total(open.filter((item) => bucketOf(item, today) !== 'current')),
    ...(oldest !== undefined && { oldestDueDate: oldest }),
    daysOverdue: oldest === undefined ? 0 : Math.max(0, daysBetween(oldest, today)),
    ...(bucket !== undefined && { bucket }),
    aging: {
      current: total(byBucket('current')),
      '1_30': total(byBucket('1_30')),
      '31_60': total(byBucket('31_60')),
      '61_90': total(byBucket('61_90')),
      over_90: total(byBucket('over_90')),
    },
    openInvoices: open.length,
    ...credit,
  };
}

/** On the day that it is due it is not late yet. */
function bucketOf({ due }: OpenItem, today: string): (typeof buckets)[number] {
  const late = due === undefined ? 0 : daysBetween(due, today);
  if (late <= 0) return 'current';
  if (late <= 30) return '1_30';
  if (late <= 60) return '31_60';
  return late <= 90 ? '61_90' : 'over_90';
}
