import { z } from 'zod';
import type { ConnectorOptions } from '../../core/connector-options.ts';
import type { CallContext } from '../../core/domain/context.ts';
import { ContractError } from '../../core/domain/errors.ts';
import type { HttpResponse } from '../../core/http/types.ts';
import type { QuickBooksConfig } from './config.ts';
import { idOf } from './customer.ts';
import { maxChanges } from './limits.ts';
import type { Criterion, PackageCall } from './node-quickbooks.ts';
import { createRequestSender } from './send-request.ts';

const queryResponse = z.looseObject({
  QueryResponse: z.looseObject({ totalCount: z.number().optional() }),
  time: z.string(),
});
const changes = z.looseObject({
  CDCResponse: z.array(
    z.looseObject({ QueryResponse: z.array(z.looseObject({ Customer: z.array(z.unknown()).optional() })).optional() }),
  ),
});
const tombstone = z.looseObject({ status: z.literal('Deleted') });
/** An odd one is absent: nobody is told apart by it. */
const text = z.string().optional().catch(undefined);
const company = z.looseObject({
  CompanyInfo: z.looseObject({ CompanyName: text, Country: text }),
});

export interface QueryPage {
  readonly rows: readonly unknown[];
  /** Server time of the response. */
  readonly time: string;
}

/** The package has a method for each entity. */
const finders = {
  Customer: (criteria) => (quickbooks, done) => quickbooks.findCustomers(criteria, done),
  CustomerType: (criteria) => (quickbooks, done) => quickbooks.findCustomerTypes(criteria, done),
  Term: (criteria) => (quickbooks, done) => quickbooks.findTerms(criteria, done),
} as const satisfies Readonly<Record<string, (criteria: readonly Criterion[]) => PackageCall>>;

/** Reads a company, and parses what comes. Throws ContractError (`quickbooks-shape`) for what the API does not document. */
export function createQuickBooksClient(options: ConnectorOptions<QuickBooksConfig>) {
  const { realmId } = options.config;
  const { counters, send } = createRequestSender(options);

  return {
    counters,
    async query(
      context: CallContext,
      entity: keyof typeof finders,
      criteria: readonly Criterion[],
    ): Promise<QueryPage> {
      const response = await send({ path: '/query', call: finders[entity](criteria) }, context);
      const { QueryResponse, time } = parse(queryResponse, response, 'the query reply');
      const rows = QueryResponse[entity] ?? [];
      if (!Array.isArray(rows)) throw shapeError(`QueryResponse.${entity} is not a list`);
      return { rows, time };
    },
    /** Customers in all states, and the server's time. */
    async count(context: CallContext): Promise<{ readonly total: number; readonly time: string }> {
      const call: PackageCall = (quickbooks, done) =>
        quickbooks.findCustomers({ count: true, Active: [true, false] }, done);
      const response = await send({ path: '/query', call }, context);
      const { QueryResponse, time } = parse(queryResponse, response, 'the count');
      if (QueryResponse.totalCount === undefined) throw shapeError('the count has no totalCount');
      return { total: QueryResponse.totalCount, time };
    },
    /**
     * Ids of customers that were merged away since then: only change data capture shows them. It looks back 30 days and
     * answers with at most 1,000 objects; `isWhole` is false when it may have left some out.
     */
    async removed(context: CallContext, since: string): Promise<{ readonly ids: string[]; readonly isWhole: boolean }> {
      const call: PackageCall = (quickbooks, done) => quickbooks.changeDataCapture('Customer', since, done);
      const response = await send({ path: '/cdc', call }, context);
      const parts = parse(changes, response, 'the changes').CDCResponse.flatMap((part) => part.QueryResponse ?? []);
      const rows = parts.flatMap(({ Customer = [] }) => Customer);
      const ids = rows.flatMap((row) => (tombstone.safeParse(row).success ? (idOf(row) ?? []) : []));
      return { ids: [...new Set(ids)], isWhole: rows.length < maxChanges };
    },
    async companyInfo(context: CallContext) {
      const call: PackageCall = (quickbooks, done) => quickbooks.getCompanyInfo(realmId, done);
      const response = await send({ path: '/companyinfo', call }, context);
      return parse(company, response, 'the company').CompanyInfo;
    },
  };
}

export type QuickBooksClient = ReturnType<typeof createQuickBooksClient>;

function parse<T>(schema: z.ZodType<T>, { body }: HttpResponse, what: string): T {
  const parsed = schema.safeParse(body.kind === 'json' ? body.value : undefined);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') || 'the body';
  throw shapeError(`${where} of ${what} is not what the API documents`);
}

function shapeError(what: string): ContractError {
  return new ContractError(`QuickBooks: ${what}.`, { code: 'quickbooks-shape' });
}
