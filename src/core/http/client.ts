import type { Clock } from '../clock.ts';
import { defined } from '../defined.ts';
import { markNotSent, type RolodeskError, TransientError } from '../domain/errors.ts';
import type { Logger } from '../domain/log.ts';
import { errorForStatus } from './classify.ts';
import { isPage } from './error-words.ts';
import { createExchange } from './exchange.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { createTimings, type TimingsRecorder, timed } from './request-metrics.ts';
import type { HttpClient, HttpRequest, HttpResponse } from './types.ts';
import { defaultRetry, type RetryPolicy, withRetry } from './with-retry.ts';

export interface HttpClientOptions {
  /** Named in messages, such as `Zendesk`. */
  readonly name: string;
  /** Scheme, host and port. */
  readonly origin: string;
  readonly rateLimiter: RateLimiter;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random?: () => number;
  /** How long a reply may be on its way, and how long it may pause. Default 60 s. */
  readonly replyMs?: number;
  readonly retry?: RetryPolicy;
  /** Where the times of requests are kept, for clients that are reported together. */
  readonly timings?: TimingsRecorder;
  /** Headers that prove who we are, asked for when the request leaves the queue. Some sign the request itself. */
  readonly authorize?: (signal: AbortSignal, request: HttpRequest) => Promise<Readonly<Record<string, string>>>;
  /**
   * Called on a 401, or what is one, with the headers of `authorize` that were refused: others may have got new ones since. True when there
   * are new credentials and the request should be sent once more.
   */
  readonly refresh?: (refused: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<boolean>;
  /** Called just before each request that is not a GET leaves; when it throws, nothing is sent. */
  readonly beforeWrite?: () => void | Promise<void>;
  /** A vendor's way to say without a 401 that it does not take the credentials. */
  readonly isRefusal?: (response: HttpResponse, request: HttpRequest) => boolean;
  /** A vendor's own reading of an error response, before the general table. */
  readonly classify?: (response: HttpResponse, request: HttpRequest) => RolodeskError | undefined;
  /** An error that a vendor answers with a success, such as a GraphQL API that has had enough. */
  readonly inspect?: (response: HttpResponse, request: HttpRequest) => RolodeskError | undefined;
  /** A vendor's own headers by their usual names, before anything reads them. */
  readonly normalize?: (response: HttpResponse) => HttpResponse;
}

/** One client for one origin: keep-alive, throttled, retried, timed out, abortable. Redirects are never followed. */
export function createHttpClient(options: HttpClientOptions): HttpClient & { close(): Promise<void> } {
  const { name, rateLimiter, clock, log, random = Math.random, retry = defaultRetry } = options;
  const { timings = createTimings() } = options;
  const { exchange, close } = createExchange(options);
  const counters = { requests: 0, throttled: 0, timings: timings.summary };

  async function send(
    request: HttpRequest,
    onAuthorized?: (headers: Readonly<Record<string, string>>) => void,
  ): Promise<HttpResponse> {
    return await rateLimiter.run(
      async () => {
        const authorization = (await authorized(() => options.authorize?.(request.signal, request))) ?? {};
        onAuthorized?.(authorization);
        const { method, path, signal } = request;
        if (method !== 'GET') await options.beforeWrite?.();
        counters.requests += 1;
        const received = await timed({ timings, clock, method, path, signal }, () => exchange(request, authorization));
        const response = options.normalize?.(received) ?? received;
        rateLimiter.observe(response.headers);
        const inside = isAnswer(response) ? options.inspect?.(response, request) : undefined;
        if (inside) throw inside;
        if (isAnswer(response) || request.expect?.includes(response.status) || request.accept?.(response))
          return response;
        throw options.classify?.(response, request) ?? errorForStatus(name, request, response, clock.now());
      },
      { signal: request.signal, ...defined({ priority: request.priority }) },
    );
  }

  async function sendAuthorized(request: HttpRequest): Promise<HttpResponse> {
    const asked = { ...request, expect: [...(request.expect ?? []), 401] };
    let sent: Readonly<Record<string, string>> = {};
    const response = await send(asked, (headers) => {
      sent = headers;
    });
    const isRefused = response.status === 401 || options.isRefusal?.(response, request) === true;
    if (!isRefused || request.expect?.includes(401)) return response;
    if (await authorized(() => options.refresh?.(sent, request.signal))) return await send(request);
    if (isAnswer(response)) return response;
    throw options.classify?.(response, request) ?? errorForStatus(name, request, response, clock.now());
  }

  return {
    counters,
    request: (request) =>
      withRetry(() => sendAuthorized(request), {
        policy: retry,
        clock,
        random,
        log,
        idempotent: request.idempotent,
        signal: request.signal,
        onThrottled: (waitMs) => {
          counters.throttled += 1;
          rateLimiter.pause(waitMs);
        },
      }),
    close,
  };
}

/** Whatever became of a request for a token, the one that waits for it has not been sent: its own repeat is harmless. */
async function authorized<T>(work: () => Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof TransientError ? markNotSent(error) : error;
  }
}

/** A page for browsers is not an answer, whatever its status: of a proxy, a sign-in, an account that is closed. */
function isAnswer({ status, body }: HttpResponse): boolean {
  return status < 300 && !(body.kind === 'text' && isPage(body.text));
}
