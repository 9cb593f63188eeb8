import type { AuditAdapter } from './audit/adapter.ts';
import type { CallContext, CheckResult, DestinationSchema, FieldOption, Json, NewField } from './contracts.ts';
import type { CostEstimate, PlannedWork } from './cost-estimate.ts';
import type { HttpCounters } from './http/types.ts';
import type {
  Changes,
  DirectoryHead,
  DirectoryUser,
  Fields,
  Known,
  Link,
  OpenBatch,
  Result,
  Survivor,
} from './state/store.ts';

/**
 * The protocol between the pipeline and a destination. The pipeline owns reading, order, claims, state and tallies; the
 * sink owns what a match is, what differs, and how a write comes to a truthful end. `judge` decides from what is known and
 * does no I/O; `write` and `recover` talk to the destination and answer for every row.
 */
export interface Sink<P> {
  /** Rows of one batch. */
  readonly maxBatchSize: number;
  readonly maxBatchesInFlight: number;
  /** The destination's API as this sink uses it: requests so far, for the report. */
  readonly counters: HttpCounters;
  /** The destination's time, as far as its replies tell. */
  now(): number;

  /**
   * Facts about the account that decide what values must look like; undefined where they can't be had. Asked for once,
   * before the first record is mapped, and anew after a field was changed. Throws AuthError when the credentials are not what they seem.
   */
  facts(context: CallContext): Promise<DestinationSchema | undefined>;
  /** Makes one change to the account's custom fields. Throws AuthError where we may not, ConfigError where it is refused. */
  changeField(change: FieldChange, context: CallContext): Promise<void>;
  /** Demands what a run will use. Throws AuthError when the credentials are not what they seem. */
  check(context: CallContext): Promise<CheckResult>;
  /** Brings the directory up to date, page by page. Called once a run, before the first `judge`. */
  refresh(directory: DirectoryPort, context: CallContext): Promise<void>;

  /** One user as the destination has it now. */
  find(id: string, context: CallContext): Promise<DirectoryUser | undefined>;

  /** Lower case, unique within the account. */
  externalId(payload: P): string;
  /** The address that only one user may have, lower case. */
  email(payload: P): string | undefined;
  withoutEmail(payload: P): P;
  /** The payload that the link says was last sent, for a record that the source has no more. */
  payloadFromLink(link: Link): P;
  /** The payload of a user whose customer is inactive, or `delete`. */
  deactivated(payload: P): P | 'delete';

  /** Whether the linked user is left with the address that it has: the record's then needs no claim and is not written. */
  keepsEmail(link: Link, user: DirectoryUser | undefined): boolean;

  /**
   * Of candidates whose linked user is gone: the users that those were merged into, by the id of the gone one. Called just
   * before `judge`, and costs nothing where all users are there. A sink without it follows no merges.
   */
  findSurvivors?(
    candidates: readonly { readonly key: string; readonly payload: P }[],
    known: Known,
    context: CallContext,
  ): Promise<ReadonlyMap<string, Survivor>>;

  decide(candidate: MappedRecord<P>, known: Known): Decision<P>;

  /** What a delivery comes to if nothing stands in its way. No I/O. For a create, the changes name every field. */
  simulate(delivery: Delivery<P>): SimulatedWrite;
  /** What a run of this much work costs, by what is known of the account's budget. No I/O. */
  estimate(load: PlannedWork): CostEstimate;

  /**
   * Writes a batch and follows it to its end: one outcome per row, in the same order. Tells `context.jobStarted` the job's
   * id before it waits for it. Throws only what halts the run; rows whose fate is unknown are then still open in the state.
   */
  write(batch: Batch<P>, context: WriteContext): Promise<readonly RowOutcome[]>;
  /** These users as the destination has them at this moment, beside what was written: one per write, same order. Writes nothing. */
  compare(
    writes: readonly ExpectedChange[],
    context: CallContext,
  ): Promise<readonly Readonly<Record<string, VerifiedField>>[]>;
  /** How these earlier writes are taken back, by a fresh look at their users: one answer per write, same order. Writes nothing. */
  planRevert(writes: readonly PastWrite[], past: PastRun, context: CallContext): Promise<readonly RevertPlan<P>[]>;
  /**
   * Deletes what an earlier run made beside its users, such as organizations, unless something else is in it by now.
   * Called when its users have been taken back, and again after a crash: what is gone already needs nothing. With
   * `dryRun` only counts what it made.
   */
  revertRelated?(
    results: AsyncIterable<readonly Result[]>,
    past: PastRun,
    options: { readonly dryRun: boolean; readonly beforeWrite?: () => Promise<void> },
    context: CallContext,
  ): Promise<RevertedRelated>;
  /** Of writes that can't be taken back for one another's addresses: the key of one in each circle. No I/O. */
  findEmailCycles(stuck: readonly Result[]): readonly string[];
  /** Finds out what became of a batch that an earlier process left behind. Writes nothing. */
  recover(batch: OpenBatch, context: CallContext): Promise<readonly RowOutcome[]>;
  readonly audit: AuditAdapter<P>;
  /** Frees what the sink holds open, such as timers. */
  close(): Promise<void>;
}

/** What was written to one user: field → [before, after]. */
export interface ExpectedChange {
  readonly id: string;
  readonly changes: Readonly<Record<string, readonly [Json, Json]>>;
}

export interface VerifiedField {
  readonly expected: Json;
  readonly shown: Json;
  readonly matches: boolean;
}

/** Nothing is ever taken away. */
export type FieldChange = (
  | { readonly kind: 'create'; readonly field: NewField }
  | { readonly kind: 'add-options'; readonly key: string; readonly options: readonly FieldOption[] }
) & {
  /** Whose field it is. Absent: a user's. */
  readonly of?: 'organization';
};

/** What a run wrote for one key. */
export interface PastWrite {
  readonly result: Result;
  /** The link as it is now, if there still is one. */
  readonly link: Link | undefined;
  /** An address that it must have back is held by a user that waits for this one's: give this one up first. */
  readonly releaseEmail?: boolean;
}

/** The run that is taken back. */
export interface PastRun {
  /** Destination's time; not later than its first write. */
  readonly since: number;
  /** How many of its records have something that is taken back. */
  readonly writes: number;
}

export interface RevertedRelated {
  readonly deleted: number;
  /** What stays, by its id in the destination, and why. No customer data. Refused: a later undo may have it. */
  readonly left: readonly { readonly id: string; readonly message: string; readonly isRefused?: boolean }[];
  /** Calls that it takes. */
  readonly calls: number;
}

export type RevertPlan<P> = Decided<P> & {
  /** Calls that it took to decide, beside the one for all of them. */
  readonly lookups?: number;
};

type Decided<P> =
  /** `conflicts`: fields that somebody has changed since; they stay. */
  | {
      readonly kind: 'write';
      readonly delivery: Delivery<P>;
      readonly conflicts: readonly string[];
      readonly note?: string;
    }
  /** `nothing`: all is as it was, or as near to it as can be (`note`). `refused`: what must be known first is not shown. */
  | { readonly kind: 'nothing'; readonly note?: string }
  | { readonly kind: 'conflict' | 'refused'; readonly message: string };

export interface SimulatedWrite {
  readonly outcome: RowOutcome;
  /** Calls that this row takes beside its batch's. */
  readonly calls: number;
}

/** How a sink fills the directory without knowing the store. */
export interface DirectoryPort {
  readonly head: DirectoryHead | undefined;
  clear(): Promise<void>;
  save(changes: Pick<Changes, 'users' | 'removeUsers' | 'directory'>): Promise<void>;
}

export interface MappedRecord<P> {
  readonly key: string;
  readonly payload: P;
  /** `scan`: may wait for the end of the scan. `turn`: may wait for others once more. `last`: nothing else moves any more, decide. */
  readonly phase: 'scan' | 'deferred' | 'final';
  /** The address it wants is held by a user that waits, directly or through others, for this one's address. Told in phase `last`. */
  readonly inCycle: boolean;
  /** Take the user away instead of writing its fields. */
  readonly remove: boolean;
  /** Mark the link as deactivated in this way once the write has succeeded. */
  readonly deactivating: string | undefined;
  /** Somebody has approved exactly this write: skip the row as `drifted` when the user is not as it was then. */
  readonly onlyIfUnchanged: boolean;
}

export type Decision<P> =
  | { readonly kind: 'unchanged'; readonly link?: Link }
  | { readonly kind: 'skip'; readonly reason: string; readonly message: string; readonly link?: Link }
  | {
      readonly kind: 'reject';
      readonly code: string;
      readonly message: string;
      readonly blockedByUserId?: string;
      readonly blockedByEmail?: string;
    }
  | { readonly kind: 'wait' }
  | { readonly kind: 'write'; readonly delivery: Delivery<P> };

export interface Delivery<P> {
  readonly key: string;
  /** Rows of one lane share a batch. */
  readonly operation: 'create' | 'update' | 'delete';
  readonly payload: P;
  /** What the sink will do, JSON, enough to recover from. Opaque to the pipeline. */
  readonly intent: Json;
}

export interface Batch<P> {
  readonly id: string;
  readonly operation: Delivery<P>['operation'];
  readonly deliveries: readonly Delivery<P>[];
  readonly requestedAt: number;
}

export interface WriteContext extends CallContext {
  /** Resolves when the job's id is on disk. */
  jobStarted(jobId: string): Promise<void>;
}

/** What was written of a row that has not come to its end. */
export type WrittenPart = Pick<Result, 'destinationId' | 'changes' | 'previousLastSent'>;

export type RowOutcome =
  | {
      readonly kind: 'written';
      readonly outcome: 'created' | 'updated';
      /** How it came about, such as `adopt`. */
      readonly code?: string;
      readonly link: Link;
      /** The record and its user belong together no more: the link is dropped. */
      readonly unlinksCustomer?: boolean;
      readonly user?: DirectoryUser;
      readonly changes?: Readonly<Record<string, readonly [Json, Json]>>;
      readonly previousLastSent?: Fields;
    }
  | {
      /** Not written, or not wholly: `link` then says what was. */
      readonly kind: 'refused';
      readonly code: string;
      readonly message: string;
      readonly link?: Link;
      readonly user?: DirectoryUser;
      readonly changes?: Readonly<Record<string, readonly [Json, Json]>>;
      readonly previousLastSent?: Fields;
      readonly blockedByUserId?: string;
      readonly blockedByEmail?: string;
    }
  /** A rule of the destination's said no, found out only now. */
  | { readonly kind: 'skipped'; readonly reason: string; readonly message: string; readonly user?: DirectoryUser }
  /** The picture was wrong: judge again with these users in it. */
  | {
      readonly kind: 'redecide';
      readonly users: readonly DirectoryUser[];
      readonly forget?: readonly string[];
      readonly link?: Link;
      /** Something was written on the way; it counts as such whatever comes next. */
      readonly written?: WrittenPart;
    }
  /** Refused, and nothing that we know explains it: look again at the end of the run. `written`: what else of it was. */
  | {
      readonly kind: 'unknown-cause';
      readonly code: string;
      readonly message: string;
      readonly link?: Link;
      readonly user?: DirectoryUser;
      readonly written?: WrittenPart;
      readonly blockedByUserId?: string;
      readonly blockedByEmail?: string;
    }
  /**
   * Certainly not written: send it again. With the user as it is, where that is known. `isAnswered`: the destination has taken
   * the write and said nothing of this row, which is the row's own trouble; silence about all of them is the destination's.
   */
  | { readonly kind: 'not-written'; readonly users?: readonly DirectoryUser[]; readonly isAnswered?: boolean };
