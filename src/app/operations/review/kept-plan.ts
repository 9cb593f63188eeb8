import { z } from 'zod';
import { defined } from '../../../core/defined.ts';
import { ConfigError } from '../../../core/domain/errors.ts';
import type { Json } from '../../../core/domain/json.ts';
import type { CostEstimate } from '../../../core/domain/run/cost-estimate.ts';
import type { RunReport } from '../../../core/domain/run/run-report.ts';
import { createApproval, type PlanHead, planHead } from '../../../core/plan/approval.ts';
import type { PlanCounts } from '../../../core/plan/list-changes.ts';
import { makePlan } from '../../../core/plan/make-plan.ts';
import { type PlannedChange, plannedChange } from '../../../core/plan/planned-change.ts';
import type { PlannedRow } from '../../../core/state/review-store.ts';
import { reportInWords } from '../../hint.ts';
import type { CustomerPipeline } from '../../pipeline/pipeline-parts.ts';
import type { RunProgressEvent } from '../../progress-event.ts';
import { withAlerts } from '../../with-alerts.ts';
import { withState } from '../../with-state.ts';
import { type OperationContext, withParts } from '../context.ts';
import type { PlanOptions } from '../plan.ts';
import { sync } from '../sync.ts';

/** A plan whose changes are kept in the state of its pipeline, until they are applied or discarded. */
export interface KeptPlan {
  /** What it was made for, to be handed to `applyKeptPlan`. Holds no customer data. */
  readonly head: PlanHead;
  readonly counts: PlanCounts;
  /** How many changes are kept, with those that only change what the state holds. */
  readonly changes: number;
  readonly estimate: CostEstimate;
  readonly report: RunReport;
}

/** A change of a plan with what a page shows besides. Contains customer data. */
export interface KeptChange {
  readonly position: number;
  readonly change: PlannedChange;
  readonly name: string | undefined;
  readonly blockedByUserId: string | undefined;
}

const chunk = 500;

/** Makes a plan, and keeps it under this id. */
export async function keepPlan(
  context: OperationContext<RunProgressEvent>,
  id: string,
  { full, keys = [], allowDeactivations }: PlanOptions = {},
): Promise<KeptPlan> {
  const { signal, onProgress, clock, host } = context;
  return await withParts(context, { write: true, online: true }, async ({ pipeline, context: call }) => {
    const made = await makePlan(
      pipeline,
      {
        signal,
        ...defined({ full, allowDeactivations }),
        ...(keys.length > 0 && { keys }),
        ...(onProgress && { onProgress: (progress) => onProgress({ operation: 'plan', ...progress }) }),
      },
      call,
    );
    try {
      const createdAt = new Date(clock.now()).toISOString();
      let rows: PlannedRow[] = [];
      let position = 0;
      for await (const change of made.changes()) {
        const name = made.nameOf(change.key);
        const isRefused = change.action === 'reject' || change.action === 'conflict';
        const blockedByUserId = isRefused ? await made.blockingUserOf(change.key) : undefined;
        position += 1;
        rows.push({
          position,
          key: change.key,
          action: change.action,
          value: { change: jsonOf(change), ...defined({ name, blockedByUserId }) },
        });
        if (rows.length < chunk) continue;
        await pipeline.store.addPlanChanges(pipeline.id, id, rows);
        rows = [];
      }
      await pipeline.store.addPlanChanges(pipeline.id, id, rows);
      const { counts, estimate, report } = made;
      return {
        head: planHead(made, { ...pipeline, createdAt }),
        counts,
        changes: position,
        estimate,
        report: reportInWords(report, host.wordsFor),
      };
    } finally {
      await made.close();
    }
  });
}

/** Keeps other changes under an id, such as those of an undo, to be read as those of a plan are. */
export async function keepChanges(
  { settings, host, clock }: OperationContext,
  id: string,
  changes: readonly PlannedChange[],
): Promise<void> {
  await withState(settings, { ...host, clock }, async (store, pipeline) => {
    for (let from = 0; from < changes.length; from += chunk) {
      const some = changes.slice(from, from + chunk);
      const rows = some.map((change, index) => ({
        position: from + index + 1,
        key: change.key,
        action: change.action,
        value: { change: jsonOf(change) },
      }));
      await store.addPlanChanges(pipeline, id, rows);
    }
  });
}

export async function keptChanges(
  { settings, host, clock }: OperationContext,
  id: string,
  query: { readonly action?: string | undefined; readonly after: number; readonly limit: number },
): Promise<readonly KeptChange[]> {
  return await withState(settings, { ...host, clock }, async (store, pipeline) =>
    (await store.planChanges(pipeline, id, query)).map(keptChangeOf),
  );
}

/** Carries out exactly this plan. What has changed since is skipped as `drifted`. */
export async function applyKeptPlan(
  context: OperationContext<RunProgressEvent>,
  { id, head, changes: expected }: { readonly id: string; readonly head: PlanHead; readonly changes: number },
): Promise<RunReport> {
  const approvedPlan = async (pipeline: CustomerPipeline) => {
    const approval = createApproval(head, pipeline);
    for (let after = 0; ; ) {
      const rows = await pipeline.store.planChanges(pipeline.id, id, { after, limit: chunk });
      for (const row of rows) approval.add(keptChangeOf(row).change);
      const last = rows.at(-1);
      if (!last || rows.length < chunk) break;
      after = last.position;
    }
    // Those of a customer that was forgotten meanwhile are gone: a plan that lacks some says so, as a cut file does.
    if (approval.count() !== expected) throw incomplete();
    return approval.approved();
  };
  return await withAlerts(context, 'some', () => sync(context, {}, { approvedPlan }));
}

export async function dropKeptPlan({ settings, host, clock }: OperationContext, id: string): Promise<void> {
  await withState(settings, { ...host, clock }, (store, pipeline) => store.dropPlan(pipeline, id));
}

function incomplete(): ConfigError {
  return new ConfigError('Of this plan not everything is kept.', { code: 'no-plan', hint: 'Make a new one.' });
}

function keptChangeOf({ position, value }: PlannedRow): KeptChange {
  const { change, name, blockedByUserId } = stored.parse(value);
  return { position, change, name, blockedByUserId };
}

const stored = z.object({
  change: plannedChange,
  name: z.string().exactOptional(),
  blockedByUserId: z.string().exactOptional(),
});

/** A change as it is written into JSON: it holds nothing else. */
function jsonOf(change: PlannedChange): Json {
  return { ...change, fields: { ...change.fields } };
}
