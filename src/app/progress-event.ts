import type { AuditProgress } from '../core/audit/run-audit.ts';
import type { Progress } from '../core/domain/run/run-report.ts';

/** The progress of a run, or of the dry run of one. */
export type RunProgressEvent = {
  readonly operation: 'check-emails' | 'plan' | 'sync' | 'retry' | 'undo';
} & Progress;

/** The progress of an audit. */
export type AuditProgressEvent = { readonly operation: 'audit' } & AuditProgress;

/** The progress of a search for duplicates: users of Zendesk that were read. */
export type DuplicatesProgressEvent = { readonly operation: 'duplicates'; readonly users: number };

/** The progress of a merge: pairs of users that were tried. */
export type MergeProgressEvent = { readonly operation: 'merge'; readonly done: number; readonly total: number };

export type ProgressEvent = RunProgressEvent | AuditProgressEvent | DuplicatesProgressEvent | MergeProgressEvent;
