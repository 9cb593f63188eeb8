import type { Query } from './query-parser.ts';

/** What queries may name, from the reference pages of the entities. */

const times = ['MetaData.CreateTime', 'MetaData.LastUpdatedTime'];

export interface Queryable {
  readonly filter: readonly string[];
  readonly sort: readonly string[];
}

const customer = ['Id', ...times, 'DisplayName', 'GivenName', 'MiddleName', 'FamilyName', 'CompanyName', 'Active'];
export const customerFields: Queryable = {
  // Job is not on the reference page; public programs filter by it.
  filter: [...customer, 'PrimaryEmailAddr', 'Balance', 'Job'],
  sort: [...customer, 'FullyQualifiedName'],
};

const list = ['Id', ...times, 'Name', 'Active'];
export const listFields: Queryable = { filter: list, sort: list };

const transaction = ['Id', ...times, 'TxnDate', 'TotalAmt'];
const sale = [...transaction, 'DocNumber'];
/** What a payment has left and what a credit has left can't be asked for. */
export const transactionFields: Readonly<Record<'Invoice' | 'Payment' | 'CreditMemo', Queryable>> = {
  Invoice: { filter: [...sale, 'DueDate', 'Balance', 'CustomerRef'], sort: [...sale, 'DueDate', 'Balance'] },
  Payment: { filter: [...transaction, 'CustomerRef'], sort: transaction },
  CreditMemo: { filter: [...sale, 'CustomerRef'], sort: sale },
};

/** Entities of which this company has none. */
export const otherEntities: ReadonlySet<string> = new Set([
  'account',
  'bill',
  'class',
  'department',
  'employee',
  'estimate',
  'item',
  'paymentmethod',
  'salesreceipt',
  'taxcode',
  'vendor',
]);

/** The first property that such a query may not name. Case does not matter (recorded: `Metadata.` and `MetaData.`). */
export function unqueryable({ conditions, orderBy }: Query, { filter, sort }: Queryable): string | undefined {
  const isIn = (known: readonly string[], field: string): boolean =>
    known.some((name) => name.toLowerCase() === field.toLowerCase());
  const odd = conditions.find(({ field }) => !isIn(filter, field))?.field;
  return odd ?? (orderBy && !isIn(sort, orderBy.field) ? orderBy.field : undefined);
}
