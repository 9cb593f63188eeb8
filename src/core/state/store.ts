import type { Json } from '../domain/json.ts';
import type { DeadLetter, EmailRecord, Known, Pending } from '../domain/known.ts';
import type { Claim, Link } from '../domain/link.ts';
import type { PipelineId, PipelineIdentity } from '../domain/pipeline.ts';
import type { Cursor, SourceRecord } from '../domain/record.ts';
import type { Outcome, Result, RunOutcome, Tallies } from '../domain/result.ts';
import type { DeferredPosition, DeferredRecord, OpenBatch } from '../domain/run/pending-work.ts';
import type { DirectoryChanges, DirectoryHead } from '../domain/user.ts';
import type { AlertStore } from './alert-store.ts';
import type { Inbox } from './inbox.ts';
import type { ReviewStore } from './review-store.ts';
import type { ScheduleState } from './schedule-state.ts';
import type { StoredDataCounts } from './stored-data-counts.ts';

export interface Checkpoint {
  readonly cursor: Cursor;
  /** Hash of everything that decides a record's outcome. When it differs, everything is read again. */
  readonly fingerprint: string;
  readonly savedAt: number;
}

export interface KnownQuery {
  readonly run: string;
  readonly keys: readonly string[];
  /** Besides those that the links of these keys have. */
  readonly externalIds: readonly string[];
  readonly emails: readonly string[];
  /** Further users of the destination to load, with the links to them. */
  readonly userIds?: readonly string[];
}

/** Applied in one transaction, in this order: batches, the directory's changes, then the members below as they stand. */
export interface Changes extends DirectoryChanges {
  readonly closeBatches?: readonly string[];
  readonly openBatches?: readonly OpenBatch[];
  readonly batchJobs?: readonly { readonly id: string; readonly jobId: string }[];
  readonly links?: readonly Link[];
  readonly unlink?: readonly string[];
  /** Released addresses make the pending records that wait for them due. Applied before `claims`. */
  readonly release?: readonly string[];
  readonly claims?: readonly Claim[];
  readonly clearDeadLetters?: readonly string[];
  readonly deadLetters?: readonly DeadLetter[];
  readonly clearPending?: readonly string[];
  readonly pending?: readonly Pending[];
  readonly clearEmailRecords?: readonly string[];
  readonly emailRecords?: readonly EmailRecord[];
  readonly clearDeferred?: readonly string[];
  readonly deferred?: readonly DeferredRecord[];
  /** `unchanged` results are remembered for the length of the run only. A key's later result replaces its earlier one. */
  readonly results?: { readonly run: string; readonly rows: readonly Result[] };
  readonly checkpoint?: Checkpoint;
}

export interface RunRow {
  readonly id: string;
  readonly kind: string;
  readonly outcome: RunOutcome;
  readonly startedAt: number;
  readonly finishedAt?: number;
  /** The report as printed. Absent while it runs, or when the process died. */
  readonly report?: Json;
  /** The run that took this one back. */
  readonly undoneBy?: string;
}

export interface Paged {
  /** Return rows behind this key (or, for runs, before this id). */
  readonly after?: string;
  readonly limit: number;
}

export interface StateStore extends Inbox, AlertStore, ReviewStore {
  /** Creates the pipeline on first use. */
  openPipeline(identity: PipelineIdentity): Promise<PipelineId>;

  load(pipeline: PipelineId, query: KnownQuery): Promise<Known>;
  apply(pipeline: PipelineId, changes: Changes): Promise<void>;

  /** Why nothing may be written until somebody says so, if something was reverted. */
  pauseReason(pipeline: PipelineId): Promise<string | undefined>;
  setPause(pipeline: PipelineId, reason: string | undefined): Promise<void>;

  schedule(pipeline: PipelineId): Promise<ScheduleState | undefined>;
  saveSchedule(pipeline: PipelineId, state: ScheduleState): Promise<void>;

  /** What the destination last reported of its account, opaque to the store. Kept for its origin. */
  facts(pipeline: PipelineId): Promise<Json | undefined>;
  saveFacts(pipeline: PipelineId, facts: Json): Promise<void>;

  checkpoint(pipeline: PipelineId): Promise<Checkpoint | undefined>;
  directory(pipeline: PipelineId): Promise<DirectoryHead | undefined>;
  /**
   * Forgets all users of the directory and its head, before it is filled again. Deleted ones stay known as such: no list
   * shows them, and none ever comes back under its id.
   */
  clearDirectory(pipeline: PipelineId): Promise<void>;
  openBatches(pipeline: PipelineId): Promise<readonly OpenBatch[]>;

  /** One more than the highest sequence of the deferred records. */
  nextSequence(pipeline: PipelineId): Promise<number>;
  /** Recomputes the depth of every row of stage `deferred` by following `after` among them; capped at 50, so that a circle ends. */
  rankDeferred(pipeline: PipelineId): Promise<void>;
  /** By depth, then in reading order. Rows behind `after`. */
  deferred(
    pipeline: PipelineId,
    query: { readonly stage: DeferredRecord['stage']; readonly after?: DeferredPosition; readonly limit: number },
  ): Promise<readonly DeferredRecord[]>;
  deferredCount(pipeline: PipelineId, stage: DeferredRecord['stage']): Promise<number>;
  /** Dead letters and pending records that are due, as records to process again. */
  due(pipeline: PipelineId, query: { readonly limit: number }): Promise<readonly SourceRecord[]>;

  deadLetters(
    pipeline: PipelineId,
    query: Paged & { keys?: readonly string[]; code?: string },
  ): Promise<readonly DeadLetter[]>;
  pending(
    pipeline: PipelineId,
    query: Paged & { reason?: string; keys?: readonly string[] },
  ): Promise<readonly Pending[]>;
  links(pipeline: PipelineId, query: Paged & { keys?: readonly string[] }): Promise<readonly Link[]>;
  /** Of these customers, and of all that have these addresses: what is kept by address. By key. */
  emailRecords(
    pipeline: PipelineId,
    query: { readonly keys: readonly string[]; readonly emails: readonly string[] },
  ): Promise<readonly EmailRecord[]>;
  /** Keys of active email records that this run has neither given a result nor deferred. */
  unseenEmailRecords(pipeline: PipelineId, query: Paged & { readonly run: string }): Promise<readonly string[]>;
  /** Links of keys that this run has neither given a result nor deferred, except for those deactivated in this way, or deleted. */
  unseen(
    pipeline: PipelineId,
    query: Paged & { readonly run: string; readonly deactivated: string },
  ): Promise<readonly Link[]>;
  /** Dead letters, and pending records by reason. Takes no longer for more customers or users. */
  keptCounts(pipeline: PipelineId): Promise<{
    readonly deadLetters: number;
    readonly pending: Readonly<Record<string, number>>;
  }>;

  /** Counts every link and user, which takes a while for many. */
  counts(pipeline: PipelineId): Promise<{
    readonly links: number;
    readonly activeLinks: number;
    readonly deadLetters: number;
    readonly pending: Readonly<Record<string, number>>;
    readonly deferred: number;
    readonly openBatches: number;
    readonly directoryUsers: number;
  }>;

  /** Also closes, as `failed`, runs of this pipeline that were left running by a process that died. */
  beginRun(pipeline: PipelineId, run: { id: string; kind: string; startedAt: number }): Promise<void>;
  finishRun(
    pipeline: PipelineId,
    run: { id: string; outcome: RunOutcome; finishedAt: number; report: Json },
  ): Promise<void>;
  markUndone(run: string, by: string): Promise<void>;
  run(pipeline: PipelineId, id: string): Promise<RunRow | undefined>;
  /** Newest first, a handful: enough to tell that there is more than one. */
  runsBeginningWith(pipeline: PipelineId, prefix: string): Promise<readonly RunRow[]>;
  /** Newest first. */
  runs(pipeline: PipelineId, paged: Paged): Promise<readonly RunRow[]>;
  /** The last sync that ended well, however many have failed since. */
  lastSuccess(pipeline: PipelineId): Promise<RunRow | undefined>;
  /** `code`: with this reason; empty: without one. */
  results(
    run: string,
    query: Paged & { outcome?: Outcome; code?: string; keys?: readonly string[] },
  ): Promise<readonly Result[]>;
  /** What the store counted, to hold against what the run counted. */
  tally(run: string): Promise<Tallies>;
  /** Newest first, over all runs. */
  history(pipeline: PipelineId, key: string): Promise<readonly (Result & { readonly run: string })[]>;
  /** Drops the results of runs that finished before `before`; their reports stay, and so does every batch that is still open. */
  prune(pipeline: PipelineId, before: number): Promise<void>;

  countStoredData(pipeline: PipelineId, key: string): Promise<StoredDataCounts>;
  /**
   * Removes what is kept about a customer, and every trace of it from the file, copies for dry runs included. Others who wait
   * for its address become due. Counts of runs stay. Returns what there was. Throws StateError when traces may be left.
   */
  eraseCustomer(pipeline: PipelineId, key: string): Promise<StoredDataCounts>;

  /** A private copy of all of it, for a dry run. It is gone when it is closed. */
  fork(): Promise<StateStore>;
  close(): Promise<void>;
}
