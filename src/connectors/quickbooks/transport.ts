import { AsyncLocalStorage } from 'node:async_hooks';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { createRequire } from 'node:module';
import { parseBody } from '../../core/http/body.ts';
import { networkError } from '../../core/http/classify.ts';
import type { HttpResponse } from '../../core/http/types.ts';

/**
 * Intuit's two packages send through the axios that they share: no time-out, no way to cancel, no status or headers on
 * success, and errors that hold tokens (reference: sections 8 and 9). Interceptors on that very instance give each call of
 * ours what it lacks and keep the reply as it came; what the packages make of it is not looked at.
 */

interface Call {
  readonly signal: AbortSignal;
  /** Added to the query: the package knows no way to name it. */
  readonly include: string | undefined;
  readonly replyMs: number;
  reply?: HttpResponse;
  failure?: unknown;
}

/** The part of axios that is used here; its own types would tie us to its version. */
interface AxiosLike {
  readonly interceptors: {
    readonly request: { use(onRequest: (config: Record<string, unknown>) => Record<string, unknown>): void };
    readonly response: { use(onReply: (reply: AxiosReply) => AxiosReply, onFailure: (error: unknown) => never): void };
  };
}
interface AxiosReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly data: unknown;
}

const calls = new AsyncLocalStorage<Call>();
/** Above the 120 s that Intuit allows a query. */
const defaultReplyMs = 125_000;
const maxBodyBytes = 64 * 1024 * 1024;
const agents = { httpAgent: new HttpAgent({ keepAlive: true }), httpsAgent: new HttpsAgent({ keepAlive: true }) };
/** Once for the process, as the packages are loaded: to look for them takes longer than to send a request. */
let isPrepared = false;

/**
 * Runs one call of a package and returns the raw reply, whatever its status. Throws a TransientError when there was none,
 * and the signal's reason when it was aborted.
 */
export async function exchange(
  what: {
    readonly path: string;
    readonly origin: string;
    readonly signal: AbortSignal;
    readonly replyMs: number | undefined;
    readonly include?: string | undefined;
  },
  send: () => Promise<unknown>,
): Promise<HttpResponse> {
  prepare();
  what.signal.throwIfAborted();
  const call: Call = { signal: what.signal, replyMs: what.replyMs ?? defaultReplyMs, include: what.include };
  // The package's own verdict is not ours: the reply decides, or the failure that axios met.
  await calls.run(call, () => send().catch(() => undefined));
  what.signal.throwIfAborted();
  if (call.reply) return call.reply;
  throw networkError(
    'QuickBooks',
    { method: 'GET', path: what.path, idempotent: true, signal: what.signal },
    what.origin,
    bareError(call.failure),
  );
}

function prepare(): void {
  if (isPrepared) return;
  const prepared = new Set<object>();
  const here = createRequire(import.meta.url);
  for (const name of ['node-quickbooks', 'intuit-oauth']) {
    // The instance that the package itself imports, and no other.
    const axios = createRequire(here.resolve(name))('axios') as AxiosLike & object;
    if (prepared.has(axios)) continue;
    prepared.add(axios);
    axios.interceptors.request.use((config) => {
      const call = calls.getStore();
      return call ? { ...config, ...agents, ...limitsOf(call), ...includeOf(call, config) } : config;
    });
    axios.interceptors.response.use(
      (reply) => {
        const call = calls.getStore();
        if (call)
          call.reply = {
            status: reply.status,
            headers: textHeaders(reply.headers),
            body: parseBody(String(reply.data ?? '')),
          };
        return reply;
      },
      (error) => {
        const call = calls.getStore();
        if (call) call.failure = error;
        throw error;
      },
    );
  }
  isPrepared = true;
}

function limitsOf({ signal, replyMs }: Call): Record<string, unknown> {
  return {
    signal,
    timeout: replyMs,
    maxContentLength: maxBodyBytes,
    maxRedirects: 0,
    responseType: 'text',
    transformResponse: [(data: unknown) => data],
    validateStatus: () => true,
  };
}

function includeOf({ include }: Call, { params }: Record<string, unknown>): Record<string, unknown> {
  return include === undefined ? {} : { params: { ...Object(params), include } };
}

function textHeaders(headers: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** Only the code: the error itself holds the request with its token. */
function bareError(error: unknown): Error {
  const code =
    typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
      ? error.code
      : 'unknown';
  return Object.assign(new Error(code), { code });
}
