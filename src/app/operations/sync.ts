import { defined } from '../../core/defined.ts';
import { ConfigError } from '../../core/domain/errors.ts';
import type { Canary } from '../../core/domain/run/canary.ts';
import type { RunReport } from '../../core/domain/run/run-report.ts';
import { beforeRun } from '../../core/pipeline/before-run.ts';
import { runPipeline } from '../../core/pipeline/run.ts';
import type { ApprovedPlan, RunOptions } from '../../core/pipeline/types.ts';
import { readPlan } from '../../core/plan/plan-file.ts';
import { assertNotPaused } from '../../core/undo/pause.ts';
import { reportInWords } from '../hint.ts';
import type { CustomerPipeline } from '../pipeline/pipeline-parts.ts';
import type { RunProgressEvent } from '../progress-event.ts';
import { type OperationContext, withParts } from './context.ts';
import type { PlanOptions } from './plan.ts';

export interface SyncOptions extends PlanOptions {
  /** Stop after so many customers. */
  readonly limit?: number;
  /** Path of a saved plan: exactly that is done, and what has changed since is skipped as `drifted`. No other choice goes with it. */
  readonly plan?: string;
  /** Write again after an undo or a declined canary, reading everything. */
  readonly resume?: boolean;
  /** Shows the first writes, and asks before there are more. */
  readonly canary?: Canary;
}

export interface RunHooks {
  /** Called once nothing can prevent the run from starting. */
  readonly onStart?: () => void;
  /** A plan that is kept elsewhere than in a file. */
  readonly approvedPlan?: (pipeline: CustomerPipeline) => Promise<ApprovedPlan>;
}

/** Updates Zendesk from the source. */
export async function sync(
  context: OperationContext<RunProgressEvent>,
  options: SyncOptions = {},
  { onStart, approvedPlan }: RunHooks = {},
): Promise<RunReport> {
  const { plan, resume = false, canary, keys = [], full, limit, allowDeactivations } = options;
  return await withParts(context, { write: true, online: true, run: 'sync' }, async ({ pipeline }) => {
    const approved = plan === undefined ? await approvedPlan?.(pipeline) : await readPlan(plan, pipeline);
    await assertMayWrite(context, pipeline, { kind: 'sync', resume });
    onStart?.();
    return await run(context, pipeline, {
      kind: 'sync',
      ...defined({ plan: approved, full, limit }),
      ...(keys.length > 0 && { keys }),
      ...defined({ allowDeactivations, canary }),
    });
  });
}

/** Whether a sync reads all customers, only those that have changed, or a chosen few. */
export function readsOf({ plan, limit, keys = [], full }: SyncOptions): 'changes' | 'everything' | 'some' {
  if (plan !== undefined || limit !== undefined || keys.length > 0) return 'some';
  return full === true ? 'everything' : 'changes';
}

export interface RetryOptions {
  /** Only these rejects, by their keys in the source. Default: all. */
  readonly keys?: readonly string[];
}

/** Sends rejected records again. */
export async function retry(
  context: OperationContext<RunProgressEvent>,
  { keys = [] }: RetryOptions = {},
): Promise<RunReport> {
  return await withParts(context, { write: true, online: true, run: 'retry' }, async ({ pipeline }) => {
    await assertRejected(pipeline, keys);
    await assertMayWrite(context, pipeline, { kind: 'retry', resume: false });
    return await run(context, pipeline, { kind: 'retry', ...(keys.length > 0 && { keys }) });
  });
}

/** Throws ConfigError if a plan is combined with options that choose customers. */
export function assertOneChoice({ plan, full, limit, keys = [], allowDeactivations }: SyncOptions): void {
  if (plan === undefined) return;
  if (full !== true && limit === undefined && keys.length === 0 && allowDeactivations === undefined) return;
  throw new ConfigError('A sync of a plan takes no other choice: the plan says what is done.', {
    code: 'usage',
    hint: 'Choose when the plan is made.',
  });
}

async function assertMayWrite(
  { signal }: OperationContext,
  pipeline: CustomerPipeline,
  { kind, resume }: { readonly kind: 'sync' | 'retry'; readonly resume: boolean },
): Promise<void> {
  await beforeRun(kind, { ...pipeline, signal }, () => assertNotPaused(pipeline, { resume }));
}

/** Throws ConfigError for a key without a reject: otherwise nothing would happen, and nobody would notice. */
async function assertRejected({ store, id }: CustomerPipeline, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  const rejected = new Set((await store.deadLetters(id, { keys, limit: keys.length })).map(({ key }) => key));
  const unknown = keys.filter((key) => !rejected.has(key));
  if (unknown.length === 0) return;
  throw new ConfigError(`No customer with the key ${unknown.join(', ')} was rejected. Nothing was retried.`, {
    code: 'unknown-key',
    remedy: { kind: 'list-rejects', key: unknown[0] ?? '' },
  });
}

async function run(
  { signal, onProgress, host }: OperationContext<RunProgressEvent>,
  pipeline: CustomerPipeline,
  options: Omit<RunOptions, 'signal' | 'onProgress'> & { readonly kind: 'sync' | 'retry' },
): Promise<RunReport> {
  const report = await runPipeline(pipeline, {
    ...options,
    signal,
    ...(onProgress && { onProgress: (progress) => onProgress({ operation: options.kind, ...progress }) }),
  });
  return reportInWords(report, host.wordsFor);
}
