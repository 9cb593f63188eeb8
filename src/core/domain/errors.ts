/**
 * Errors are grouped by what can be done about them, not by where they arose.
 * Every message says what failed, on what, and what to do; none holds a secret or personal data.
 */

import type { Remedy } from './remedy.ts';

/** Where records are read, or where they are written. */
export type Side = 'source' | 'destination';

interface RolodeskErrorOptions extends ErrorOptions {
  /** What the reader should do next, as one sentence. */
  readonly hint?: string;
  /** What a program can offer to do about it. */
  readonly remedy?: Remedy;
  /** Stable, machine-readable name such as `quickbooks-wrong-realm`. */
  readonly code?: string;
}

export abstract class RolodeskError extends Error {
  abstract readonly exitCode: number;
  readonly code: string;
  readonly hint: string | undefined;
  readonly remedy: Remedy | undefined;
  /** Which side of the pipeline it came from, once that is known. */
  side: Side | undefined;

  constructor(message: string, { hint, remedy, code, cause }: RolodeskErrorOptions & { code: string }) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = hint;
    this.remedy = remedy;
  }
}

/** What is wrong with a key of a configuration. */
export interface KeyProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** The configuration or the command line is wrong. Nothing was read or written. Exit 2. */
export class ConfigError extends RolodeskError {
  readonly exitCode = 2;
  /** The problems that the message lists, for callers that know a better place for them than the file. */
  readonly problems: readonly KeyProblem[];
  constructor(message: string, options: RolodeskErrorOptions & { readonly problems?: readonly KeyProblem[] } = {}) {
    super(message, { ...options, code: options.code ?? 'config' });
    this.problems = options.problems ?? [];
  }
}

/** Credentials or rights are missing; a person must act. Exit 3. */
export class AuthError extends RolodeskError {
  readonly exitCode = 3;
  constructor(message: string, options: RolodeskErrorOptions = {}) {
    super(message, { ...options, code: options.code ?? 'auth' });
  }
}

interface TransientErrorOptions extends RolodeskErrorOptions {
  /** What the server asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /**
   * `not-sent`: the server certainly did not act, so even an unsafe write may be repeated.
   * `unknown`: it may have acted; only the caller knows whether a repeat is harmless.
   */
  readonly effect?: 'not-sent' | 'unknown';
  /** True when the refusal was the server's throttle (429), which pauses the whole account. */
  readonly throttled?: boolean;
  /** HTTP status, when there was a reply. */
  readonly status?: number;
}

/** The other side is unavailable or busy; the same request may succeed later. Exit 4. */
export class TransientError extends RolodeskError {
  readonly exitCode = 4;
  readonly retryAfterMs: number | undefined;
  readonly effect: 'not-sent' | 'unknown';
  readonly throttled: boolean;
  readonly status: number | undefined;
  constructor(message: string, options: TransientErrorOptions = {}) {
    super(message, { ...options, code: options.code ?? 'unavailable' });
    this.retryAfterMs = options.retryAfterMs;
    this.effect = options.effect ?? 'unknown';
    this.throttled = options.throttled ?? false;
    this.status = options.status;
  }
}

/** Throws what the work throws, with the side it came from. */
export async function onSide<T>(side: Side, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw withSide(side, error);
  }
}

export function withSide(side: Side, error: unknown): unknown {
  if (error instanceof RolodeskError) error.side ??= side;
  return error;
}

/** The same failure, of something that had to be done before a request could be sent. */
export function markNotSent(cause: TransientError): TransientError {
  const { message, code, hint, remedy, status, throttled, retryAfterMs } = cause;
  return new TransientError(message, {
    code,
    throttled,
    effect: 'not-sent',
    cause,
    ...(hint !== undefined && { hint }),
    ...(remedy && { remedy }),
    ...(status !== undefined && { status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

interface ContractErrorOptions extends RolodeskErrorOptions {
  readonly status?: number;
}

/** The other side answered something that we can't trust: wrong shape, or an error that names our request. Exit 5. */
export class ContractError extends RolodeskError {
  readonly exitCode = 5;
  readonly status: number | undefined;
  constructor(message: string, options: ContractErrorOptions = {}) {
    super(message, { ...options, code: options.code ?? 'contract' });
    this.status = options.status;
  }
}

/** Our own state can't be read, written or locked. Exit 6. */
export class StateError extends RolodeskError {
  readonly exitCode = 6;
  constructor(message: string, options: RolodeskErrorOptions = {}) {
    super(message, { ...options, code: options.code ?? 'state' });
  }
}

/** One record can't be processed. It is rejected with this reason; the run continues. */
export class RecordError extends RolodeskError {
  readonly exitCode = 1;
  /** HTTP status of the refusal, when there was one. */
  readonly status: number | undefined;
  constructor(message: string, options: RolodeskErrorOptions & { code: string; status?: number }) {
    super(message, options);
    this.status = options.status;
  }
}

/** A person or a signal asked the run to stop. Exit 130. */
export class InterruptedError extends RolodeskError {
  readonly exitCode = 130;
  constructor(message = 'The run was asked to stop.', options: RolodeskErrorOptions = {}) {
    super(message, { ...options, code: options.code ?? 'interrupted' });
  }
}
