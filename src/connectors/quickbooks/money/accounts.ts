import { z } from 'zod';
import { parseDecimal } from '../../../core/records/exact-decimal.ts';
import { idOf } from '../row-id.ts';

/** What is owed by an invoice. */
export interface OpenItem {
  /** Absent where the invoice has neither a due date nor a date. */
  readonly due: string | undefined;
  readonly amount: bigint;
  readonly currency: string | undefined;
}

/** The newest of its kind. */
interface Last {
  readonly id: string;
  readonly date: string;
  readonly number?: string;
  readonly amount: bigint;
}

/** What was read of one customer's money. */
export interface Account {
  readonly open: OpenItem[];
  readonly credit: { readonly amount: bigint; readonly currency: string | undefined }[];
  lastInvoice?: Last;
  lastPayment?: Last;
}

const name = z.union([z.string(), z.number()]).transform(String);
const text = name.optional().catch(undefined);
/** What is not a day is absent; one with a time is the day that it names. */
const day = z
  .string()
  .transform((found) => found.slice(0, 10))
  .pipe(z.iso.date())
  .optional()
  .catch(undefined);
const reference = z.looseObject({ value: name });
const amount = z.unknown().optional();
/** Types drift: an amount may come as text. A row without a customer is nobody's. */
const row = z.looseObject({
  CustomerRef: reference,
  CurrencyRef: reference.optional().catch(undefined),
  TxnDate: day,
  DueDate: day,
  DocNumber: text,
  TotalAmt: amount,
  Balance: amount,
  RemainingCredit: amount,
  UnappliedAmt: amount,
});

export type MoneyKind = 'Invoice' | 'Payment' | 'CreditMemo';

/** A row, as far as figures are made of it: a company may have a million. */
export interface Entry {
  readonly kind: MoneyKind;
  readonly id: string;
  readonly customer: string;
  readonly currency: string | undefined;
  readonly date: string | undefined;
  readonly due: string | undefined;
  readonly number: string | undefined;
  readonly total: bigint;
  /** What an invoice asks for, or what a payment or a credit has left. */
  readonly left: bigint;
}

/** Undefined for a row that lacks its id, its customer or its amounts. */
export function readEntry(kind: MoneyKind, given: unknown): Entry | undefined {
  const id = idOf(given);
  const parsed = row.safeParse(given).data;
  if (id === undefined || !parsed) return undefined;
  const { CustomerRef, CurrencyRef, TxnDate, DueDate, DocNumber } = parsed;
  const { TotalAmt, Balance, RemainingCredit = Balance, UnappliedAmt = 0 } = parsed;
  const total = parseDecimal(TotalAmt) ?? 0n;
  const left = parseDecimal({ Invoice: Balance, CreditMemo: RemainingCredit, Payment: UnappliedAmt }[kind]);
  if (left === undefined) return undefined;
  const common = {
    kind,
    id,
    customer: CustomerRef.value,
    currency: CurrencyRef?.value,
    date: TxnDate,
    number: DocNumber,
  };
  return { ...common, due: DueDate ?? TxnDate, total, left };
}

/** Whose row it is. A tombstone does not say. */
export function customerOf(given: unknown): string | undefined {
  return row.safeParse(given).data?.CustomerRef.value;
}

/** Adds entries up by customer. */
export function accountsOf(entries: readonly Entry[]): ReadonlyMap<string, Account> {
  const accounts = new Map<string, Account>();
  const seen = new Set<string>();
  for (const entry of entries) {
    // A page overlaps the one before it.
    const name = `${entry.kind} ${entry.id}`;
    if (seen.has(name)) continue;
    seen.add(name);
    const account = accounts.get(entry.customer) ?? { open: [], credit: [] };
    accounts.set(entry.customer, account);
    addTo(account, entry);
  }
  return accounts;
}

function addTo(account: Account, { kind, id, currency, date, due, number, total, left }: Entry): void {
  if (left > 0n && kind === 'Invoice') account.open.push({ due, amount: left, currency });
  if (left > 0n && kind !== 'Invoice') account.credit.push({ amount: left, currency });
  // What is voided stays, as one of nothing; a payment of nothing only moves a credit.
  if (total <= 0n || date === undefined || kind === 'CreditMemo') return;
  const last: Last = { id, date, amount: total, ...(number !== undefined && { number }) };
  const field = kind === 'Invoice' ? 'lastInvoice' : 'lastPayment';
  if (isNewer(last, account[field])) account[field] = last;
}

/** Of one day, the one that was written last: ids grow. */
function isNewer(one: Last, other: Last | undefined): boolean {
  if (!other || one.date !== other.date) return !other || one.date > other.date;
  return one.id.length === other.id.length ? one.id > other.id : one.id.length > other.id.length;
}
