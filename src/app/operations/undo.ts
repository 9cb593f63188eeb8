import type { RunReport } from '../../core/domain/run/run-report.ts';
import { type PlannedChange, toPlannedChange } from '../../core/plan/planned-change.ts';
import { countDeletions } from '../../core/report/deletions.ts';
import type { RunRow } from '../../core/state/store.ts';
import { dryRunUndo, type UndoEstimate } from '../../core/undo/plan-reverts.ts';
import { findUndoable, undoRun } from '../../core/undo/undo-run.ts';
import { type UnrevertedItem, unrevertedItems } from '../../core/undo/unreverted-items.ts';
import { reportInWords } from '../hint.ts';
import type { PipelineParts } from '../pipeline/pipeline-parts.ts';
import type { RunProgressEvent } from '../progress-event.ts';
import { type OperationContext, withParts } from './context.ts';

/** What an undo would do. */
export interface UndoPlan extends UndoEstimate {
  /** The run that it would revert. */
  readonly undoes: string;
}

export interface UndoPlanOptions {
  /** Called with the run that is meant, before its changes. */
  readonly onFound?: (run: RunRow) => void;
  /** Called with each change that the undo would make. Holds customer data. */
  readonly onChange?: (change: PlannedChange) => void;
}

export interface UndoOptions extends UndoPlanOptions {
  /** Called with what the undo would do, if that is anything. Nothing is written unless it resolves to true. Absent: nobody is asked. */
  readonly approve?: (plan: UndoPlan) => Promise<boolean>;
}

export type UndoResult =
  | {
      readonly kind: 'undone';
      readonly undoes: string;
      readonly report: RunReport;
      /** How many users were deleted, of those that the report counts as updated. */
      readonly deleted: number;
      /** What was left or done otherwise, with the reason of each: the first hundred. */
      readonly unreverted: readonly UnrevertedItem[];
    }
  | { readonly kind: 'declined'; readonly plan: UndoPlan };

/** Finds out what an undo would do. `run`: its id, or the first characters of it. */
export async function planUndo(
  context: OperationContext,
  run: string,
  options: UndoPlanOptions = {},
): Promise<UndoPlan> {
  return await withParts(context, { write: true, online: false }, async (parts) =>
    dryRun(parts, await findUndoable(parts.pipeline, run), options),
  );
}

/** Reverts a run: deletes the users that it created, restores the fields that it changed. */
export async function undo(
  context: OperationContext<RunProgressEvent>,
  run: string,
  { approve, ...options }: UndoOptions = {},
): Promise<UndoResult> {
  const { signal, onProgress } = context;
  return await withParts(context, { write: true, online: false, run: 'undo' }, async (parts) => {
    const { pipeline } = parts;
    const target = await findUndoable(pipeline, run);
    if (approve) {
      // The plan looks at every user: who approves beforehand does not wait for it.
      const plan = await dryRun(parts, target, options);
      if (!isEmpty(plan) && !(await approve(plan))) return { kind: 'declined', plan };
    }
    const report = await undoRun(pipeline, {
      target,
      signal,
      ...(onProgress && { onProgress: (progress) => onProgress({ operation: 'undo', ...progress }) }),
    });
    const unreverted = await unrevertedItems(pipeline.store, report.run);
    const deleted = await countDeletions(pipeline.store, report.run);
    return {
      kind: 'undone',
      undoes: target.id,
      report: reportInWords(report, context.host.wordsFor),
      deleted,
      unreverted,
    };
  });
}

async function dryRun(
  { pipeline, context }: PipelineParts,
  target: RunRow,
  { onFound, onChange }: UndoPlanOptions,
): Promise<UndoPlan> {
  onFound?.(target);
  const estimate = await dryRunUndo(pipeline, target, context, ({ result }) => onChange?.(toPlannedChange(result)));
  return { undoes: target.id, ...estimate };
}

function isEmpty({ deleted, restored, related }: UndoPlan): boolean {
  return deleted + restored + related === 0;
}
