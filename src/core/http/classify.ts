import { STATUS_CODES } from 'node:http';
import { defined } from '../defined.ts';
import { AuthError, ContractError, RolodeskError, TransientError } from '../domain/errors.ts';
import { errorWords } from './error-words.ts';
import { parseRetryAfter } from './retry-after.ts';
import type { HttpRequest, HttpResponse } from './types.ts';

/** What an error status asks for, where the vendor has no word of its own. Anything else below 500 is our own fault. */
const transientStatuses = new Set([408, 409, 423, 425, 429]);

const maxPathLength = 200;

export function errorForStatus(
  name: string,
  request: HttpRequest,
  response: HttpResponse,
  nowMs: number,
): RolodeskError {
  const { status, headers } = response;
  const what = describeRefusal(name, request, response);
  if (status === 401)
    return new AuthError(`${what}.`, { code: 'unauthorized', hint: `Check the credentials for ${name}.` });
  if (status === 403)
    return new AuthError(`${what}.`, {
      code: 'forbidden',
      hint: `The ${name} user or token lacks the right for this call.`,
    });
  const elsewhere = movedTo(request, response);
  if (elsewhere !== undefined)
    return new ContractError(`${what}, to ${elsewhere}.`, {
      code: `http-${status}`,
      status,
      hint: 'Requests are not sent on to other addresses. If that one is right, put it into the configuration.',
    });
  if (!transientStatuses.has(status) && status < 500)
    return new ContractError(`${what}.`, { code: `http-${status}`, status });
  const retryAfterMs = parseRetryAfter(headers, nowMs);
  return new TransientError(`${what}.`, {
    code: status === 429 ? 'throttled' : 'unavailable',
    status,
    throttled: status === 429,
    // The throttle refuses before anything is done; any other failure may come after.
    effect: status === 429 ? 'not-sent' : 'unknown',
    ...defined({ retryAfterMs }),
  });
}

/** `Zendesk GET /users/1: 403 Forbidden: You do not have access to this page`, with the words of the other side, if any. */
export function describeRefusal(name: string, request: HttpRequest, { status, body }: HttpResponse): string {
  const line = `${describeRequest(name, request)}: ${status} ${STATUS_CODES[status] ?? ''}`.trim();
  const said = errorWords(body, request);
  // A success that is refused all the same is a page for browsers.
  const words = status < 300 ? ['a web page in place of data', said].filter(Boolean).join(': ') : said;
  return words === undefined || line.endsWith(words) ? line : `${line}: ${words}`;
}

/** Where a redirect leads, without what may be secret in the address. */
function movedTo({ path }: HttpRequest, { status, headers }: HttpResponse): string | undefined {
  const { location = '' } = headers;
  if (status < 300 || status >= 400 || !URL.canParse(location, `https://own.invalid${path}`)) return undefined;
  const { origin, host, pathname } = new URL(location, `https://own.invalid${path}`);
  return shortened(host === 'own.invalid' ? pathname : origin === 'null' ? location.slice(0, 20) : origin + pathname);
}

/** Failures before the request was written: nothing can have happened. */
const notSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'the host name does not exist',
  EAI_AGAIN: 'the host name could not be resolved',
  UND_ERR_CONNECT_TIMEOUT: 'no connection within 10 s',
  UND_ERR_HEADERS_TIMEOUT: 'no reply in time',
  UND_ERR_BODY_TIMEOUT: 'the reply stopped half-way',
  ECONNRESET: 'the connection was reset',
  UND_ERR_SOCKET: 'the connection was closed',
};

export function networkError(name: string, request: HttpRequest, origin: string, error: unknown): RolodeskError {
  if (error instanceof RolodeskError) return error;
  const code = codeOf(error);
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return new ContractError(`${describeRequest(name, request)}: the reply is too large.`, {
      code: 'response-too-large',
    });
  }
  const isNotSent = notSent.has(code);
  return new TransientError(
    `${describeRequest(name, request)}: ${reasons[code] ?? 'the connection failed'} (${code}).`,
    {
      code: 'network',
      effect: isNotSent ? 'not-sent' : 'unknown',
      ...(isNotSent && { hint: `Is ${origin} right, and can this machine reach it?` }),
    },
  );
}

/** Never with query values or a body: they may hold addresses. */
export function describeRequest(name: string, { method, path }: Pick<HttpRequest, 'method' | 'path'>): string {
  return `${name} ${method} ${withoutQuery(path)}`;
}

/** A path may be that of a next page, as the server gave it. */
export function withoutQuery(path: string): string {
  return shortened(path.split('?', 1)[0] ?? '');
}

function shortened(path: string): string {
  return path.length > maxPathLength ? `${path.slice(0, maxPathLength)}…` : path;
}

function codeOf(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    if (at instanceof AggregateError && at.errors.length > 0) return codeOf(at.errors[0]);
  }
  return 'unknown';
}
