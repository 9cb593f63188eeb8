import type { Json } from '../domain/json.ts';
import type { HttpCounters } from '../domain/request-counters.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Begins with a slash; joined to the client's origin. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly body?: Json;
  /** Sent as a form, as OAuth token endpoints want it. Not together with `body`. */
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * True: repeating has no further effect, so a lost response is retried. False: retried only when the server certainly did
   * not act; otherwise throws TransientError with effect `unknown`.
   */
  readonly idempotent: boolean;
  /** Statuses other than 2xx that are returned instead of thrown. */
  readonly expect?: readonly number[];
  /** An error response that the caller wants to see, by more than its status. */
  readonly accept?: (response: HttpResponse) => boolean;
  readonly signal: AbortSignal;
  /** Higher goes first in the throttle's queue. Default 0. */
  readonly priority?: number;
}

/** A body by what it is, not by what its content type claims. */
export type HttpBody =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'empty' };

export interface HttpResponse {
  readonly status: number;
  /** Lower-case names; repeated headers are joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: HttpBody;
}

export interface HttpClient {
  /**
   * Returns 2xx and expected statuses. Throws, once retries are spent: AuthError (401, 403), TransientError (429, 5xx,
   * network, time-out), ContractError (other 4xx, truncated or oversized body).
   */
  request(request: HttpRequest): Promise<HttpResponse>;
  /** Requests sent and refusals met since the client was made. */
  readonly counters: HttpCounters;
}
