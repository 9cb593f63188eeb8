import type { z } from 'zod';
import { defined } from '../../../core/defined.ts';
import { toJson } from '../../../core/domain/json.ts';
import type { RunReport } from '../../../core/domain/run/run-report.ts';
import type { PlannedChange } from '../../../core/plan/planned-change.ts';
import { audit } from '../../operations/audit.ts';
import type { OperationContext } from '../../operations/context.ts';
import { applyKeptPlan, keepChanges, keepPlan } from '../../operations/review/kept-plan.ts';
import { assertOneChoice, readsOf, retry, sync } from '../../operations/sync.ts';
import { planUndo, undo } from '../../operations/undo.ts';
import type { ProgressEvent } from '../../progress-event.ts';
import { withAlerts } from '../../with-alerts.ts';
import type { taskRequest } from '../api/tasks.ts';
import type { ConsoleContext } from '../console-context.ts';
import type { Plans } from '../plans.ts';
import type { TaskContext, TaskResult } from './task.ts';
import { watchingLease } from './watch-lease.ts';

type Request = z.output<typeof taskRequest>;

/** Does what was asked for, with the operations that commands use. */
export async function workOn(
  { pipelines, host }: ConsoleContext,
  plans: Plans,
  {
    pipeline,
    request,
    by,
    task,
  }: {
    readonly pipeline: string;
    readonly request: Request;
    readonly by: string;
    readonly task: TaskContext;
  },
): Promise<TaskResult> {
  const { signal, onProgress, started } = task;
  const context = await pipelines.context(pipeline, { signal, onProgress, host: watchingLease(host, started) });
  switch (request.kind) {
    case 'sync': {
      const { kind: _, ...choices } = request;
      assertOneChoice(choices);
      return runResult(await withAlerts(context, readsOf(choices), () => sync(context, choices)));
    }
    case 'retry':
      return runResult(await retry(context, defined({ keys: request.keys })));
    case 'plan': {
      const { kind: _, ...choices } = request;
      const kept = await keepPlan(context, task.id, choices);
      await plans.save(pipeline, { id: task.id, by, kept, settings: context.settings });
      return { kind: 'plan', plan: task.id };
    }
    case 'apply':
      return await apply(context, plans, { id: request.plan, task: task.id });
    case 'undo-plan':
      return await undoPlan(context, task.id, request.run);
    case 'undo':
      return await undoRun(context, request.run);
    case 'audit':
      started();
      return await auditDocument(context);
    default:
      return request satisfies never;
  }
}

function runResult({ run, outcome, tallies, skips }: RunReport): TaskResult {
  return { kind: 'run', run, outcome, tallies: { ...tallies }, skips: { ...skips } };
}

async function apply(
  context: OperationContext<ProgressEvent>,
  plans: Plans,
  { id, task }: { readonly id: string; readonly task: string },
): Promise<TaskResult> {
  const plan = await plans.take(id, task);
  try {
    const report = await applyKeptPlan(context, { id, ...plan });
    await plans.ended(id, report.run);
    return runResult(report);
  } catch (error) {
    // It was not carried out: it may be tried again.
    await plans.ended(id, null);
    throw error;
  }
}

const shownSteps = 100;

async function undoPlan(context: OperationContext<ProgressEvent>, id: string, run: string): Promise<TaskResult> {
  const changes: PlannedChange[] = [];
  const plan = await planUndo(context, run, { onChange: (change) => changes.push(change) });
  const { undoes, deleted, restored, unchanged, conflicts, related, estimate } = plan;
  const steps = changes.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).slice(0, shownSteps);
  // Customer data stays in the state of its pipeline, where it is erased with the customer.
  await keepChanges(context, id, steps);
  return {
    kind: 'undo-plan',
    ...{ undoes, deleted, restored, unchanged, conflicts, related },
    estimate: { ...estimate, calls: { ...estimate.calls } },
    steps: [],
  };
}

async function undoRun(context: OperationContext<ProgressEvent>, run: string): Promise<TaskResult> {
  const result = await undo(context, run);
  // Nobody is asked: whoever began the task has read its plan.
  if (result.kind !== 'undone') throw new Error('An undo that asks nobody is never declined.');
  const { report, undoes, deleted, unreverted } = result;
  return {
    kind: 'undo',
    run: report.run,
    undoes,
    outcome: report.outcome,
    tallies: { ...report.tallies },
    deleted,
    exceptions: unreverted.map((one) => ({ ...one })),
  };
}

async function auditDocument(context: OperationContext<ProgressEvent>): Promise<TaskResult> {
  await using made = await audit(context);
  const { pipeline, at, inSync, source, destination, normalized, unlistedFields, causes, requests, warnings } = made;
  const document = {
    pipeline,
    at,
    inSync,
    source,
    destination,
    normalized,
    unlistedFields,
    causes,
    requests,
    warnings,
  };
  return { kind: 'audit', document: toJson(document) };
}
