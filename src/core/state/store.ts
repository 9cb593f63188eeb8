import type { Cursor, Json, SourceRecord } from '../contracts.ts';
import type { AlertStore } from './alert-store.ts';
import type { Inbox } from './inbox.ts';
import type { DeferredPosition, DeferredRecord, OpenBatch } from './pending-work.ts';
import type { ScheduleMark } from './schedule-mark.ts';
import type { StoredDataCounts } from './stored-data-counts.ts';

export type { DeferredPosition, DeferredRecord, OpenBatch } from './pending-work.ts';

/**
 * What Rolodesk remembers between runs. A store answers batched look-ups and applies sets of changes, each set whole or
 * not at all. It is handed no callbacks and takes no decisions; one process at a time writes (see lease.ts).
 * Times are milliseconds since the epoch. Addresses and external ids are compared without case: callers pass lower case.
 */

export type Fields = Readonly<Record<string, Json>>;
export type Outcome = 'created' | 'updated' | 'unchanged' | 'skipped' | 'rejected';
export type Tallies = Readonly<Record<Outcome, number>>;

/** If one of these differs, nothing that was remembered for the other is used. The directory belongs to the destination origin. */
export interface PipelineIdentity {
  readonly name: string;
  readonly sourceConnector: string;
  readonly sourceOrigin: string;
  readonly sourceAccount: string;
  readonly destinationOrigin: string;
}
export type PipelineId = number;

export interface Checkpoint {
  readonly cursor: Cursor;
  /** Hash of everything that decides a record's outcome. When it differs, everything is read again. */
  readonly fingerprint: string;
  readonly savedAt: number;
}

/** Key ↔ external id ↔ the destination's id, with what we last sent and what the destination made of it. */
export interface Link {
  readonly key: string;
  readonly externalId: string;
  readonly destinationId: string;
  readonly origin: 'created' | 'adopted' | 'matched' | 'linked';
  readonly sent: Fields;
  /** Unknown until the destination has shown the user at or after `writtenAt`. */
  readonly stored?: Fields;
  /** Destination's time of our last write. */
  readonly writtenAt: number;
  /** How we deactivated the user, if we did. */
  readonly deactivated?: string;
}

/** One user of the destination, as far as we need to know it. */
export interface DirectoryUser {
  readonly id: string;
  readonly externalId?: string;
  readonly email?: string;
  readonly role: string;
  readonly active: boolean;
  /** The fields that the mapping names. Absent: not seen yet, so not compared. */
  readonly fields?: Fields;
  readonly updatedAt: number;
}

export interface DirectoryHead {
  /** Where the next refresh begins, opaque to the store. */
  readonly cursor: Json;
  /** Field names that every entry was filled with, sorted. */
  readonly fields: readonly string[];
  readonly filledAt: number;
}

/** Who may use an address. One key holds it until its own address changes. */
export interface Claim {
  readonly email: string;
  readonly key: string;
}

/** What became of one record in one run. */
export interface Result {
  readonly key: string;
  readonly outcome: Outcome;
  /** Reason of a skip or reject, or how an update came about (`adopt`, `deactivate`). */
  readonly code?: string;
  /** No personal data. */
  readonly message?: string;
  /** What was found, with customer data. Printed only by the commands that may. */
  readonly detail?: string;
  readonly destinationId?: string;
  /** Field → [before, after]; before is null where it is not known. The before-images of undo. */
  readonly changes?: Readonly<Record<string, readonly [Json, Json]>>;
  /** Of the changed fields: what we had last sent, so that undo can set that back too. One that we had never sent is not in it. */
  readonly previousLastSent?: Fields;
  /** Destination's time: undo holds later changes in the destination against it. */
  readonly at: number;
}

export interface DeadLetter {
  readonly key: string;
  readonly code: string;
  readonly message: string;
  /** As in the result. */
  readonly detail?: string;
  readonly record: SourceRecord;
  /** Hash of what would be sent. While it stays the same, the record is not sent again without being asked to. */
  readonly payloadHash: string;
  readonly run: string;
  readonly at: number;
  /** The destination's user and address that the reject is about: a change of either makes the letter due again. */
  readonly blockedByUserId?: string;
  readonly blockedByEmail?: string;
  readonly due: boolean;
}

/** A skip that is judged again when its cause may have changed. Never pruned. */
export interface Pending {
  readonly key: string;
  readonly reason: string;
  readonly email?: string;
  readonly record: SourceRecord;
  readonly due: boolean;
}

export interface Known {
  /** Settled earlier in this run. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly links: ReadonlyMap<string, Link>;
  readonly linksByUser: ReadonlyMap<string, Link>;
  readonly linksByExternalId: ReadonlyMap<string, Link>;
  readonly claims: ReadonlyMap<string, string>;
  readonly claimed: ReadonlyMap<string, string>;
  readonly users: ReadonlyMap<string, DirectoryUser>;
  readonly usersByExternalId: ReadonlyMap<string, DirectoryUser>;
  readonly usersByEmail: ReadonlyMap<string, DirectoryUser>;
  readonly deadLetters: ReadonlyMap<string, DeadLetter>;
  /** Looked up in the destination, by the id of the user that is gone: the store does not know them. */
  readonly survivors?: ReadonlyMap<string, Survivor>;
}

/** The user that another one was merged into. */
export interface Survivor {
  readonly user: DirectoryUser;
  /** The address of the gone user by which it was found; not always its primary one. */
  readonly email: string;
}

export interface KnownQuery {
  readonly run: string;
  readonly keys: readonly string[];
  /** Besides those that the links of these keys have. */
  readonly externalIds: readonly string[];
  readonly emails: readonly string[];
  /** Users of the destination to be known besides, with the links to them. */
  readonly userIds?: readonly string[];
}

/** Applied in one transaction, in the order of these members. */
export interface Changes {
  readonly closeBatches?: readonly string[];
  readonly openBatches?: readonly OpenBatch[];
  readonly batchJobs?: readonly { readonly id: string; readonly jobId: string }[];
  /** Insert or replace by id. Also completes `stored` of links to these users when updatedAt ≥ writtenAt, and, if the user has changed, makes dead letters due that watch the id or the address (old or new). */
  readonly users?: readonly DirectoryUser[];
  readonly removeUsers?: readonly string[];
  readonly directory?: DirectoryHead;
  readonly links?: readonly Link[];
  readonly unlink?: readonly string[];
  /** Released addresses make the pending records that wait for them due. Applied before `claims`. */
  readonly release?: readonly string[];
  readonly claims?: readonly Claim[];
  readonly clearDeadLetters?: readonly string[];
  readonly deadLetters?: readonly DeadLetter[];
  readonly clearPending?: readonly string[];
  readonly pending?: readonly Pending[];
  readonly clearDeferred?: readonly string[];
  readonly deferred?: readonly DeferredRecord[];
  /** `unchanged` results are remembered for the length of the run only. A key's later result replaces its earlier one. */
  readonly results?: { readonly run: string; readonly rows: readonly Result[] };
  readonly checkpoint?: Checkpoint;
}

export type RunOutcome = 'running' | 'completed' | 'held' | 'paused' | 'failed';

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

export interface StateStore extends Inbox, AlertStore {
  /** Creates the pipeline on first use. */
  openPipeline(identity: PipelineIdentity): Promise<PipelineId>;

  load(pipeline: PipelineId, query: KnownQuery): Promise<Known>;
  apply(pipeline: PipelineId, changes: Changes): Promise<void>;

  /** Why nothing may be written until somebody says so, if something was taken back. */
  pauseReason(pipeline: PipelineId): Promise<string | undefined>;
  setPause(pipeline: PipelineId, reason: string | undefined): Promise<void>;

  schedule(pipeline: PipelineId): Promise<ScheduleMark | undefined>;
  saveSchedule(pipeline: PipelineId, mark: ScheduleMark): Promise<void>;

  /** What the destination last told of its account, opaque to the store. Kept for its origin. */
  facts(pipeline: PipelineId): Promise<Json | undefined>;
  saveFacts(pipeline: PipelineId, facts: Json): Promise<void>;

  checkpoint(pipeline: PipelineId): Promise<Checkpoint | undefined>;
  directory(pipeline: PipelineId): Promise<DirectoryHead | undefined>;
  /**
   * Forgets all users of the directory and its head, before it is filled anew. Deleted ones stay known as such: no list
   * shows them, and none ever comes back under its id.
   */
  clearDirectory(pipeline: PipelineId): Promise<void>;
  openBatches(pipeline: PipelineId): Promise<readonly OpenBatch[]>;

  /** One more than the highest sequence that waits. */
  nextSequence(pipeline: PipelineId): Promise<number>;
  /** Finds anew the depth of every row of stage `turn` by following `after` among them; capped at 50, so that a circle ends. */
  rankDeferred(pipeline: PipelineId): Promise<void>;
  /** In taking-up order: by depth, each in reading order. Rows behind `after`. */
  deferred(
    pipeline: PipelineId,
    query: { readonly stage: DeferredRecord['stage']; readonly after?: DeferredPosition; readonly limit: number },
  ): Promise<readonly DeferredRecord[]>;
  deferredCount(pipeline: PipelineId, stage: DeferredRecord['stage']): Promise<number>;
  /** Dead letters and pending records that are due, as records to take up again. */
  due(pipeline: PipelineId, query: { readonly limit: number }): Promise<readonly SourceRecord[]>;

  deadLetters(pipeline: PipelineId, query: Paged & { keys?: readonly string[] }): Promise<readonly DeadLetter[]>;
  pending(
    pipeline: PipelineId,
    query: Paged & { reason?: string; keys?: readonly string[] },
  ): Promise<readonly Pending[]>;
  links(pipeline: PipelineId, query: Paged & { keys?: readonly string[] }): Promise<readonly Link[]>;
  /** Links of keys that this run has neither settled nor put on the waiting list, but for those deactivated in this way, or deleted. */
  unseen(
    pipeline: PipelineId,
    query: Paged & { readonly run: string; readonly deactivated: string },
  ): Promise<readonly Link[]>;
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
  results(run: string, query: Paged & { outcome?: Outcome; keys?: readonly string[] }): Promise<readonly Result[]>;
  /** What the store counted, to hold against what the run counted. */
  tally(run: string): Promise<Tallies>;
  /** Newest first, over all runs. */
  history(pipeline: PipelineId, key: string): Promise<readonly (Result & { readonly run: string })[]>;
  /** Drops the results of runs that finished before `before`; their reports stay, and so does every batch that is still open. */
  prune(pipeline: PipelineId, before: number): Promise<void>;

  countStoredData(pipeline: PipelineId, key: string): Promise<StoredDataCounts>;
  /**
   * Removes what is kept about a customer, and every trace of it from the file, rehearsal copies included. Others who wait
   * for its address become due. Counts of runs stay. Returns what there was. Throws StateError when traces may be left.
   */
  eraseCustomer(pipeline: PipelineId, key: string): Promise<StoredDataCounts>;

  /** A private copy of all of it, to rehearse on. It is gone when it is closed. */
  fork(): Promise<StateStore>;
  close(): Promise<void>;
}
