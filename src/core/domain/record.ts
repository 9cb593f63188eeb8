import type { Json } from './json.ts';

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
  /** Present: the record is rejected for this reason, whatever the mapping returns, and the run continues. */
  readonly fault?: RecordFault;
  /** Where it stands in the source, for messages, such as `row 12`. Only where people can look there. */
  readonly place?: string;
  readonly updatedAt?: Date;
  /** Key of the record that must have its result first, such as a sub-customer's parent. */
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
  /** How many records the scan has in all, where the source has learnt it. For display: some may come and go meanwhile. */
  readonly total?: number;
}
