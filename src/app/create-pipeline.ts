import { defined } from '../core/defined.ts';
import type { NewField } from '../core/domain/field-schema.ts';
import type { RunReport } from '../core/domain/run/run-report.ts';
import type { MergeChoice } from '../core/duplicates/decide-merge.ts';
import type { RunRow } from '../core/state/store.ts';
import { type Accounts, accountsOf, type RecordUrls, urlsOf } from './accounts.ts';
import type { ConnectionReport } from './connections/report.ts';
import { type AuditReport, audit } from './operations/audit.ts';
import { type CheckReport, check } from './operations/check.ts';
import { checkEmails, type EmailReport } from './operations/check-emails.ts';
import { connections } from './operations/connections.ts';
import type { Closeable, OperationContext } from './operations/context.ts';
import { type DuplicatesReport, duplicates } from './operations/duplicates/duplicates.ts';
import {
  type MergeOptions,
  type MergePlan,
  type MergeResult,
  merge,
  planMerge,
} from './operations/duplicates/merge.ts';
import {
  type ApplyFieldsOptions,
  type ApplyFieldsResult,
  applyFields,
  type FieldsReport,
  fields,
} from './operations/fields.ts';
import { type ForgetOptions, type ForgetResult, forget } from './operations/forget.ts';
import { link } from './operations/link.ts';
import { type PlanOptions, plan, type SyncPlan } from './operations/plan.ts';
import { type Preview, type PreviewOptions, preview } from './operations/preview.ts';
import {
  type CustomerDetails,
  type Reject,
  type RunDetails,
  type RunsOptions,
  rejects,
  runs,
  show,
  showCustomer,
} from './operations/records.ts';
import { sourceFields } from './operations/source-fields.ts';
import { type PipelineStatus, status } from './operations/status.ts';
import { type SupportBundle, type SupportBundleOptions, supportBundle } from './operations/support-bundle.ts';
import { assertOneChoice, type RetryOptions, readsOf, retry, type SyncOptions, sync } from './operations/sync.ts';
import { type AlertTestResult, testAlerts } from './operations/test-alerts.ts';
import {
  planUndo,
  type UndoOptions,
  type UndoPlan,
  type UndoPlanOptions,
  type UndoResult,
  undo,
} from './operations/undo.ts';
import { identityOf } from './pipeline/pipeline-identity.ts';
import type {
  AuditProgressEvent,
  DuplicatesProgressEvent,
  MergeProgressEvent,
  ProgressEvent,
  RunProgressEvent,
} from './progress-event.ts';
import { withAlerts } from './with-alerts.ts';

/** What every method takes in addition to its own options. */
export interface CallOptions {
  /** Stops this call. So does the signal of the pipeline. */
  readonly signal?: AbortSignal;
}

/** What a method that reads or writes many records takes in addition. */
export interface LongCallOptions<Progress extends ProgressEvent> extends CallOptions {
  /** Called at most every 100 ms, in place of the listener of the pipeline. */
  readonly onProgress?: (event: Progress) => void;
}

/**
 * A configured pipeline. Each method opens what it needs and closes it when it is done, so an idle pipeline holds
 * nothing. Methods that write, and plans, hold the lease on the state meanwhile: one at a time, across all processes.
 * They throw the errors of Rolodesk, each with a `code`. Results that have a `close` stay open until the caller closes
 * them.
 */
export interface OpenedPipeline {
  readonly name: string;
  /** Path of its configuration. */
  readonly configPath: string;
  /** The same as `stateLocation`. */
  readonly statePath: string;
  /** Where its state is: the path of a file, or the address of a database without user and password. */
  readonly stateLocation: string;
  /** What people call its source, such as `QuickBooks Online`. */
  readonly sourceTitle: string;
  /** Scheme and host of the Zendesk account that it writes to. */
  readonly destinationOrigin: string;

  /** The accounts that are read and written. */
  readonly accounts: Accounts;
  /** The addresses at which a person can look at a customer and its user in a browser. */
  urlsOf(record: { readonly key: string; readonly destinationId?: string | undefined }): RecordUrls;

  /** Asks both sides who we are and whether a run has what it needs. Writes nothing. */
  check(options?: CallOptions): Promise<CheckReport>;
  /**
   * Reads every customer and reports what a sync would do with its address. Writes nothing, and does not call Zendesk.
   */
  checkEmails(options?: LongCallOptions<RunProgressEvent>): Promise<EmailReport>;
  /** Maps the first records of the source. Writes nothing, and does not call Zendesk. */
  preview(options?: PreviewOptions & CallOptions): Promise<Preview>;
  /** Finds out what a sync would do, without doing it. Close the plan when it has been read. */
  plan(options?: PlanOptions & LongCallOptions<RunProgressEvent>): Promise<SyncPlan>;
  /**
   * Updates Zendesk from the source, and sends the alerts that the configuration asks for. A run that fails after it
   * has started returns a report with the outcome `failed`; only a run that could not start throws.
   */
  sync(options?: SyncOptions & LongCallOptions<RunProgressEvent>): Promise<RunReport>;
  /** Sends rejected records again: all, or some. */
  retry(options?: RetryOptions & LongCallOptions<RunProgressEvent>): Promise<RunReport>;
  /** Finds out what an undo would do, without doing it. */
  planUndo(run: string, options?: UndoPlanOptions & CallOptions): Promise<UndoPlan>;
  /**
   * Reverts a run, given by its id or the first characters of it. Afterwards syncs are paused until a sync with
   * `resume`.
   */
  undo(run: string, options?: UndoOptions & LongCallOptions<RunProgressEvent>): Promise<UndoResult>;
  /** Compares both sides, from fresh reads. Writes nothing. Close the report when it has been read. */
  audit(options?: LongCallOptions<AuditProgressEvent>): Promise<AuditReport>;

  /**
   * Finds users of Zendesk that are likely one customer. Writes nothing, and does not call the source. Close the report
   * when it has been read.
   */
  duplicates(options?: LongCallOptions<DuplicatesProgressEvent>): Promise<DuplicatesReport>;

  /** Looks at users that a person has chosen to merge, and finds out what a merge would do. Writes nothing. */
  planMerge(choices: readonly MergeChoice[], options?: CallOptions): Promise<MergePlan>;
  /**
   * Merges users of Zendesk that a person has chosen, after a fresh look at each. This cannot be undone. A run that fails
   * after it has started returns a report with the outcome `failed`.
   */
  merge(
    choices: readonly MergeChoice[],
    options?: MergeOptions & LongCallOptions<MergeProgressEvent>,
  ): Promise<MergeResult>;

  /** Says whether all is well, from the state alone. */
  status(options?: CallOptions): Promise<PipelineStatus>;
  /** Says how Rolodesk authenticates on both sides, and when the tokens expire. */
  connections(): Promise<readonly ConnectionReport[]>;
  /** Past runs, newest first. */
  runs(options?: RunsOptions & CallOptions): Promise<readonly RunRow[]>;
  /** One run with its records, by its id, the first characters of it, or `latest`. */
  show(run: string, options?: CallOptions): Promise<RunDetails>;
  /** One customer, by its key in the source: its user, its address, its history. */
  showCustomer(key: string, options?: CallOptions): Promise<CustomerDetails>;
  /** What could not be written, and why. */
  rejects(options?: CallOptions): Promise<readonly Reject[]>;

  /** Resolves a conflict by hand: this customer is that Zendesk user. Takes effect with the next sync. */
  link(key: string, zendeskId: string, options?: CallOptions): Promise<void>;
  /** Removes a customer's data from the state. The data in Zendesk and in the source stays. */
  forget(key: string, options?: ForgetOptions & CallOptions): Promise<ForgetResult>;

  /**
   * Lists Zendesk's custom fields with the rules that fill them, the declared fields that Zendesk lacks, and the
   * source's fields.
   */
  fields(options?: CallOptions): Promise<FieldsReport>;
  /** Custom fields of a source that is a Zendesk, as declarations. */
  sourceFields(options?: CallOptions): Promise<readonly NewField[]>;
  /** Creates the declared fields that Zendesk lacks. Removes nothing. */
  applyFields(options?: ApplyFieldsOptions & CallOptions): Promise<ApplyFieldsResult>;

  /** Packs what a bug report about a run needs, without secrets and customer data. */
  supportBundle(run: string, options?: SupportBundleOptions & CallOptions): Promise<SupportBundle>;
  /** Sends a test to every target of the alerts. */
  testAlerts(options?: CallOptions): Promise<readonly AlertTestResult[]>;

  /** Closes the plans, audits and e-mail reports that are still open. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The methods of a pipeline whose configuration has been read. */
export function createPipeline(pipeline: OperationContext<ProgressEvent>): OpenedPipeline {
  const open = new Set<Closeable>();

  /** The pipeline's context, with the options of this call. */
  function within<Progress extends ProgressEvent>({
    signal,
    onProgress,
  }: LongCallOptions<Progress> = {}): OperationContext<Progress> {
    return {
      ...pipeline,
      signal: signal ? AbortSignal.any([pipeline.signal, signal]) : pipeline.signal,
      ...defined({ onProgress }),
    };
  }

  /** Remembers a result that must be closed. */
  async function tracked<T extends Closeable>(made: Promise<T>): Promise<T> {
    const result = await made;
    const close = async (): Promise<void> => {
      if (open.delete(result)) await result.close();
    };
    open.add(result);
    return { ...result, close, [Symbol.asyncDispose]: close };
  }

  async function close(): Promise<void> {
    for (const result of open) await result.close();
    open.clear();
  }

  const { settings } = pipeline;
  return {
    name: settings.name,
    accounts: accountsOf(settings),
    urlsOf: (record) => urlsOf(settings, record),
    configPath: settings.path,
    statePath: settings.state.location,
    stateLocation: settings.state.location,
    sourceTitle: settings.connector.title,
    destinationOrigin: identityOf(settings).destinationOrigin,
    check: (options) => check(within(options)),
    checkEmails: (options) => tracked(checkEmails(within(options))),
    preview: (options) => preview(within(options), options),
    plan: (options) => tracked(plan(within(options), options)),
    sync: async (options = {}) => {
      assertOneChoice(options);
      const context = within(options);
      return await withAlerts(context, readsOf(options), () => sync(context, options));
    },
    retry: (options) => retry(within(options), options),
    planUndo: (run, options) => planUndo(within(options), run, options),
    undo: (run, options) => undo(within(options), run, options),
    audit: (options) => tracked(audit(within(options))),
    duplicates: (options) => tracked(duplicates(within(options))),
    planMerge: (choices, options) => planMerge(within(options), choices),
    merge: (choices, options) => merge(within(options), choices, options),
    status: (options) => status(within(options)),
    connections: () => connections(pipeline),
    runs: (options) => runs(within(options), options),
    show: (run, options) => show(within(options), run),
    showCustomer: (key, options) => showCustomer(within(options), key),
    rejects: (options) => rejects(within(options)),
    link: (key, zendeskId, options) => link(within(options), key, zendeskId),
    forget: (key, options) => forget(within(options), key, options),
    fields: (options) => fields(within(options)),
    sourceFields: (options) => sourceFields(within(options)),
    applyFields: (options) => applyFields(within(options), options),
    supportBundle: (run, options) => supportBundle(within(options), run, options),
    testAlerts: (options) => testAlerts(within(options)),
    close,
    [Symbol.asyncDispose]: close,
  };
}
