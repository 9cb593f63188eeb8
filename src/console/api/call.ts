import type { Answer, Body, PathParameters, Query } from '../../app/console/api/index.ts';
import { type Addresses, addresses, type CalledId } from './addresses.ts';

/** Why the service did not do what was asked, in the words of the command line. */
export class ApiError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly status: number;

  constructor({ status, code, message, hint }: Failure & { readonly status: number }) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

interface Given {
  readonly path?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, string | number | undefined>> | undefined;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

type Parameters<Id extends CalledId> = PathParameters<Addresses[Id]>;
type Options<Id extends CalledId> = ([Parameters<Id>] extends [never]
  ? { readonly path?: undefined }
  : { readonly path: Readonly<Record<Parameters<Id>, string>> }) &
  (undefined extends Query<Id> ? { readonly query?: undefined } : { readonly query?: Query<Id> }) &
  (undefined extends Body<Id> ? { readonly body?: undefined } : { readonly body: Body<Id> }) & {
    readonly signal?: AbortSignal;
  };

interface Handlers {
  csrf(): string | undefined;
  /** The session has ended. */
  signedOut(): void;
}

let handlers: Handlers = { csrf: () => undefined, signedOut: () => undefined };

/** Set once, by the session: a call itself knows nobody. */
export function setHandlers(given: Handlers): void {
  handlers = given;
}

/** Calls the API. Throws ApiError, also where the service cannot be reached. */
export async function call<Id extends CalledId>(id: Id, options: Options<Id>): Promise<Answer<Id>> {
  const given: Given = options;
  const [method = 'GET'] = addresses[id].split(' ');
  const reply = await send(urlOf(id, given), method, given);
  const answer: unknown = reply.status === 204 ? {} : await readJson(reply);
  if (reply.ok) {
    // The tests of the API hold its answers against the schemas that this type is made from.
    return answer as Answer<Id>;
  }
  if (reply.status === 401 && id !== 'signInByLink' && id !== 'signInByToken') handlers.signedOut();
  throw new ApiError({ status: reply.status, ...failureOf(answer, reply.status) });
}

/** The address of a call, for a link or a stream. */
export function urlOf(id: CalledId, { path = {}, query = {} }: Given = {}): string {
  const [, pattern = ''] = addresses[id].split(' ');
  const filled = pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const text = search.toString();
  return text === '' ? filled : `${filled}?${text}`;
}

async function send(url: string, method: string, { body, signal }: Given): Promise<Response> {
  const csrf = method === 'GET' ? undefined : handlers.csrf();
  try {
    return await fetch(url, {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(csrf !== undefined && { 'x-rolodesk-csrf': csrf }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError({
      status: 0,
      code: 'unreachable',
      message: 'The service does not answer.',
      hint: 'Look whether it still runs on its machine. This page asks again by itself.',
    });
  }
}

async function readJson(reply: Response): Promise<unknown> {
  const text = await reply.text();
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // A proxy in between answers with a page of its own: its status says enough.
    return undefined;
  }
}

function failureOf(answer: unknown, status: number): Failure {
  if (typeof answer === 'object' && answer !== null && 'error' in answer) {
    const { error } = answer;
    if (typeof error === 'object' && error !== null && 'code' in error && 'message' in error) {
      const hint = 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined;
      return { code: String(error.code), message: String(error.message), hint };
    }
  }
  return {
    code: `http-${status}`,
    message: `The service answered with status ${status}.`,
    hint: 'Try again. If it stays so, the log of the service says more.',
  };
}
