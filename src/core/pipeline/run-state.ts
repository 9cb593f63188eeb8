import type PQueue from 'p-queue';
import type { CallContext, Warning } from '../domain/context.ts';
import type { RolodeskError } from '../domain/errors.ts';
import type { Cursor, SourceRecord } from '../domain/record.ts';
import type { Result } from '../domain/result.ts';
import type { Progress, RunReport } from '../domain/run-report.ts';
import type { Delivery } from '../domain/write.ts';
import type { createPageTracker, PageTicket } from './page-tracker.ts';
import type { createTally } from './tally.ts';
import type { Pipeline, RunOptions } from './types.ts';

/** A record on its way to being settled. */
export interface PendingRecord {
  readonly record: SourceRecord;
  readonly phase: 'scan' | 'deferred' | 'final';
  /** True when the record stands in the state's waiting list, so that it may stay there. */
  readonly isDeferred: boolean;
  /** How often its write was refused without an explanation. */
  readonly attempts: number;
  /** Sent although it stands as a dead letter with the same payload. */
  readonly forced: boolean;
  /** Its turn to be deactivated has come. */
  readonly deactivate: boolean;
  readonly inCycle: boolean;
  readonly ticket?: PageTicket | undefined;
  /** How often it was decided again because the picture was wrong. */
  readonly redecisions: number;
}

export interface InFlightWrite<P> {
  readonly item: PendingRecord;
  readonly delivery: Delivery<P>;
  readonly payloadHash: () => string;
  /** What a successful write counts as, when it is not the write's own outcome: a skip that concerns the address alone. */
  readonly recordAs?: Pick<Result, 'outcome' | 'code' | 'message'> & { readonly email: string };
}

/** What the parts of one run share. */
export interface Run<T, P> {
  readonly id: string;
  readonly pipeline: Pipeline<T, P>;
  readonly options: RunOptions;
  readonly tally: ReturnType<typeof createTally>;
  readonly pageTracker: ReturnType<typeof createPageTracker>;
  /** Whatever reads the state and then writes it does so in here, one after the other. */
  readonly stateQueue: PQueue;
  readonly inFlight: Map<string, InFlightWrite<P>>;
  /** Newer versions of records that are in flight; the last one counts. */
  readonly superseding: Map<string, PendingRecord>;
  /** External id → key, of what is in flight. */
  readonly externalIdsInFlight: Map<string, string>;
  /** Context of calls that may go on after a stop was asked for, until the grace is over. */
  readonly work: CallContext;
  /** Context of reading: ends as soon as a stop is asked for or the run has failed. */
  readonly reading: CallContext;
  readonly warnings: Map<string, Warning>;
  /** How often each key was decided again because the picture was wrong. Few keys, ever. */
  readonly redecisions: Map<string, number>;
  /** Counts everything that moved, so that a wave over the waiting list knows whether it was of use. */
  progressCount: number;
  nextSequence: number;
  held: boolean;
  /** Why rows were refused that wait for a second look: the first hundred, to be shown. */
  readonly refusals: Map<string, Pick<Result, 'code' | 'message'>>;
  /** How the first writes looked, once they were looked at. */
  canary: RunReport['canary'];
  /** What became of what a run that is reverted had made in addition to its users. */
  related: RunReport['related'];
  failure: RolodeskError | Error | undefined;
  fail(error: unknown): void;
  /** Ends the run as one that was asked to stop. */
  stop(): void;
  stopping(): boolean;
  /** How many records there are to go through, once that is known. For display. */
  total: number | undefined;
  progress(phase: Progress['phase'], directoryUsers?: number): void;
  readonly startedAt: number;
  /** The last checkpoint that this run saved, or found. */
  cursor: Cursor;
  close(): void;
}

/** A failure ends reading, not the batches in flight: what they come to must still be recorded. */
export async function attempt<T, P>(run: Run<T, P>, step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    run.fail(error);
  }
}
