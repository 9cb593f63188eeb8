import { systemClock } from '../../core/clock.ts';
import { toPlannedChange } from '../../core/plan/planned-change.ts';
import { rehearseUndo, type UndoForecast } from '../../core/undo/take-back.ts';
import { findUndoable, undoRun } from '../../core/undo/undo-run.ts';
import { exitCodeOf, type Stage } from '../command.ts';
import type { Open } from '../compose.ts';
import { confirm } from '../confirm.ts';
import { describeTime } from '../plan-words.ts';
import { printReport } from '../print-report.ts';
import { createProgress } from '../progress.ts';
import { describeChange } from './plan.ts';

const stepsInJson = 100;

/** Takes a run back, after showing what that means. */
export async function undo(
  stage: Stage,
  run: string,
  { dryRun, yes }: { readonly dryRun: boolean; readonly yes: boolean },
): Promise<number> {
  return await stage.withPipeline({ write: true, online: false }, async (opened) => {
    const { pipeline } = opened;
    const target = await findUndoable(pipeline, run);
    // The plan costs a call for each created user: whoever says yes beforehand does not wait for it.
    const asks = dryRun || !yes;
    const forecast = asks ? await showPlan(stage, opened, { run, dryRun }) : undefined;
    if (dryRun) return 0;
    const isNothing = forecast !== undefined && forecast.deleted + forecast.restored === 0;
    if (!isNothing && (await confirm(stage, 'Do this?', { yes })) !== 'yes') {
      stage.print('Nothing was written.');
      return 1;
    }
    const progress = createProgress(stage, systemClock.now);
    const report = await undoRun(pipeline, {
      target,
      signal: stage.terminal.signal,
      ...(progress.show && { onProgress: progress.show }),
    });
    progress.done();
    stage.printJson(report);
    printReport(stage, report);
    if (report.tallies.updated > 0)
      stage.print(stage.style.warn('  Syncs are held now. rolodesk sync --resume ends that and reads everything.'));
    const conflicts = report.skips['changed-since'] ?? 0;
    return exitCodeOf(report) || (conflicts > 0 ? 1 : 0);
  });
}

async function showPlan(
  stage: Stage,
  { pipeline, context }: Open,
  { run, dryRun }: { readonly run: string; readonly dryRun: boolean },
): Promise<UndoForecast> {
  const steps: unknown[] = [];
  stage.print(stage.style.bold(`Taking back run ${run}:`));
  const expected = await rehearseUndo(pipeline, run, context, ({ result }) => {
    const step = toPlannedChange(result);
    if (steps.length < stepsInJson) steps.push(step);
    stage.print(`  ${describeChange(step)}`);
  });
  tell(stage, expected);
  const { forecast, ...counts } = expected;
  if (dryRun) stage.printJson({ undoes: run, ...counts, ...forecast, steps });
  return expected;
}

function tell({ print, style }: Stage, { deleted, restored, unchanged, conflicts, forecast }: UndoForecast): void {
  print(
    `${deleted} users to delete, ${restored} to restore, ${conflicts} with changes by others that stay, ${unchanged} as they were.`,
  );
  print(style.dim(`About ${forecast.calls.total} Zendesk calls, ${describeTime(forecast.expectedMs)}.`));
}
