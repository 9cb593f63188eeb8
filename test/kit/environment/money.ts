import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvironmentOptions } from './create-environment.ts';
import { startTestEnvironment } from './test-environment.ts';

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

/** A company with money, read into Zendesk fields of these keys. `pass` moves the time of the twins. */
export async function startMoney(
  options: EnvironmentOptions & {
    readonly fields?: readonly (keyof typeof moneyFields)[];
    readonly include?: string;
    readonly startAt?: string;
  } = {},
) {
  const {
    fields = ['overdue_amount'],
    include = 'overdue, lastInvoice',
    startAt = '2026-03-10T18:00:00Z',
    more,
  } = options;
  // It goes on by itself, so that jobs end.
  let ahead = Date.parse(startAt) - Date.now();
  const now = (): number => Date.now() + ahead;
  const rules = fields.map((key) => `    ${key}: ${moneyFields[key][1]}\n`).join('');
  const mapping = `mapping:\n  user_fields:\n${rules}`;
  const it = await startTestEnvironment({
    customers: 0,
    timeZone: 'America/New_York',
    ...options,
    now,
    more: more ?? mapping,
  });
  for (const key of fields) it.box.zendesk.customFields.define({ key, type: moneyFields[key][0], title: key });
  const path = join(it.folder, 'rolodesk.yaml');
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace('connector: quickbooks', `connector: quickbooks\n  include: [${include}]`),
  );
  return {
    ...it,
    path,
    now,
    pass: (ms: number): void => {
      ahead += ms;
    },
  };
}
