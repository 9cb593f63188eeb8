import type { Query } from './query-parser.ts';

/** What queries may name, from the reference pages of the entities. */

const times = ['MetaData.CreateTime', 'MetaData.LastUpdatedTime'];

export interface Queryable {
  readonly filter: readonly string[];
  readonly sort: readonly string[];
}

const customer = ['Id', ...times, 'DisplayName', 'GivenName', 'MiddleName', 'FamilyName', 'CompanyName', 'Active'];
export const customerFields: Queryable = {
  filter: [...customer, 'PrimaryEmailAddr', 'Balance'],
  sort: [...customer, 'FullyQualifiedName'],
};

const list = ['Id', ...times, 'Name', 'Active'];
export const listFields: Queryable = { filter: list, sort: list };

/** Entities of which this company has none. */
export const otherEntities: ReadonlySet<string> = new Set([
  'account',
  'bill',
  'class',
  'creditmemo',
  'department',
  'employee',
  'estimate',
  'invoice',
  'item',
  'payment',
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
