import { onTestFinished } from 'vitest';
import { createMoney, type MoneyEnvironment, type MoneyOptions } from '../money/create-money.ts';

/** Of fields in Zendesk, and where their values come from. */
export const moneyFields = {
  open_balance: ['decimal', 'Money.openBalance'],
  overdue_amount: ['decimal', 'Money.overdueAmount'],
  oldest_due_date: ['date', 'Money.oldestDueDate'],
  open_invoices: ['integer', 'Money.openInvoices'],
  aging: ['text', 'Money.bucket'],
  family_balance: ['decimal', 'Money.withSubcustomers.openBalance'],
  credit: ['decimal', 'Money.credit'],
  last_invoice: ['text', 'Money.lastInvoice.number'],
  last_payment: ['date', 'Money.lastPayment.date'],
} as const;

/** A company with money, read into Zendesk fields of these keys, and gone when the test is. */
export async function startMoney(
  options: MoneyOptions & { readonly fields?: readonly (keyof typeof moneyFields)[] } = {},
): Promise<Omit<MoneyEnvironment, 'close'>> {
  const { fields = ['overdue_amount'], more, ...others } = options;
  const rules = fields.map((key) => `    ${key}: ${moneyFields[key][1]}\n`).join('');
  const mapping = `mapping:\n  user_fields:\n${rules}`;
  const { close, ...it } = await createMoney({ ...others, more: more ?? mapping });
  onTestFinished(close);
  for (const key of fields) it.box.zendesk.customFields.define({ key, type: moneyFields[key][0], title: key });
  return it;
}
