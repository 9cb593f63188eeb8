import type { QuickBooksRow } from '../../seed/customers.ts';
import { customerAt } from '../../seed/customers.ts';
import { seedTransactions } from '../../seed/transactions.ts';
import type { CustomerStore } from '../customer-store.ts';
import { seededCurrency, withBalances } from './customer-view.ts';
import { createFamilies } from './families.ts';
import { createLedger } from './ledger.ts';

/** A company's ledger, and what it makes of its customers' rows: their balances and currencies. */
export function createBooks(
  {
    customers,
    seed,
    invoices,
    payments,
    now,
  }: {
    readonly customers: number;
    readonly seed: number;
    readonly invoices: number;
    readonly payments: number;
    readonly now: () => number;
  },
  store: Pick<CustomerStore, 'get' | 'touch'>,
) {
  const { ancestors, descendants, forget, place } = createFamilies();
  /** Of those whose row was written with one. */
  const currencies = new Map<string, string>();
  let isUsed = invoices > 0;
  if (isUsed) for (let n = 1; n <= customers; n += 1) note(customerAt(n, seed));

  function note({ Id, ParentRef, CurrencyRef }: QuickBooksRow): void {
    place(Id, ParentRef?.value);
    const value: unknown = Object(CurrencyRef).value;
    // The seed's own rows are all in dollars; those of a company with invoices are not.
    if (typeof value === 'string' && (Number(Id) > customers || value !== 'USD')) currencies.set(Id, value);
  }

  function currencyOf(customer: string): string {
    const top = [...ancestors(customer)].at(-1) ?? customer;
    return currencies.get(customer) ?? currencies.get(top) ?? (Number(top) <= customers ? seededCurrency(top) : 'USD');
  }

  const ledger = createLedger({
    transactions: seedTransactions({ customers, seed, invoices, payments, todayMs: now(), currencyOf }),
    now,
    onBalanceChange(customer) {
      isUsed = true;
      // Parents hold the balance of those below them, and move with them (recorded).
      for (const id of [customer, ...ancestors(customer)]) store.touch(id);
    },
  });

  return {
    ledger,
    note,
    forget,
    currencyOf,
    viewOf<R extends QuickBooksRow | undefined>(row: R): R | QuickBooksRow {
      if (!row || !isUsed) return row;
      return withBalances(row, { ledger, below: [...descendants(row.Id)], currency: currencyOf(row.Id) });
    },
  };
}
