import type { Transaction } from './transaction.ts';
import { createTransactions } from './transactions.ts';

/**
 * What customers were sent and what they paid: whole at all times, whatever is voided or deleted. An invoice asks for what no
 * payment pays; a payment or a credit keeps what it does not pay for. Ids of all kinds are one sequence, as in a company.
 */
export function createLedger({
  transactions: made,
  now,
  onBalanceChange,
}: {
  readonly transactions: readonly Transaction[];
  readonly now: () => number;
  readonly onBalanceChange: (customer: string) => void;
}) {
  const book = createTransactions(made, now);
  const { get, change } = book;

  /** Takes a payment's parts off what it names, or, with -1, gives them back. */
  function apply({ id: payment, applied = [], credits = [] }: Transaction, sign: 1 | -1): void {
    for (const { id, units } of [...applied, ...credits]) {
      const { open, linked = [] } = get(id);
      const rest = linked.filter((other) => other !== payment);
      change(id, { open: open - sign * units, linked: sign === 1 ? [...rest, payment] : rest });
    }
  }

  /** What named it names it no more: the payments keep the amount, or the invoices ask for it again. */
  function release({ id, kind, linked = [] }: Transaction): void {
    for (const payment of linked) {
      const { applied = [], credits = [], open } = get(payment);
      const parts = kind === 'Invoice' ? applied : credits;
      const units = parts.filter((part) => part.id === id).reduce((sum, part) => sum + part.units, 0);
      const rest = parts.filter((part) => part.id !== id);
      if (kind === 'Invoice') change(payment, { applied: rest, open: open + units });
      else change(payment, { credits: rest, open: open - units });
    }
  }

  function undo(one: Transaction): void {
    if (one.kind === 'Payment') apply(one, -1);
    else release(one);
  }

  return {
    ...book.views,
    misreport: book.misreport,
    add(fields: Omit<Transaction, 'id' | 'createdAt' | 'updatedAt' | 'version'>): Transaction {
      const one = book.create(fields);
      if (one.kind === 'Payment') apply(one, 1);
      onBalanceChange(one.customer);
      return one;
    },
    /** An edit that moves no balance, such as of a due date: the customer stays as it is. */
    edit: (id: string, fields: Pick<Partial<Transaction>, 'dueDate' | 'date' | 'number'>): Transaction =>
      change(id, fields),
    /** Its amounts become zero, and it stays. */
    void(id: string): void {
      const one = get(id);
      undo(one);
      change(id, { total: 0, open: 0, isVoid: true, applied: [], credits: [], linked: [] });
      onBalanceChange(one.customer);
    },
    remove(id: string): void {
      const one = get(id);
      undo(one);
      book.remove(id);
      onBalanceChange(one.customer);
    },
  };
}

export type Ledger = ReturnType<typeof createLedger>;
