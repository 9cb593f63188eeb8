import type { TwinResponse } from '../server/twin.ts';
import type { Company } from './company.ts';
import { customerFields, listFields, otherEntities, unqueryable } from './entities.ts';
import { createLists } from './lists.ts';
import { parseQuery, type Query, QuerySyntaxError } from './query-parser.ts';
import type { Responses } from './responses.ts';
import { selectFrom } from './select.ts';

/** The query endpoint: customers, and the small lists that they refer to. */
export function createQueryEndpoint(company: Company, { answer, validation, failure }: Responses) {
  const lists = createLists(Date.UTC(2024, 0, 1));
  /** Customers whose pages cannot be read. */
  const poisoned = new Set<string>();
  let nextFailure: string | undefined;

  function select(query: Query): TwinResponse {
    const named = query.entity.toLowerCase();
    const [entity, list] = Object.entries(lists).find(([name]) => name.toLowerCase() === named) ?? ['Customer'];
    const invalid = (detail: string) => validation('4001', 'Invalid query', `QueryValidationError: ${detail}`);
    if (!list && named !== 'customer') {
      return otherEntities.has(named)
        ? answer({ QueryResponse: {} })
        : invalid(`invalid context declaration: ${query.entity}`);
    }
    const odd = unqueryable(query, list ? listFields : customerFields);
    if (odd !== undefined) return invalid(`property '${odd}' is not queryable`);
    const { rows, total } = list ? selectFrom(list, query) : company.select(query);
    if (query.isCount) return answer({ QueryResponse: { totalCount: total } });
    if (rows.some(({ Id }) => !list && poisoned.has(Id)))
      return validation('4002', 'Error processing query', 'Error processing query');
    const page = rows.length === 0 ? {} : { [entity]: rows, startPosition: query.start, maxResults: rows.length };
    return answer({ QueryResponse: page });
  }

  return {
    query(text: string): TwinResponse {
      if (nextFailure !== undefined) {
        const response = failure(nextFailure);
        nextFailure = undefined;
        return response;
      }
      try {
        return select(parseQuery(text));
      } catch (error) {
        if (error instanceof QuerySyntaxError) return validation('4000', 'Error parsing query', error.message);
        throw error;
      }
    },
    control: {
      poison: (id: string): void => {
        poisoned.add(id);
      },
      cure: (): void => poisoned.clear(),
      /** The next query is answered with this failure inside a 200. */
      nextAnswersFault: (code: string): void => {
        nextFailure = code;
      },
    },
  };
}
