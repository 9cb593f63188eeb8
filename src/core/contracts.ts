import type { z } from 'zod';
import type { Clock } from './clock.ts';
import type { HttpCounters } from './http/types.ts';
import type { Logger } from './log.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A position in a source's stream, opaque to core. It is stored as JSON and handed back unchanged. */
export type Cursor = Json;

/** One item of a source, as its API gives it. */
export interface SourceRecord<T = unknown> {
  /** Stable identity within the account. Never reused, never changed by a rename. */
  readonly key: string;
  readonly updatedAt?: Date;
  /** Key of the record that must be settled first, such as a sub-customer's parent. */
  readonly after?: string;
  /** JSON only: a record may wait in the state file. Never looked at where the state is `deleted`. */
  readonly data: T;
  readonly state: 'active' | 'inactive' | 'deleted';
}

/** The unit of progress. `cursor` resumes directly after these records. */
export interface Page<T = unknown> {
  readonly records: readonly SourceRecord<T>[];
  readonly cursor: Cursor;
  /** Ends a scan that has read every record there is: a key that no page of it held is gone from the source. */
  readonly whole?: boolean;
}

/** Something the reader of a report should know that did not stop the run. Holds no personal data. */
export interface Warning {
  readonly code: string;
  readonly message: string;
}

/** What every call to a source or sink is handed. */
export interface CallContext {
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Adds a line to the run's report. The same code and message are reported once. */
  warn(warning: Warning): void;
}

/** One line of `rolodesk check`. */
export interface CheckLine {
  readonly ok: boolean | 'warning';
  readonly title: string;
  /** What was found, or what to do when it is not ok. */
  readonly detail: string;
}

export interface CheckResult {
  /** Who the other side says we are, such as a company's or an agent's name. */
  readonly identity: string;
  readonly lines: readonly CheckLine[];
}

export interface Source<T = unknown> {
  /** Requests sent so far, for the report. */
  readonly counters: HttpCounters;
  /** One cheap authenticated call. Throws AuthError, TransientError or ContractError. */
  check(context: CallContext): Promise<CheckResult>;
  /**
   * Yields pages from `from` (undefined: from the beginning, everything). Any order; may repeat a record, must never lose
   * one. The cursor of the last page of a finished scan is where the next incremental read begins. Core asks for the next
   * page only when it has room for it, and stops by returning early or by aborting `context.signal`.
   */
  read(from: Cursor | undefined, context: CallContext): AsyncIterable<Page<T>>;
  /** Reads just these keys, for `--only`. Keys that do not exist are left out. Pages here move no checkpoint. */
  readKeys?(keys: readonly string[], context: CallContext): AsyncIterable<Page<T>>;
  /** Facts about the account that mappers use. Called once a run, before the first record is mapped. */
  facts?(context: CallContext): Promise<AccountFacts>;
  /** Frees what the source holds open. */
  close?(): Promise<void>;
}

export interface AccountFacts {
  /** ISO 3166-1 alpha-2, the default country of phone numbers. */
  readonly country?: string;
}

export type MapResult<P> =
  | { readonly kind: 'payload'; readonly payload: P }
  | { readonly kind: 'skip'; readonly reason: string; readonly message: string }
  | { readonly kind: 'reject'; readonly code: string; readonly message: string };

/** Pure: no I/O, no clock, not async. */
export type Mapper<T, P> = (record: SourceRecord<T>) => MapResult<P>;

/** A secret that must survive the process, such as a rotated refresh token. */
export interface CredentialStore {
  load(name: string): Promise<Json | undefined>;
  /** Resolves when the value is on disk. */
  save(name: string, value: Json): Promise<void>;
  /** Runs `work` while no other process and no other caller runs work of the same name. */
  exclusive<T>(name: string, work: () => Promise<T>): Promise<T>;
}

export interface ConnectorOptions<C> {
  readonly config: C;
  readonly credentials: CredentialStore;
  readonly clock: Clock;
  readonly log: Logger;
  /** Tells the redactor of a secret that was not in the configuration, such as a rotated token. */
  readonly onSecret: (secret: string) => void;
  /** In place of the connector's own limits. */
  readonly limits?: RateLimits;
}

/** What the connector's API allows, as data with its source beside it. Rates are requests. */
export interface RateLimits {
  readonly perSecond?: number;
  readonly perMinute?: number;
  readonly concurrent: number;
}

export interface SourceConnector<C, T = unknown> {
  readonly name: string;
  readonly title: string;
  /** One schema: types, validation, docs, prompts and redaction come from it. Secrets carry `.meta({ secret: true })`. */
  readonly config: z.ZodType<C>;
  /** Shape of a record's data: mapping paths are held against it. */
  readonly record: z.ZodType<T>;
  readonly limits: RateLimits;
  /** The account that keys belong to, such as a realm id. Lower case. Part of every external id. */
  account(config: C): string;
  /** Scheme, host and port that records are read from. */
  origin(config: C): string;
  createSource(options: ConnectorOptions<C>): Source<T>;
}
