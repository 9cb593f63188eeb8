import type { CallContext, CheckResult } from './context.ts';
import type { CustomField } from './field-schema.ts';
import type { Cursor, Page } from './record.ts';
import type { HttpCounters } from './request-counters.ts';

export interface Source<T = unknown> {
  /** Requests sent so far, for the report. */
  readonly counters: HttpCounters;
  /**
   * What it means that a key comes twice with different data. `snapshot`: a scan shows one moment and can be read again, as a
   * file can, so these are two records, wherever they stand. `log`: the later one is a newer version, always. Left out: an
   * API, whose records may change while it is read; then `updatedAt` says which is newer, and without it they are two.
   */
  readonly readsAs?: 'snapshot' | 'log';
  /** One cheap authenticated call. Throws AuthError, TransientError or ContractError. */
  check(context: CallContext): Promise<CheckResult>;
  /**
   * Yields pages from `from` (undefined: from the beginning, everything). Any order; may repeat a record, must never lose
   * one. The cursor of the last page of a finished scan is where the next incremental read begins. Core asks for the next
   * page only when it has room for it, and stops by returning early or by aborting `context.signal`.
   */
  read(from: Cursor | undefined, context: CallContext): AsyncIterable<Page<T>>;
  /** Reads just these keys, for `--keys`. Keys that do not exist are left out. Pages here move no checkpoint. */
  readKeys?(keys: readonly string[], context: CallContext): AsyncIterable<Page<T>>;
  /** Streams and their fields, for people who write a mapping. */
  discover?(context: CallContext): Promise<readonly StreamDescription[]>;
  /** Custom fields of its users, where it is a system like the destination. Undefined where they may not be read. */
  customFields?(context: CallContext): Promise<readonly CustomField[] | undefined>;
  /**
   * Facts about the account that mappers use. Called once a run, before the first record is mapped. `from`: the cursor that
   * the last read ended with, in which a source may have kept what it need not ask again.
   */
  facts?(context: CallContext, from?: Cursor): Promise<AccountMetadata>;
  /** Frees what the source holds open. */
  close?(): Promise<void>;
}

export interface StreamDescription {
  readonly name: string;
  readonly fields: readonly FieldDescription[];
}

export interface FieldDescription {
  /** As a mapping writes it, such as `BillAddr.City`. */
  readonly path: string;
  /** In the source's own words, such as `string` or `dropdown`. */
  readonly type: string;
  readonly title?: string;
  /** Values that it may have, where the source says so. */
  readonly options?: readonly string[];
}

export interface AccountMetadata {
  /** ISO 3166-1 alpha-2, the default country of phone numbers. */
  readonly country?: string;
}
