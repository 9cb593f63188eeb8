import type { Condition, Query } from './query-parser.ts';

/** A row of any list, as the API gives it. */
export interface QueriedRow {
  readonly Id: string;
  readonly MetaData: { readonly CreateTime: string; readonly LastUpdatedTime: string };
  readonly [field: string]: unknown;
}

const activeOnly: Condition = { field: 'Active', operator: '=', values: [true] };

/** A query's conditions. One that says nothing of `Active` is about active rows only. */
export function conditionsOf({ conditions }: Query): readonly Condition[] {
  return conditions.some(({ field }) => /^active$/i.test(field)) ? conditions : [...conditions, activeOnly];
}

/** The rows that a query is about, in its order and in that part which it asks for, and how many there are in all. */
export function selectFrom<R extends QueriedRow>(
  all: Iterable<R>,
  query: Query,
  // Sales and payments are neither active nor inactive.
  conditions: readonly Condition[] = conditionsOf(query),
): { readonly rows: readonly R[]; readonly total: number } {
  const matching: R[] = [];
  const tests = conditions.map(testOf);
  for (const row of all) if (tests.every((test) => test(row))) matching.push(row);
  if (!query.isCount) matching.sort(orderOf(query));
  return { rows: matching.slice(query.start - 1, query.start - 1 + query.max), total: matching.length };
}

/** Without an order of its own: by full name, without case (recorded for customers); rows that have none by Id. */
function orderOf({ orderBy }: Query): (a: QueriedRow, b: QueriedRow) => number {
  if (!orderBy)
    return (a, b) =>
      compare(String(a.FullyQualifiedName ?? '').toLowerCase(), String(b.FullyQualifiedName ?? '').toLowerCase()) ||
      byId(a, b);
  const sign = orderBy.descending ? -1 : 1;
  if (orderBy.field === 'Id') return (a, b) => sign * byId(a, b);
  return (a, b) => sign * compare(fieldOf(a, orderBy.field), fieldOf(b, orderBy.field));
}

/** As numbers, which may be longer than a double can tell apart. */
function byId(a: QueriedRow, b: QueriedRow): number {
  return a.Id.length - b.Id.length || compare(a.Id, b.Id);
}

/** A list of ids may be long, and is held against every row. */
function testOf(condition: Condition): (row: QueriedRow) => boolean {
  const { field, operator, values } = condition;
  if (operator !== 'IN' || /^metadata\./i.test(field)) return (row) => holds(row, condition);
  const wanted = new Set(values.map(String));
  return (row) => wanted.has(String(fieldOf(row, field)));
}

function holds(row: QueriedRow, { field, operator, values }: Condition): boolean {
  const actual = fieldOf(row, field);
  const [first] = values;
  switch (operator) {
    case 'IN':
      return values.some((value) => compare(actual, comparable(field, value)) === 0);
    case 'LIKE':
      return new RegExp(
        `^${String(first)
          .split('%')
          .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
          .join('.*')}$`,
        'i',
      ).test(String(actual));
    default: {
      const order = compare(actual, comparable(field, first));
      if (operator === '=') return order === 0;
      if (operator === '<') return order < 0;
      if (operator === '>') return order > 0;
      return operator === '<=' ? order <= 0 : order >= 0;
    }
  }
}

function fieldOf(row: QueriedRow, field: string): string | number | boolean {
  if (/^metadata\./i.test(field))
    return Date.parse(/create/i.test(field) ? row.MetaData.CreateTime : row.MetaData.LastUpdatedTime);
  const value = row[field];
  // An address is compared by its text, a reference by its id.
  if (typeof value === 'object' && value !== null && 'Address' in value) return String(value.Address);
  if (typeof value === 'object' && value !== null && 'value' in value) return String(value.value);
  return typeof value === 'number' || typeof value === 'boolean' ? value : String(value ?? '');
}

function comparable(field: string, value: string | number | boolean | undefined): string | number | boolean {
  if (/^metadata\./i.test(field)) return Date.parse(String(value));
  return value ?? '';
}

function compare(a: string | number | boolean, b: string | number | boolean): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
