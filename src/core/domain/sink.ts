import type { AuditAdapter } from './audit-adapter.ts';
import type { CallContext, CheckResult } from './context.ts';
import type { Decision, MappedRecord } from './decision.ts';
import type { DestinationSchema, FieldOption, NewField } from './field-schema.ts';
import type { Json } from './json.ts';
import type { Known, Survivor } from './known.ts';
import type { Link } from './link.ts';
import type { MergeAdapter } from './merge-adapter.ts';
import type { HttpCounters } from './request-counters.ts';
import type { Result } from './result.ts';
import type { PastRun, PastWrite, RevertedRelated, RevertPlan } from './revert.ts';
import type { CostEstimate, PlannedWork } from './run/cost-estimate.ts';
import type { OpenBatch } from './run/pending-work.ts';
import type { DirectoryChanges, DirectoryHead, DirectoryUser } from './user.ts';
import type {
  Batch,
  Delivery,
  ExpectedChange,
  RowOutcome,
  SimulatedWrite,
  VerifiedField,
  WriteContext,
} from './write.ts';

/**
 * The protocol between the pipeline and a destination. The pipeline owns reading, order, claims, state and tallies; the
 * sink owns what a match is, what differs, and how a write is verified. `decide` decides from what is known and
 * does no I/O; `write` and `recover` talk to the destination and answer for every row.
 *
 * A sync needs the first five. Leaving out another one says that the destination does not have it: core then does without,
 * or refuses the command that needs it (`core/complete-sink.ts`).
 */
export interface Sink<P, I extends Json = Json> {
  /** Requires what a run will use. Throws AuthError when the credentials are not what they seem. */
  check(context: CallContext): Promise<CheckResult>;
  /** Lower case, unique within the account. */
  externalId(payload: P): string;
  decide(candidate: MappedRecord<P>, known: Known): Decision<P, I>;
  /**
   * Writes a batch and follows it to its end: one outcome per row, in the same order. Passes `context.jobStarted` the job's
   * id before it waits for it. Throws only what halts the run; rows whose fate is unknown are then still open in the state.
   */
  write(batch: Batch<P, I>, context: WriteContext): Promise<readonly RowOutcome[]>;
  /** Finds out what became of a batch that an earlier process left behind. Writes nothing. */
  recover(batch: OpenBatch, context: CallContext): Promise<readonly RowOutcome[]>;

  /** Rows of one batch. Default: 100. */
  readonly maxBatchSize?: number;
  /** Those that the sink keeps ready until it may send them count, too. Default: 1. */
  readonly maxBatchesInFlight?: number;
  /** The destination's API as this sink uses it: requests so far, for the report. Left out: nobody counts. */
  readonly counters?: HttpCounters;
  /** The destination's time, as far as its responses show. Left out: our own. */
  now?(): number;
  /** Frees what the sink holds open, such as timers. */
  close?(): Promise<void>;

  /** Brings the directory up to date, page by page. Called once a run, before the first `decide`. Left out: only links match. */
  refresh?(directory: DirectoryPort, context: CallContext): Promise<void>;
  /**
   * Of candidates whose linked user is gone: the users that those were merged into, by the id of the gone one. Called just
   * before `decide`, and costs nothing where all users are there. Left out: no merges are followed.
   */
  findSurvivors?(
    candidates: readonly { readonly key: string; readonly payload: P }[],
    known: Known,
    context: CallContext,
  ): Promise<ReadonlyMap<string, Survivor>>;

  /** The address that only one user may have, lower case. Left out, with the two below: users may share one. */
  email?(payload: P): string | undefined;
  withoutEmail?(payload: P): P;
  /** Whether the linked user is left with the address that it has: the record's then needs no claim and is not written. */
  keepsEmail?(link: Link, user: DirectoryUser | undefined): boolean;

  /**
   * For `policies.sharedEmail: merge`: one payload of those of several customers with one address, under this external id.
   * They come in a fixed order: the first says most.
   */
  combine?(payloads: readonly P[], externalId: string): P;

  /** For `policies.inactive`: the payload of a user whose customer is inactive, or `delete`. */
  deactivated?(payload: P): P | 'delete';
  /** For the same: the payload that the link says was last sent, for a record that the source does not have any more. */
  payloadFromLink?(link: Link): P;

  /** For `plan`, and for what looks ahead: what a delivery comes to if nothing stands in its way. No I/O. For a create, the changes name every field. */
  simulate?(delivery: Delivery<P, I>): SimulatedWrite;
  /** For `plan`: what a run of this much work costs, by what is known of the account's budget. No I/O. */
  estimate?(load: PlannedWork): CostEstimate;
  /** For a canary: these users as the destination has them at this moment, next to what was written: one per write, same order. Writes nothing. */
  compare?(
    writes: readonly ExpectedChange[],
    context: CallContext,
  ): Promise<readonly Readonly<Record<string, VerifiedField>>[]>;

  /** For `undo`: plans how to revert these earlier writes, by a fresh look at their users: one answer per write, same order. Writes nothing. */
  planRevert?(writes: readonly PastWrite[], past: PastRun, context: CallContext): Promise<readonly RevertPlan<P, I>[]>;
  /** Of writes that can't be reverted for one another's addresses: the key of one in each cycle. No I/O. */
  findEmailCycles?(stuck: readonly Result[]): readonly string[];
  /**
   * Deletes what an earlier run made in addition to its users, such as organizations, unless something else is in it by now.
   * Called when its users have been reverted, and again after a crash: what is gone already needs nothing. With
   * `dryRun` only counts what it made.
   */
  revertRelated?(
    results: AsyncIterable<readonly Result[]>,
    past: PastRun,
    options: { readonly dryRun: boolean; readonly beforeWrite?: () => Promise<void> },
    context: CallContext,
  ): Promise<RevertedRelated>;

  /** For `audit`. */
  readonly audit?: AuditAdapter<P>;
  /** For `duplicates`. */
  readonly merging?: MergeAdapter;
  /** For `link`: one user as the destination has it now. */
  find?(id: string, context: CallContext): Promise<DirectoryUser | undefined>;
  /**
   * Facts about the account that decide what values must look like; undefined where they can't be had. Asked for once,
   * before the first record is mapped, and again after a field was changed. Throws AuthError when the credentials are not what they seem.
   */
  facts?(context: CallContext): Promise<DestinationSchema | undefined>;
  /** For `fields apply`: makes one change to the account's custom fields. Throws AuthError where we may not, ConfigError where it is refused. */
  changeField?(change: FieldChange, context: CallContext): Promise<void>;
}

/** Nothing is ever taken away. */
export type FieldChange = (
  | { readonly kind: 'create'; readonly field: NewField }
  | { readonly kind: 'add-options'; readonly key: string; readonly options: readonly FieldOption[] }
) & {
  /** Whose field it is. Absent: a user's. */
  readonly of?: 'organization';
};

/** How a sink fills the directory without knowing the store. */
export interface DirectoryPort {
  readonly head: DirectoryHead | undefined;
  clear(): Promise<void>;
  save(changes: DirectoryChanges): Promise<void>;
}
