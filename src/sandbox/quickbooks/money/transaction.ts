import { pacific } from '../../seed/customers.ts';
import type { QueriedRow } from '../select.ts';
import { amountOf, currencyOf, homeAmountOf } from './currencies.ts';

export const transactionKinds = ['Invoice', 'Payment', 'CreditMemo'] as const;
export type TransactionKind = (typeof transactionKinds)[number];

/** A part of a payment, or of a credit, that pays a part of an invoice. */
export interface Application {
  readonly id: string;
  readonly units: number;
}

/** A sale, a payment or a credit, with amounts in the smallest unit of `currency`. */
export interface Transaction {
  readonly id: string;
  readonly kind: TransactionKind;
  readonly customer: string;
  readonly currency: string;
  readonly date: string;
  /** Of an invoice. */
  readonly dueDate?: string;
  readonly number?: string;
  readonly total: number;
  /** What an invoice still asks for, or what a payment or a credit has not paid for yet. */
  readonly open: number;
  readonly isVoid?: true;
  /** Of a payment: the invoices that it pays, and the credits that it uses up. */
  readonly applied?: readonly Application[];
  readonly credits?: readonly Application[];
  /** Of an invoice or a credit: the payments that name it. */
  readonly linked?: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly version: number;
}

/** As the API gives it, from Intuit's reference pages of Invoice, Payment and CreditMemo: absent, not null. */
export function rowOf(transaction: Transaction): QueriedRow {
  const { id, kind, customer, currency, date, total, createdAt, updatedAt, version, isVoid } = transaction;
  return {
    domain: 'QBO',
    sparse: false,
    Id: id,
    SyncToken: String(version),
    MetaData: { CreateTime: pacific(createdAt), LastUpdatedTime: pacific(updatedAt) },
    TxnDate: date,
    CurrencyRef: { value: currency, name: currencyOf(currency).name },
    ...(currency !== 'USD' && { ExchangeRate: currencyOf(currency).rate }),
    CustomerRef: { value: customer, name: `Customer ${customer}` },
    TotalAmt: amountOf(total, currency),
    ...(isVoid && { PrivateNote: 'Voided' }),
    ...(kind === 'Payment' ? ofPayment(transaction) : ofSale(transaction)),
  };
}

function ofSale({ kind, number, dueDate, total, open, currency, linked = [] }: Transaction): object {
  const links = linked.map((TxnId) => ({ TxnId, TxnType: 'Payment' }));
  return {
    DocNumber: number,
    ...(dueDate !== undefined && { DueDate: dueDate }),
    Balance: amountOf(open, currency),
    ...(currency !== 'USD' && {
      HomeTotalAmt: homeAmountOf(total, currency),
      HomeBalance: homeAmountOf(open, currency),
    }),
    ...(kind === 'CreditMemo' ? { RemainingCredit: amountOf(open, currency) } : { LinkedTxn: links }),
    Line: [
      { Id: '1', LineNum: 1, Amount: amountOf(total, currency), DetailType: 'SalesItemLineDetail' },
      { Amount: amountOf(total, currency), DetailType: 'SubTotalLineDetail', SubTotalLineDetail: {} },
    ],
  };
}

function ofPayment({ open, currency, applied = [], credits = [] }: Transaction): object {
  const line =
    (TxnType: TransactionKind) =>
    ({ id, units }: Application): object => ({
      Amount: amountOf(units, currency),
      LinkedTxn: [{ TxnId: id, TxnType }],
    });
  return {
    UnappliedAmt: amountOf(open, currency),
    ProcessPayment: false,
    Line: [...applied.map(line('Invoice')), ...credits.map(line('CreditMemo'))],
  };
}
