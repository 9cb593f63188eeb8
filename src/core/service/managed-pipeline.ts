import type { RunReport } from '../domain/run/run-report.ts';
import type { Schedule } from './schedule.ts';

/** What the supervisor needs of a pipeline. */
export interface ManagedPipeline {
  readonly name: string;
  /** Pipelines of one turn run one after the other. */
  readonly turn: string;
  /** Absent: the pipeline runs only on request. */
  readonly schedule: Schedule | undefined;
  /**
   * Makes one run. Calls `started` once everything is open and reading starts; rejects if the run could not start. When
   * `signal` aborts, the run ends in order.
   */
  run(how: RunRequest & { readonly signal: AbortSignal; started(): void }): Promise<RunReport>;
}

export interface RunRequest {
  /** Only these customers. Absent: whatever has changed. */
  readonly keys?: readonly string[];
  /** Read everything. */
  readonly full?: boolean;
}

/** What became of a requested run. */
export type RunRequestResult =
  | { readonly kind: 'ended'; readonly report: RunReport }
  /** It could not start. */
  | { readonly kind: 'rejected'; readonly code: string; readonly exitCode: number; readonly message: string }
  /** The service stops, or has no such pipeline (any more). */
  | { readonly kind: 'dropped' };
