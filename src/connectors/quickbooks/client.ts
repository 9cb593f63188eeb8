import { createRequire } from 'node:module';
import { z } from 'zod';
import type { ConnectorOptions } from '../../core/connector-options.ts';
import type { CallContext } from '../../core/domain/context.ts';
import { ContractError, TransientError } from '../../core/domain/errors.ts';
import { createRateLimiter } from '../../core/http/rate-limiter.ts';
import { createTimings, timed } from '../../core/http/request-metrics.ts';
import { sharedRateLimiter } from '../../core/http/shared-resources.ts';
import type { HttpResponse } from '../../core/http/types.ts';
import { defaultRetry, withRetry } from '../../core/http/with-retry.ts';
import { createQuickBooksTokens } from './auth.ts';
import { type QuickBooksConfig, quickbooksOrigin } from './config.ts';
import { idOf } from './customer.ts';
import { errorOf, isExpiredToken, readFault } from './faults.ts';
import { maxChanges, quickbooksLimits, refusalsBeforeQuota, throttledMs } from './limits.ts';
import { exchange } from './transport.ts';

export type Criterion = { readonly field: string; readonly value: unknown; readonly operator?: string };
type Callback = (error: unknown, data: unknown) => void;

/** The part of node-quickbooks that is used: it forms queries and sends them. No method that writes is named here. */
interface NodeQuickBooks {
  new (
    ...options: unknown[]
  ): {
    endpoint: string;
    findCustomers(criteria: readonly Criterion[] | object, done: Callback): void;
    findCustomerTypes(criteria: readonly Criterion[], done: Callback): void;
    findTerms(criteria: readonly Criterion[], done: Callback): void;
    getCompanyInfo(id: string, done: Callback): void;
    changeDataCapture(entities: string, since: string, done: Callback): void;
  };
}
type Package = InstanceType<NodeQuickBooks>;

const reply = z.looseObject({ QueryResponse: z.looseObject({ totalCount: z.number().optional() }), time: z.string() });
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
  /** Server time of the reply. */
  readonly time: string;
}

/** Reads a company. Every call is throttled, retried (reads are safe), authorized when it leaves, and checked for a fault. */
export function createQuickBooksClient(options: ConnectorOptions<QuickBooksConfig>) {
  const { config, clock, log, limits = quickbooksLimits, replyMs } = options;
  const origin = quickbooksOrigin(config);
  const account = `${origin} ${config.realmId}`;
  const rateLimiter = sharedRateLimiter(options.budgets, createRateLimiter, { account, options: { limits, clock } });
  const timings = createTimings();
  const tokens = createQuickBooksTokens(options, timings);
  const counters = { requests: 0, throttled: 0, timings: timings.summary };
  // Loaded with the first request: commands that only look at the state do without. A CommonJS class whose declaration has
  // no construct signature under nodenext (TS2351).
  let loaded: NodeQuickBooks | undefined;
  const load = (): NodeQuickBooks => {
    loaded ??= createRequire(import.meta.url)('node-quickbooks') as NodeQuickBooks;
    return loaded;
  };

  async function ask(
    context: CallContext,
    path: string,
    send: (quickbooks: Package, done: Callback) => void,
  ): Promise<HttpResponse> {
    let refusals = 0;
    return await withRetry(
      async () => {
        try {
          return await rateLimiter.run(() => once(context, path, send), { signal: context.signal });
        } catch (error) {
          if (error instanceof TransientError && error.throttled) refusals += 1;
          if (refusals > refusalsBeforeQuota) throw quota(error);
          throw error;
        }
      },
      {
        policy: { ...defaultRetry, throttledMs: () => throttledMs },
        clock,
        random: Math.random,
        log,
        idempotent: true,
        signal: context.signal,
        onThrottled: (waitMs) => {
          counters.throttled += 1;
          rateLimiter.pause(waitMs);
        },
      },
    );
  }

  async function once(
    context: CallContext,
    path: string,
    send: (quickbooks: Package, done: Callback) => void,
  ): Promise<HttpResponse> {
    const token = await tokens.accessToken();
    const first = await sendWith(token, context, path, send);
    const fault = readFault(first.body);
    if (!isExpiredToken(first, fault)) return checkFault(first);
    await tokens.renew(token);
    return checkFault(await sendWith(await tokens.accessToken(), context, path, send));
  }

  async function sendWith(
    token: string,
    { signal }: CallContext,
    path: string,
    send: (quickbooks: Package, done: Callback) => void,
  ): Promise<HttpResponse> {
    counters.requests += 1;
    const QuickBooks = load();
    const quickbooks = new QuickBooks(
      config.clientId,
      config.clientSecret,
      token,
      false,
      config.realmId,
      config.environment === 'sandbox',
      false,
      75,
      '2.0',
      null,
    );
    quickbooks.endpoint = `${origin}/v3/company/`;
    const startedAt = clock.elapsed();
    const response = await timed({ timings, clock, method: 'GET', path, signal }, () =>
      exchange(
        { path, origin, signal, replyMs },
        () => new Promise((resolve) => send(quickbooks, () => resolve(undefined))),
      ),
    );
    log.debug(
      { path, status: response.status, ms: Math.round(clock.elapsed() - startedAt), tid: response.headers.intuit_tid },
      'quickbooks',
    );
    return response;
  }

  function checkFault(response: HttpResponse): HttpResponse {
    const fault = readFault(response.body);
    if (fault || response.status >= 300 || response.body.kind !== 'json') throw errorOf(response, fault, clock.now());
    return response;
  }

  async function query(
    context: CallContext,
    entity: 'Customer' | 'CustomerType' | 'Term',
    criteria: readonly Criterion[],
  ): Promise<QueryPage> {
    const response = await ask(context, '/query', (quickbooks, done) => {
      if (entity === 'Customer') quickbooks.findCustomers(criteria, done);
      else if (entity === 'CustomerType') quickbooks.findCustomerTypes(criteria, done);
      else quickbooks.findTerms(criteria, done);
    });
    const { QueryResponse, time } = parse(reply, response, 'the query reply');
    const rows = QueryResponse[entity] ?? [];
    if (!Array.isArray(rows))
      throw new ContractError(`QuickBooks: QueryResponse.${entity} is no list.`, { code: 'quickbooks-shape' });
    return { rows, time };
  }

  return {
    counters,
    query,
    /** Customers in all states, and the server's time. */
    async count(context: CallContext): Promise<{ readonly total: number; readonly time: string }> {
      const response = await ask(context, '/query', (quickbooks, done) =>
        quickbooks.findCustomers({ count: true, Active: [true, false] }, done),
      );
      const { QueryResponse, time } = parse(reply, response, 'the count');
      if (QueryResponse.totalCount === undefined)
        throw new ContractError('QuickBooks: the count has no totalCount.', { code: 'quickbooks-shape' });
      return { total: QueryResponse.totalCount, time };
    },
    /**
     * Ids of customers that were merged away since then: only change data capture shows them. It looks back 30 days and
     * answers with at most 1,000 objects; `isWhole` is false when it may have left some out.
     */
    async removed(context: CallContext, since: string): Promise<{ readonly ids: string[]; readonly isWhole: boolean }> {
      const response = await ask(context, '/cdc', (quickbooks, done) =>
        quickbooks.changeDataCapture('Customer', since, done),
      );
      const parts = parse(changes, response, 'the changes').CDCResponse.flatMap((part) => part.QueryResponse ?? []);
      const rows = parts.flatMap(({ Customer = [] }) => Customer);
      const ids = rows.flatMap((row) => (tombstone.safeParse(row).success ? (idOf(row) ?? []) : []));
      return { ids: [...new Set(ids)], isWhole: rows.length < maxChanges };
    },
    async companyInfo(context: CallContext) {
      const response = await ask(context, '/companyinfo', (quickbooks, done) =>
        quickbooks.getCompanyInfo(config.realmId, done),
      );
      return parse(company, response, 'the company').CompanyInfo;
    },
  };
}

export type QuickBooksClient = ReturnType<typeof createQuickBooksClient>;

function parse<T>(schema: z.ZodType<T>, { body }: HttpResponse, what: string): T {
  const parsed = schema.safeParse(body.kind === 'json' ? body.value : undefined);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') || 'the body';
  throw new ContractError(`QuickBooks: ${where} of ${what} is not what the API documents.`, {
    code: 'quickbooks-shape',
  });
}

function quota(cause: unknown): TransientError {
  return new TransientError(
    'QuickBooks keeps refusing with its request limit: the monthly budget of the app may be spent.',
    {
      code: 'quickbooks-quota',
      hint: 'See the usage page of the app at Intuit. The budget is new at the turn of the month.',
      ...(cause instanceof TransientError && cause.retryAfterMs !== undefined && { retryAfterMs: cause.retryAfterMs }),
    },
  );
}
