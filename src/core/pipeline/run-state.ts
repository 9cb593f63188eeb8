import type PQueue from 'p-queue';
import type { CallContext, Warning } from '../domain/context.ts';
import type { RolodeskError } from '../domain/errors.ts';
import type { Cursor, SourceRecord } from '../domain/record.ts';
import type { Result } from '../domain/result.ts';
import type { Progress, RunReport } from '../domain/run/run-report.ts';
import type { Delivery } from '../domain/write.ts';
import type { RefusedUsers } from './decide/refused-users.ts';
import type { createPageTracker, PageTicket } from './page-tracker.ts';
import type { createTally } from './tally.ts';
import type { Pipeline, RunOptions } from './types.ts';

/** A record that has no result yet. */
export interface PendingRecord {
  readonly record: SourceRecord;
  readonly phase: 'scan' | 'deferred' | 'final';
  /** True if the record is stored as deferred, and may stay there. */
  readonly isDeferred: boolean;
  /** How often its write was refused without a known cause. */
  readonly attempts: number;
  /** Sent even if a dead letter with the same payload exists. */
  readonly forced: boolean;
  /** The run has come to the deactivations, and this one is allowed. */
  readonly deactivate: boolean;
  readonly inCycle: boolean;
  readonly ticket?: PageTicket | undefined;
  /** How often it was decided again because the directory was out of date. */
  readonly redecisions: number;
}

export interface InFlightWrite<P> {
  readonly item: PendingRecord;
  readonly delivery: Delivery<P>;
  readonly payloadHash: () => string;
  /**
   * The result of a successful write, if it is not the outcome of the write itself: a skip that concerns only the
   * address.
   */
  readonly recordAs?: Pick<Result, 'outcome' | 'code' | 'message'> & { readonly email: string };
  /** Whom a shared user is made of, where these are several: one of them may be why it is refused. */
  readonly customers?: readonly SourceRecord[];
}

/** What the parts of a run share. */
export interface Run<T, P> {
  readonly id: string;
  readonly pipeline: Pipeline<T, P>;
  readonly options: RunOptions;
  readonly tally: ReturnType<typeof createTally>;
  readonly pageTracker: ReturnType<typeof createPageTracker>;
  /** Everything that reads the state and then writes it runs in here, one after the other. */
  readonly stateQueue: PQueue;
  readonly inFlight: Map<string, InFlightWrite<P>>;
  /** Newer versions of records that are in flight; the last one counts. */
  readonly superseding: Map<string, PendingRecord>;
  /** What a batch left to be decided next, by key. Until that is done, a newer version waits as for one in flight. */
  readonly followUps: Map<string, PendingRecord>;
  /** External id → key, of the records in flight. */
  readonly externalIdsInFlight: Map<string, string>;
  /** Context of calls that may continue for a minute after a stop was requested. */
  readonly work: CallContext;
  /** Context of reading: aborts as soon as a stop is requested or the run has failed. */
  readonly reading: CallContext;
  /** Aborts when batches that have not been sent yet must not be sent any more. */
  readonly sending: AbortSignal;
  readonly warnings: Map<string, Warning>;
  /** How often each key was decided again because the directory was out of date. Only ever a few keys. */
  readonly redecisions: Map<string, number>;
  /** Counts every change, so that a pass over the deferred records knows whether it achieved anything. */
  progressCount: number;
  nextSequence: number;
  held: boolean;
  /** What was refused of shared users, and whom they are tried without. */
  readonly refusedUsers: RefusedUsers;
  /** Why rows were refused that are decided again: the first hundred, for display. */
  readonly refusals: Map<string, Pick<Result, 'code' | 'message'>>;
  /** What the canary found, once the first writes were checked. */
  canary: RunReport['canary'];
  /** Undo only: what became of related resources that the reverted run had created. */
  related: RunReport['related'];
  failure: RolodeskError | Error | undefined;
  fail(error: unknown): void;
  /** Ends the run as if a stop had been requested. */
  stop(): void;
  stopping(): boolean;
  /** How many records there are in total, once that is known. For display. */
  total: number | undefined;
  progress(phase: Progress['phase'], directoryUsers?: number): void;
  readonly startedAt: number;
  /** No checkpoint was saved on this day (of UTC) before this run. */
  readonly isFirstOfDay: boolean;
  /** The last checkpoint that this run saved, or found. */
  cursor: Cursor;
  close(): void;
}

/** A failure ends reading, but not the batches in flight: their outcomes must still be recorded. */
export async function attempt<T, P>(run: Run<T, P>, step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    run.fail(error);
  }
}
