import type { Clock } from '../clock.ts';
import type { Mapper, Source } from '../contracts.ts';
import type { Logger } from '../log.ts';
import type { Progress } from '../report/report.ts';
import type { Sink } from '../sink.ts';
import type { PipelineId, StateStore } from '../state/store.ts';

export interface PipelinePolicies {
  readonly sharedEmail: 'first' | 'none';
  readonly inactive: 'tag' | 'suspend' | 'delete' | 'ignore';
  /** More deactivations than this share of the active links, or than the count, are held. */
  readonly maxDeactivations: { readonly share: number } | { readonly count: number };
}

export interface Pipeline<T, P> {
  readonly name: string;
  readonly id: PipelineId;
  readonly source: Source<T>;
  readonly mapper: { readonly map: Mapper<T, P>; misses(): readonly string[] };
  /** Hash of everything that decides a record's outcome. */
  readonly fingerprint: string;
  readonly sink: Sink<P>;
  readonly store: StateStore;
  readonly policies: PipelinePolicies;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface RunOptions {
  /** `sync` reads the source; `retry` takes up dead letters (all, or those of `keys`). */
  readonly kind: 'sync' | 'retry';
  readonly full?: boolean;
  readonly limit?: number;
  readonly keys?: readonly string[];
  readonly allowDeactivations?: number;
  /** Aborting asks the run to stop: no more reading, batches in flight end, state is saved. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}
