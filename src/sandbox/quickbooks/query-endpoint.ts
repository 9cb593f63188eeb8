import type { TwinResponse } from '../server/twin.ts';
import type { Company } from './company.ts';
import { customerFields, listFields, otherEntities, transactionFields, unqueryable } from './entities.ts';
import { createLists } from './lists.ts';
import { presented } from './money/custom-fields.ts';
import { transactionKinds } from './money/transaction.ts';
import { parseQuery, type Query, QuerySyntaxError } from './query-parser.ts';
import type { Responses } from './responses.ts';
import { selectFrom } from './select.ts';

/** The query endpoint: customers, what they were sent and paid, and the small lists that they refer to. */
export function createQueryEndpoint(company: Company, { answer, validation, failure }: Responses) {
  const lists = createLists(Date.UTC(2024, 0, 1));
  /** Customers and others whose pages cannot be read. */
  const poisoned = new Set<string>();
  let nextFailure: string | undefined;

  function select(query: Query, include: string | null): TwinResponse {
    const named = query.entity.toLowerCase();
    const invalid = (detail: string) => validation('4001', 'Invalid query', `QueryValidationError: ${detail}`);
    const kind = transactionKinds.find((one) => one.toLowerCase() === named);
    const [entity, list] = Object.entries(lists).find(([name]) => name.toLowerCase() === named) ?? [kind ?? 'Customer'];
    if (!list && !kind && named !== 'customer') {
      return otherEntities.has(named)
        ? answer({ QueryResponse: {} })
        : invalid(`invalid context declaration: ${query.entity}`);
    }
    const odd = unqueryable(query, list ? listFields : kind ? transactionFields[kind] : customerFields);
    if (odd !== undefined) return invalid(`property '${odd}' is not queryable`);
    const { rows, total } = list
      ? selectFrom(list, query)
      : kind
        ? selectFrom(company.books.ledger.rowsOf(kind, customersIn(query)), query, query.conditions)
        : selectCustomers(query, include);
    if (query.isCount) return answer({ QueryResponse: { totalCount: total } });
    if (rows.some(({ Id }) => poisoned.has(`${entity} ${Id}`)))
      return validation('4002', 'Error processing query', 'Error processing query');
    const page = rows.length === 0 ? {} : { [entity]: rows, startPosition: query.start, maxResults: rows.length };
    return answer({ QueryResponse: page });
  }

  function selectCustomers(query: Query, include: string | null) {
    const { rows, total } = company.select(query);
    return { rows: rows.map((row) => presented(row, include)), total };
  }

  return {
    /** `include`: as the request names it, for what comes in no other way. */
    query(text: string, include: string | null): TwinResponse {
      if (nextFailure !== undefined) {
        const response = failure(nextFailure);
        nextFailure = undefined;
        return response;
      }
      try {
        return select(parseQuery(text), include);
      } catch (error) {
        if (error instanceof QuerySyntaxError) return validation('4000', 'Error parsing query', error.message);
        throw error;
      }
    },
    control: {
      poison: (id: string, entity = 'Customer'): void => {
        poisoned.add(`${entity} ${id}`);
      },
      cure: (): void => poisoned.clear(),
      /** The next query is answered with this failure inside a 200. */
      nextAnswersFault: (code: string): void => {
        nextFailure = code;
      },
    },
  };
}

/** Whose sales or payments a query is about, where it says so. */
function customersIn({ conditions }: Query): readonly string[] | undefined {
  return conditions
    .find(({ field, operator }) => field === 'CustomerRef' && /^(?:=|IN)$/.test(operator))
    ?.values.map(String);
}
