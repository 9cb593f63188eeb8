import type { Json } from '../json.ts';
import type { SourceRecord } from '../record.ts';

/** What a run has not brought to its end yet: records that wait, and writes whose outcome is not recorded. */

/** A record that waits for the end of the scan. */
export interface DeferredRecord {
  readonly key: string;
  /** Reading order. */
  readonly sequence: number;
  /** `holder`: not read, but decided again for others of its address. Does not replace another stage of the same record. */
  readonly stage: 'deferred' | 'deactivation' | 'holder';
  readonly after?: string;
  readonly record: SourceRecord;
  /** How often its write was refused without an explanation. */
  readonly attempts: number;
  /** Length of the chain of waiting parents above it. Given by the store, as of the last `rankDeferred`; 0 for rows that came later. */
  readonly depth?: number;
}

/** A place in the taking-up order. */
export interface DeferredPosition {
  readonly depth: number;
  readonly sequence: number;
}

interface BatchRow {
  readonly key: string;
  /** Everything that is needed to find out, after a crash, whether the row was written. */
  readonly delivery: Json;
}

/** A write whose outcome is not recorded yet. */
export interface OpenBatch {
  readonly id: string;
  readonly run: string;
  readonly operation: string;
  readonly rows: readonly BatchRow[];
  readonly jobId?: string;
  /** Destination's time, not later than the request. */
  readonly requestedAt: number;
}
