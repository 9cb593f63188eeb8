/** The library: opens a configured pipeline, and does all that the command line does. See docs/library.md. */

export type { ConnectionReport } from './app/connections/report.ts';
export type { CallOptions, LongCallOptions, OpenedPipeline } from './app/create-pipeline.ts';
export { defineConfig, type RolodeskConfig } from './app/define-config.ts';
export type { Finding as EmailFinding, Kind as EmailFindingKind } from './app/email-check/examine.ts';
export { type OpenPipelineOptions, openPipeline } from './app/open-pipeline.ts';
export type { AuditReport } from './app/operations/audit.ts';
export type { CheckReport } from './app/operations/check.ts';
export type { EmailCounts, EmailReport } from './app/operations/check-emails.ts';
export type { Closeable } from './app/operations/context.ts';
export type {
  DuplicateEvidence,
  DuplicateGroup,
  DuplicatesReport,
  DuplicateUser,
} from './app/operations/duplicates/duplicates.ts';
export type { MergeOptions, MergePlan, MergeResult, PlannedMerge } from './app/operations/duplicates/merge.ts';
export { readMergeFile } from './app/operations/duplicates/merge-file.ts';
export type { MergeFile, TickProblem } from './app/operations/duplicates/ticks.ts';
export type { ApplyFieldsOptions, ApplyFieldsResult, FieldFeed, FieldsReport } from './app/operations/fields.ts';
export type { ForgetOptions, ForgetResult } from './app/operations/forget.ts';
export type { NamedResult } from './app/operations/names.ts';
export type { PlanOptions, SyncPlan } from './app/operations/plan.ts';
export type { Preview, PreviewOptions } from './app/operations/preview.ts';
export type { CustomerDetails, RunDetails, RunsOptions, SharedUser } from './app/operations/records.ts';
export type { PipelineStatus, ScheduleStatus } from './app/operations/status.ts';
export type { SupportBundle, SupportBundleOptions } from './app/operations/support-bundle.ts';
export type { RetryOptions, SyncOptions } from './app/operations/sync.ts';
export type { AlertTestResult } from './app/operations/test-alerts.ts';
export type { UndoOptions, UndoPlan, UndoPlanOptions, UndoResult } from './app/operations/undo.ts';
export type {
  AuditProgressEvent,
  DuplicatesProgressEvent,
  ProgressEvent,
  RunProgressEvent,
} from './app/progress-event.ts';
export type { ZendeskUser } from './connectors/zendesk/user.ts';
export type { AuditEntry, AuditedKind } from './core/audit/findings.ts';
export type { AuditFindingSummary } from './core/audit/run-audit.ts';
export type { Clock } from './core/clock.ts';
export type { CheckLine, CheckResult, Warning } from './core/domain/context.ts';
export {
  AuthError,
  ConfigError,
  ContractError,
  InterruptedError,
  RolodeskError,
  StateError,
  TransientError,
} from './core/domain/errors.ts';
export type { CustomField, NewField } from './core/domain/field-schema.ts';
export type { Json } from './core/domain/json.ts';
export type { DeadLetter } from './core/domain/known.ts';
export type { Link } from './core/domain/link.ts';
export type { Logger } from './core/domain/log.ts';
export type { SourceRecord } from './core/domain/record.ts';
export type { Remedy } from './core/domain/remedy.ts';
export type { Outcome, Result, RunOutcome, Tallies } from './core/domain/result.ts';
export type { Canary, CanaryRow } from './core/domain/run/canary.ts';
export type { CostEstimate } from './core/domain/run/cost-estimate.ts';
export type { Progress, RunReport } from './core/domain/run/run-report.ts';
export type { ChosenUser, MergeChoice } from './core/duplicates/decide-merge.ts';
export type { MergeOutcome } from './core/duplicates/merge-results.ts';
export type { PlanCounts } from './core/plan/list-changes.ts';
export type { PlannedAction, PlannedChange } from './core/plan/planned-change.ts';
export type { StoredFailure } from './core/report/stored-failure.ts';
export type { RunRow } from './core/state/store.ts';
export type { UnrevertedItem } from './core/undo/unreverted-items.ts';
export type { MappedUser, MapperFunction } from './mappers/mapper-function.ts';
