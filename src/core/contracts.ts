import type { HttpCounters } from './http/types.ts';
import type { Logger } from './log.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A position in a source's stream, opaque to core. It is stored as JSON and handed back unchanged. */
export type Cursor = Json;

/** Why a record cannot be used as it is. The message holds no personal data. */
export interface RecordFault {
  /** The code of its reject, such as `duplicate-key`. */
  readonly code: string;
  readonly message: string;
}

/** One item of a source, as its API gives it. */
export interface SourceRecord<T = unknown> {
  /** Stable identity within the account. Never reused, never changed by a rename. */
  readonly key: string;
  /** Present: the record is rejected for this, whatever the mapping says, and the run goes on. */
  readonly fault?: RecordFault;
  /** Where it stands in the source, for messages, such as `row 12`. Only where people can look there. */
  readonly place?: string;
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
  /** Reads just these keys, for `--only`. Keys that do not exist are left out. Pages here move no checkpoint. */
  readKeys?(keys: readonly string[], context: CallContext): AsyncIterable<Page<T>>;
  /** Streams and their fields, for people who write a mapping. */
  discover?(context: CallContext): Promise<readonly StreamDescription[]>;
  /** Custom fields of its users, where it is a system like the destination. Undefined where they may not be read. */
  customFields?(context: CallContext): Promise<readonly CustomField[] | undefined>;
  /** Facts about the account that mappers use. Called once a run, before the first record is mapped. */
  facts?(context: CallContext): Promise<AccountMetadata>;
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
  /** Values that it may have, where the source tells. */
  readonly options?: readonly string[];
}

export interface AccountMetadata {
  /** ISO 3166-1 alpha-2, the default country of phone numbers. */
  readonly country?: string;
}

/** A custom field of the destination's account. */
export interface CustomField {
  readonly key: string;
  /** In the destination's words, such as `dropdown`. */
  readonly type: string;
  readonly title?: string;
  readonly isActive: boolean;
  /** Values that it may have, where it is a choice. */
  readonly options?: readonly FieldOption[];
  /** In the destination's own dialect. */
  readonly regexp?: string;
  /** What a checkbox adds to the tags. */
  readonly tag?: string;
  /** What a lookup field points at. */
  readonly target?: string;
}

/** A custom field that is yet to be made. */
export interface NewField extends CustomField {
  readonly title: string;
  readonly description?: string;
}

export interface FieldOption {
  readonly value: string;
  /** What people see. */
  readonly label: string;
}

/** Facts about the destination's account that decide what a value must look like. */
export interface DestinationSchema {
  readonly fields: readonly CustomField[];
  /** Of the organizations that users belong to. Absent: not asked for, or they may not be read. */
  readonly organizationFields?: readonly CustomField[];
  /** Absent: not asked for. */
  readonly locales?: readonly string[];
}

/** A value made to fit a field of the destination. `why` says what is allowed, and never the value. */
export type CoercionResult =
  /** `unchecked`: why nobody could hold it against what the field takes. The destination judges it. */
  | { readonly kind: 'fits'; readonly value: Json; readonly unchecked?: string }
  /** The destination would refuse the user for it. */
  | { readonly kind: 'refused'; readonly why: string }
  /** Not worth a user: the field is left out, and counted. */
  | { readonly kind: 'omitted'; readonly why: string };

/** What the destination's fields take. Pure. */
export interface FieldCoercer {
  /** `target` is flat, such as `user_fields.member_level` or `organization_fields.region`. */
  coerce(target: string, value: Json): CoercionResult;
  /** Why nothing fits: there is no such field. Undefined where there is, or nobody knows yet. */
  missingFieldReason(target: string): string | undefined;
  /** Changes whenever `fit` might answer otherwise for these targets. */
  fingerprint(targets: readonly string[]): Json;
}

/** A field that a payload goes without although the record has something for it. */
export interface OmittedField {
  readonly target: string;
  readonly why: string;
}

/** Messages hold no personal data. `unchecked`: fields whose values the destination alone can judge. `detail` is what was found, for the commands that may print customer data. */
export type MapResult<P> =
  | {
      readonly kind: 'payload';
      readonly payload: P;
      readonly omitted?: readonly OmittedField[];
      readonly unchecked?: readonly OmittedField[];
    }
  | { readonly kind: 'skip'; readonly reason: string; readonly message: string }
  | { readonly kind: 'reject'; readonly code: string; readonly message: string; readonly detail?: string };

/** Pure: no I/O, no clock, not async. */
export type Mapper<T, P> = (record: SourceRecord<T>) => MapResult<P>;

/** A secret that must survive the process, such as a rotated refresh token. */
export interface CredentialStore {
  load(name: string): Promise<Json | undefined>;
  /** Resolves when the value is on disk. */
  save(name: string, value: Json): Promise<void>;
  /** Resolves when it is gone from disk. */
  forget(name: string): Promise<void>;
  /** Runs `work` while no other process and no other caller runs work of the same name. */
  exclusive<T>(name: string, work: () => Promise<T>): Promise<T>;
}
