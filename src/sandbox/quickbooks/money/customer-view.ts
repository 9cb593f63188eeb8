import type { QuickBooksRow } from '../../seed/customers.ts';
import { amountOf, currencyOf } from './currencies.ts';
import type { Ledger } from './ledger.ts';

/** One in so many families of customers buys in each currency. */
const abroad = { EUR: 7, JPY: 11 };

/** A sub-customer buys in the currency of the customer at the top, which is fixed once it is set. */
export function seededCurrency(top: string): string {
  if (Number(top) % abroad.JPY === 0) return 'JPY';
  return Number(top) % abroad.EUR === 0 ? 'EUR' : 'USD';
}

/** Figures of a customer as its row has them: its own, and with those below it. */
export function withBalances(
  row: QuickBooksRow,
  {
    ledger,
    below,
    currency,
  }: { readonly ledger: Ledger; readonly below: readonly string[]; readonly currency: string },
): QuickBooksRow {
  const own = ledger.balanceOf(row.Id);
  const all = below.reduce((sum, id) => sum + ledger.balanceOf(id), own);
  return {
    ...row,
    CurrencyRef: { value: currency, name: currencyOf(currency).name },
    Balance: amountOf(own, currency),
    BalanceWithJobs: amountOf(all, currency),
  };
}
