import type { RunReport } from '../domain/run/run-report.ts';
import type { Lease } from '../state/lease.ts';
import type { RequestRun } from './change-trigger.ts';
import type { Listener } from './events.ts';
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
   * `signal` aborts, the run ends in order. `lease`: of the turn that the run is part of; without it, it takes its own.
   */
  run(
    how: RunRequest & { readonly signal: AbortSignal; readonly lease?: Lease | undefined; started(): void },
  ): Promise<RunReport>;
  /**
   * Opens what goes with the pipeline for a turn that many workers share: alerts, and changes that webhooks reported.
   * Absent: there is nothing of the kind.
   */
  openCompanion?(requestRun: RequestRun): Promise<TurnCompanion>;
}

export interface TurnCompanion {
  readonly listener: Listener;
  /** Requests a run for changes that wait. */
  start(): Promise<void>;
  /** The same for what was received since. */
  lookAgain(): void;
  close(): Promise<void>;
  /** The account gets a turn at least so often, so that what has not happened is noticed. */
  readonly everyMs?: number;
  /** Whether changes wait that no run has read. Known once it is closed. */
  isOpen(): boolean;
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
