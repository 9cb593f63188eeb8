import { z } from 'zod';
import type { Company } from '../company.ts';
import { unitsOf } from './currencies.ts';
import type { Transaction } from './transaction.ts';

/** By its id, and the amount of it. */
export interface Part {
  readonly id: string;
  readonly amount: number;
}

const customer = z.string().regex(/^[1-9]\d*$/, 'expected digits, as text');
const day = z.iso.date();
const part = z.strictObject({ id: z.string(), amount: z.number().positive() });

/** Bodies of requests to `/__sandbox/…`. */
export const moneyBodies = {
  invoices: z.strictObject({
    customer,
    amount: z.number().min(0),
    date: day,
    due: day,
    number: z.string().exactOptional(),
  }),
  payments: z.strictObject({
    customer,
    amount: z.number().min(0),
    date: day,
    apply: z.array(part).exactOptional(),
    credits: z.array(part).exactOptional(),
  }),
  creditmemos: z.strictObject({ customer, amount: z.number().min(0), date: day }),
} as const;

/** What people do with money in QuickBooks, in amounts as they type them. */
export function createMoneyControl({ books }: Pick<Company, 'books'>) {
  const { ledger, currencyOf } = books;
  const common = (customer: string, amount: number, date: string) => {
    const currency = currencyOf(customer);
    return { customer, currency, date, total: unitsOf(amount, currency) };
  };

  return {
    invoice(given: {
      readonly customer: string;
      readonly amount: number;
      readonly date: string;
      readonly due: string;
      readonly number?: string;
    }): Transaction {
      const fields = common(given.customer, given.amount, given.date);
      return ledger.add({
        ...fields,
        kind: 'Invoice',
        open: fields.total,
        dueDate: given.due,
        ...(given.number !== undefined && { number: given.number }),
      });
    },
    /** `apply`: to which invoices, by which amount. `credits`: with which credits. What is left is a deposit. */
    pay(given: {
      readonly customer: string;
      readonly amount: number;
      readonly date: string;
      readonly apply?: readonly Part[];
      readonly credits?: readonly Part[];
    }): Transaction {
      const fields = common(given.customer, given.amount, given.date);
      const parts = (some: readonly Part[] = []) =>
        some.map(({ id, amount }) => ({ id, units: unitsOf(amount, fields.currency) }));
      const applied = parts(given.apply);
      const credits = parts(given.credits);
      const used = applied.reduce((sum, { units }) => sum + units, 0);
      const added = credits.reduce((sum, { units }) => sum + units, 0);
      return ledger.add({ ...fields, kind: 'Payment', applied, credits, open: fields.total + added - used });
    },
    credit(given: { readonly customer: string; readonly amount: number; readonly date: string }): Transaction {
      const fields = common(given.customer, given.amount, given.date);
      return ledger.add({ ...fields, kind: 'CreditMemo', open: fields.total });
    },
    edit: ledger.edit,
    misreport: ledger.misreport,
    void: ledger.void,
    remove: ledger.remove,
    get: ledger.get,
    has: ledger.has,
    all: ledger.all,
  };
}

export type MoneyControl = ReturnType<typeof createMoneyControl>;
