import type { AuditProgress } from '../core/audit/run-audit.ts';
import type { Progress } from '../core/domain/run-report.ts';

/** How an operation gets on that is a run, or the dry run of one. */
export type RunProgressEvent = {
  readonly operation: 'check-emails' | 'plan' | 'sync' | 'retry' | 'undo';
} & Progress;

/** How an audit gets on. */
export type AuditProgressEvent = { readonly operation: 'audit' } & AuditProgress;

export type ProgressEvent = RunProgressEvent | AuditProgressEvent;
