import type { UndoPlan, UndoResult } from '../../app/operations/undo.ts';
import { systemClock } from '../../core/clock.ts';
import type { RunReport } from '../../core/domain/run-report.ts';
import type { PlannedChange } from '../../core/plan/planned-change.ts';
import { counted } from '../../core/records/counted.ts';
import type { RunRow } from '../../core/state/store.ts';
import type { UnrevertedItem } from '../../core/undo/unreverted-items.ts';
import { type CommandContext, exitCodeOf } from '../command.ts';
import { assertAnswer, confirm } from '../confirm.ts';
import { describeTime } from '../format/format-plan.ts';
import { visibleLine, visibleWithStyle } from '../format/visible.ts';
import { printReport } from '../print/print-report.ts';
import { createProgress } from '../print/progress.ts';
import { describeChange } from './plan.ts';

const stepsInJson = 100;

/** Takes a run back, after showing what that means. */
export async function undo(
  cli: CommandContext,
  run: string,
  { dryRun, yes }: { readonly dryRun: boolean; readonly yes: boolean },
): Promise<number> {
  if (!dryRun) assertAnswer(cli, { yes });
  return await cli.withPipeline(async (pipeline) => {
    const shown = createPlanText(cli, { dryRun });
    if (dryRun) {
      const plan = await pipeline.planUndo(run, { onFound: shown.found, onChange: shown.change });
      shown.sums(plan);
      cli.printJson(shown.document(plan));
      return 0;
    }
    const progress = createProgress(cli, systemClock.now, 'undo');
    const result = await pipeline
      .undo(run, {
        ...(progress.show && { onProgress: progress.show }),
        // The plan looks at every user: who says yes beforehand does not wait for it.
        ...(!yes && { onFound: shown.found, onChange: shown.change, approve }),
      })
      .finally(progress.done);
    if (result.kind === 'declined') {
      cli.printJson({ ...shown.document(result.plan), refused: true });
      cli.print('Nothing was written.');
      return 1;
    }
    return tell(cli, result);

    async function approve(plan: UndoPlan): Promise<boolean> {
      shown.sums(plan);
      return (await confirm(cli, 'Do this?', { yes })) === 'yes';
    }
  });
}

function tell(cli: CommandContext, { report, undoes, unreverted }: Extract<UndoResult, { kind: 'undone' }>): number {
  cli.printJson({ ...report, undoes, exceptions: unreverted });
  printReport(cli, report);
  printUnreverted(cli, unreverted);
  printRelated(cli, report);
  if (report.tallies.updated > 0)
    cli.print(cli.style.warn('  Syncs are held now. rolodesk sync --resume ends that and reads everything.'));
  const conflicts = report.skips['changed-since'] ?? 0;
  return exitCodeOf(report) || (conflicts + (report.related?.left ?? 0) > 0 ? 1 : 0);
}

/** With `--json` stdout is kept for the one document: the plan that is asked about then goes where the question goes. */
function createPlanText({ common, terminal, style, print }: CommandContext, { dryRun }: { readonly dryRun: boolean }) {
  const say =
    common.json && !dryRun ? (text: string) => void terminal.stderr.write(`${visibleWithStyle(text)}\n`) : print;
  const steps: PlannedChange[] = [];
  return {
    found: ({ id }: RunRow): void => say(style.bold(`Taking back run ${id}:`)),
    change(step: PlannedChange): void {
      if (steps.length < stepsInJson) steps.push(step);
      say(`  ${describeChange(step)}`);
    },
    sums({ deleted, restored, unchanged, conflicts, related, estimate }: UndoPlan): void {
      say(
        `${counted(deleted, 'user')} to delete, ${restored} to restore, ${conflicts} with changes by others that stay, ${unchanged} as they were.`,
      );
      if (related > 0)
        say(`${counted(related, 'organization')} of the run to delete, unless something else is in there by then.`);
      say(style.dim(`About ${estimate.calls.total} Zendesk calls, ${describeTime(estimate.expectedMs)}.`));
    },
    document: ({ undoes, estimate, ...counts }: UndoPlan) => ({ undoes, ...counts, ...estimate, steps }),
  };
}

/** What stays, or was done otherwise, each with its reason. No customer data. */
function printUnreverted({ print, style }: CommandContext, items: readonly UnrevertedItem[]): void {
  for (const { key, message } of items) print(style.warn(visibleLine(`    customer ${key}: ${message}`)));
}

function printRelated({ print, style }: CommandContext, { related }: RunReport): void {
  if (!related) return;
  print(`  ${counted(related.deleted, 'organization')} of the run deleted, ${related.left} left.`);
  for (const { message } of related.reasons) print(style.warn(`    ${message}`));
}
