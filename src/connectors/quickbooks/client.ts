import { z } from 'zod';
import type { ConnectorOptions } from '../../core/connector-options.ts';
import type { CallContext } from '../../core/domain/context.ts';
import { ContractError } from '../../core/domain/errors.ts';
import type { HttpResponse } from '../../core/http/types.ts';
import type { QuickBooksConfig } from './config.ts';
import { maxChanges } from './limits.ts';
import type { Criterion, PackageCall } from './node-quickbooks.ts';
import { idOf } from './row-id.ts';
import { createRequestSender } from './send-request.ts';

const queryResponse = z.looseObject({
  QueryResponse: z.looseObject({ totalCount: z.number().optional() }),
  time: z.string(),
});
const rows = z.array(z.unknown()).optional();
const changes = z.looseObject({
  CDCResponse: z.array(
    z.looseObject({
      QueryResponse: z
        .array(z.looseObject({ Customer: rows, Invoice: rows, Payment: rows, CreditMemo: rows }))
        .optional(),
    }),
  ),
});
const tombstone = z.looseObject({ status: z.literal('Deleted') });
/** An odd one is absent: nobody is told apart by it. */
const text = z.string().optional().catch(undefined);
const company = z.looseObject({
  CompanyInfo: z.looseObject({ CompanyName: text, Country: text, DefaultTimeZone: text }),
});

export interface QueryPage {
  readonly rows: readonly unknown[];
  /** Server time of the response. */
  readonly time: string;
}

export interface ChangedRows {
  readonly removed: readonly string[];
  readonly other: readonly unknown[];
  readonly isWhole: boolean;
}

/** The package has a method for each entity. */
const finders = {
  Customer: (criteria) => (quickbooks, done) => quickbooks.findCustomers(criteria, done),
  CustomerType: (criteria) => (quickbooks, done) => quickbooks.findCustomerTypes(criteria, done),
  Term: (criteria) => (quickbooks, done) => quickbooks.findTerms(criteria, done),
  Invoice: (criteria) => (quickbooks, done) => quickbooks.findInvoices(criteria, done),
  Payment: (criteria) => (quickbooks, done) => quickbooks.findPayments(criteria, done),
  CreditMemo: (criteria) => (quickbooks, done) => quickbooks.findCreditMemos(criteria, done),
} as const satisfies Readonly<Record<string, (criteria: readonly Criterion[]) => PackageCall>>;
export type Entity = keyof typeof finders;

/** Reads a company, and parses what comes. Throws ContractError (`quickbooks-shape`) for what the API does not document. */
export function createQuickBooksClient(
  options: ConnectorOptions<QuickBooksConfig>,
  /** What replies about customers hold besides, such as `enhancedAllCustomFields`. */
  include?: string,
) {
  const { realmId } = options.config;
  const { counters, send } = createRequestSender(options);

  return {
    counters,
    async query(context: CallContext, entity: Entity, criteria: readonly Criterion[]): Promise<QueryPage> {
      const more = entity === 'Customer' ? include : undefined;
      const response = await send({ path: '/query', call: finders[entity](criteria), include: more }, context);
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
     * Ids of customers that were merged away since then, which only change data capture shows, and rows of other entities
     * that have changed. It looks back 30 days and answers with at most 1,000 objects; `isWhole` is false when it may have
     * left some out.
     */
    async changes(context: CallContext, since: string, others: readonly Entity[] = []): Promise<ChangedRows> {
      const entities = ['Customer', ...others].join(',');
      const call: PackageCall = (quickbooks, done) => quickbooks.changeDataCapture(entities, since, done);
      const response = await send({ path: '/cdc', call }, context);
      const parts = parse(changes, response, 'the changes').CDCResponse.flatMap((part) => part.QueryResponse ?? []);
      const customers = parts.flatMap(({ Customer = [] }) => Customer);
      const ids = customers.flatMap((row) => (tombstone.safeParse(row).success ? (idOf(row) ?? []) : []));
      const other = parts.flatMap(({ Invoice = [], Payment = [], CreditMemo = [] }) => [
        ...Invoice,
        ...Payment,
        ...CreditMemo,
      ]);
      // Whether the limit is one for each entity is not documented.
      return { removed: [...new Set(ids)], other, isWhole: customers.length + other.length < maxChanges };
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
