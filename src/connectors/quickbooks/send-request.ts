import type { ConnectorOptions } from '../../core/connector-options.ts';
import type { CallContext } from '../../core/domain/context.ts';
import { TransientError } from '../../core/domain/errors.ts';
import { createRateLimiter } from '../../core/http/rate-limiter.ts';
import { createTimings, type TimingsRecorder, timed } from '../../core/http/request-metrics.ts';
import { sharedRateLimiter } from '../../core/http/shared-resources.ts';
import type { HttpResponse } from '../../core/http/types.ts';
import { defaultRetry, withRetry } from '../../core/http/with-retry.ts';
import { createQuickBooksTokens } from './auth.ts';
import { type QuickBooksConfig, quickbooksOrigin } from './config.ts';
import { errorOf, isExpiredToken, readFault } from './faults.ts';
import { quickbooksLimits, refusalsBeforeQuota, throttledMs } from './limits.ts';
import { createNodeQuickBooks, type PackageCall } from './node-quickbooks.ts';
import { exchange } from './transport.ts';

/** A read, as a call of the package. */
export interface QuickBooksRequest {
  /** Names the request in logs, timings and errors. */
  readonly path: string;
  readonly call: PackageCall;
  /** What the reply is to hold besides. */
  readonly include?: string | undefined;
}

type SendOptions = Pick<CallContext, 'signal'>;

/**
 * Sends requests to one company: each is rate limited, retried (reads are safe), authorized when it leaves, and checked for a
 * fault. Throws what `errorOf` makes of a fault, and TransientError (`quickbooks-quota`) when the refusals do not end.
 */
export function createRequestSender(options: ConnectorOptions<QuickBooksConfig>) {
  const { config, clock, log, limits = quickbooksLimits } = options;
  const account = `${quickbooksOrigin(config)} ${config.realmId}`;
  const rateLimiter = sharedRateLimiter(options.budgets, createRateLimiter, { account, options: { limits, clock } });
  const timings = createTimings();
  const counters = { requests: 0, throttled: 0, timings: timings.summary };
  const sendAuthorized = createAuthorizedSend(options, { timings, counters });

  async function send(request: QuickBooksRequest, { signal }: SendOptions): Promise<HttpResponse> {
    let refusals = 0;
    const attempt = async (): Promise<HttpResponse> => {
      try {
        return await rateLimiter.run(async () => checkFault(await sendAuthorized(request, { signal }), clock.now()), {
          signal,
        });
      } catch (error) {
        if (error instanceof TransientError && error.throttled) refusals += 1;
        if (refusals > refusalsBeforeQuota) throw quotaError(error);
        throw error;
      }
    };
    return await withRetry(attempt, {
      policy: { ...defaultRetry, throttledMs: () => throttledMs },
      clock,
      random: Math.random,
      log,
      idempotent: true,
      signal,
      onThrottled: (waitMs) => {
        counters.throttled += 1;
        rateLimiter.pause(waitMs);
      },
    });
  }

  return { counters, send };
}

/** With the current access token, and once more with a new one when QuickBooks says that it has expired. */
function createAuthorizedSend(
  options: ConnectorOptions<QuickBooksConfig>,
  { timings, counters }: { readonly timings: TimingsRecorder; readonly counters: { requests: number } },
) {
  const { config, clock, log, replyMs } = options;
  const origin = quickbooksOrigin(config);
  const tokens = createQuickBooksTokens(options, timings);
  const nodeQuickBooks = createNodeQuickBooks(config);

  async function sendWith(
    accessToken: string,
    { path, call, include }: QuickBooksRequest,
    { signal }: SendOptions,
  ): Promise<HttpResponse> {
    counters.requests += 1;
    const quickbooks = nodeQuickBooks(accessToken);
    const startedAt = clock.elapsed();
    const response = await timed({ timings, clock, method: 'GET', path, signal }, () =>
      exchange(
        { path, origin, signal, replyMs, include },
        () => new Promise((resolve) => call(quickbooks, () => resolve(undefined))),
      ),
    );
    const ms = Math.round(clock.elapsed() - startedAt);
    log.debug({ path, status: response.status, ms, tid: response.headers.intuit_tid }, 'quickbooks');
    return response;
  }

  return async (request: QuickBooksRequest, sendOptions: SendOptions): Promise<HttpResponse> => {
    const accessToken = await tokens.accessToken();
    const first = await sendWith(accessToken, request, sendOptions);
    if (!isExpiredToken(first, readFault(first.body))) return first;
    await tokens.renew(accessToken);
    return await sendWith(await tokens.accessToken(), request, sendOptions);
  };
}

function checkFault(response: HttpResponse, nowMs: number): HttpResponse {
  const fault = readFault(response.body);
  if (fault || response.status >= 300 || response.body.kind !== 'json') throw errorOf(response, fault, nowMs);
  return response;
}

function quotaError(cause: unknown): TransientError {
  return new TransientError(
    'QuickBooks keeps refusing with its request limit: the monthly budget of the app may be spent.',
    {
      code: 'quickbooks-quota',
      hint: 'See the usage page of the app at Intuit. The budget is new at the turn of the month.',
      ...(cause instanceof TransientError && cause.retryAfterMs !== undefined && { retryAfterMs: cause.retryAfterMs }),
    },
  );
}
