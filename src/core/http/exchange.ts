import { Agent, type Dispatcher, interceptors, request as undiciRequest } from 'undici';
import type { Clock } from '../clock.ts';
import type { Logger } from '../domain/log.ts';
import { parseBody, readBody } from './body.ts';
import { networkError, withoutQuery } from './classify.ts';
import { requestUrl } from './request-url.ts';
import type { HttpRequest, HttpResponse } from './types.ts';

const connectMs = 10_000;
export const defaultReplyMs = 60_000;
const maxBodyBytes = 64 * 1024 * 1024;

export interface Exchange {
  /** Sends one request to the origin and reads its response, whatever its status. Throws TransientError without a response. */
  exchange(request: HttpRequest, authorization: Readonly<Record<string, string>>): Promise<HttpResponse>;
  close(): Promise<void>;
}

/** The connections to one origin: kept alive, timed out, decompressed, abortable. */
export function createExchange({
  name,
  origin,
  clock,
  log,
  replyMs = defaultReplyMs,
}: {
  readonly name: string;
  readonly origin: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly replyMs?: number;
}): Exchange {
  const agent = new Agent({
    connect: { timeout: connectMs },
    headersTimeout: replyMs,
    bodyTimeout: replyMs,
    keepAliveTimeout: 30_000,
    maxResponseSize: maxBodyBytes,
  });
  const dispatcher = agent.compose(interceptors.decompress());

  async function exchange(
    request: HttpRequest,
    authorization: Readonly<Record<string, string>>,
  ): Promise<HttpResponse> {
    const { method, path, signal } = request;
    const startedAt = clock.elapsed();
    try {
      const reply = await undiciRequest(requestUrl(origin, request), {
        dispatcher,
        method,
        signal,
        ...contentOf(request, authorization),
      });
      const text = await readBody(reply.body, maxBodyBytes);
      const ms = Math.round(clock.elapsed() - startedAt);
      log.debug({ method, path: withoutQuery(path), status: reply.statusCode, ms }, 'http');
      return { status: reply.statusCode, headers: flatHeaders(reply), body: parseBody(text) };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw networkError(name, request, origin, error);
    }
  }

  return { exchange, close: () => agent.close() };
}

function contentOf({ body, form, headers }: HttpRequest, authorization: Readonly<Record<string, string>>) {
  return {
    headers: {
      accept: 'application/json',
      'accept-encoding': 'gzip',
      'user-agent': 'rolodesk',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...authorization,
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(form !== undefined && { body: new URLSearchParams(form).toString() }),
  };
}

function flatHeaders({ headers }: Dispatcher.ResponseData): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}
