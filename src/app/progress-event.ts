import type { AuditProgress } from '../core/audit/run-audit.ts';
import type { Progress } from '../core/domain/run/run-report.ts';

/** The progress of a run, or of the dry run of one. */
export type RunProgressEvent = {
  readonly operation: 'check-emails' | 'plan' | 'sync' | 'retry' | 'undo';
} & Progress;

/** The progress of an audit. */
export type AuditProgressEvent = { readonly operation: 'audit' } & AuditProgress;

export type ProgressEvent = RunProgressEvent | AuditProgressEvent;
