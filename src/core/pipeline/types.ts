import type { Clock } from '../clock.ts';
import type { CompleteSink } from '../complete-sink.ts';
import type { Warning } from '../domain/context.ts';
import type { Logger } from '../domain/log.ts';
import type { Mapper } from '../domain/mapper.ts';
import type { PipelineId, PipelineIdentity } from '../domain/pipeline.ts';
import type { Cursor, SourceRecord } from '../domain/record.ts';
import type { Result } from '../domain/result.ts';
import type { Canary } from '../domain/run/canary.ts';
import type { Progress } from '../domain/run/run-report.ts';
import type { Source } from '../domain/source.ts';
import type { OnFailpoint } from '../failpoints.ts';
import type { StateStore } from '../state/store.ts';

export interface PipelinePolicies {
  readonly sharedEmail: 'first' | 'none' | 'merge';
  readonly inactive: 'tag' | 'suspend' | 'delete' | 'ignore';
  /** If more deactivations are due than this share of the active links, or than this count, they are held. */
  readonly maxDeactivations: { readonly share: number } | { readonly count: number };
  /** How long the records of a run are kept, for `show` and for undo. Its counts stay. */
  readonly retentionMs: number;
}

export interface Pipeline<T, P> {
  readonly name: string;
  readonly id: PipelineId;
  readonly identity: PipelineIdentity;
  readonly source: Source<T>;
  readonly mapper: {
    readonly map: Mapper<T, P>;
    /** What people call the record, for the screen. Empty where it has no name. */
    nameOf?(record: SourceRecord<T>): string;
    /** Rules that found nothing in any record. */
    unmatchedRules(): readonly string[];
    /** Fields that some records went without, because what they had for them does not fit. */
    omitted?(): readonly string[];
    /** Fields of some records whose values only the destination can check. */
    unchecked?(): readonly string[];
  };
  /** Hash of everything that decides a record's outcome. */
  readonly fingerprint: string;
  readonly sink: CompleteSink<P>;
  readonly store: StateStore;
  readonly policies: PipelinePolicies;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called after every step. */
  readonly onFailpoint?: OnFailpoint;
  /**
   * Until when, by `clock.elapsed()`, the destination may still receive a request of a process that has lost the lease.
   * Absent: such a process is dead, and its requests with it.
   */
  readonly settledAt?: number;
  /** Warnings from opening the pipeline, for the report of every run. */
  readonly warnings?: readonly Warning[];
}

/** A plan as a run needs it. See core/plan. */
export interface ApprovedPlan {
  /** In the order in which the source returned them when the plan was made. */
  readonly keys: readonly string[];
  /** Whether this write was approved for the key. Undefined: an intermediate step of an approved change. */
  approves(key: string, result: Result | undefined): boolean;
  /** The checkpoint from which the plan read, and the one at which its read ended. */
  readonly from: Cursor;
  readonly to: Cursor;
  /** The plan had more deactivations than allowed: they are held again. */
  readonly held: boolean;
}

export interface RunOptions {
  /**
   * `sync` reads the source; `retry` takes up dead letters (all, or those of `keys`); `undo` reverts a run (see
   * core/undo); `merge` merges users (see core/duplicates).
   */
  readonly kind: 'sync' | 'retry' | 'undo' | 'merge';
  readonly full?: boolean;
  readonly limit?: number;
  readonly keys?: readonly string[];
  readonly allowDeactivations?: number;
  /** The approved plan. If present, nothing else is written. */
  readonly plan?: ApprovedPlan;
  /** If present, a person checks the first writes before the run continues. */
  readonly canary?: Canary;
  /** Aborting asks the run to stop: it stops reading, finishes the batches in flight and saves its state. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}
