import type { UndoPlan, UndoResult } from '../../app/operations/undo.ts';
import { systemClock } from '../../core/clock.ts';
import { defined } from '../../core/defined.ts';
import type { PlannedChange } from '../../core/plan/planned-change.ts';
import { type CommandContext, exitCodeOf } from '../command.ts';
import { assertAnswer, confirm } from '../confirm.ts';
import { sortByKey } from '../format/sort-by-key.ts';
import { printReport } from '../print/print-report.ts';
import { printRelated, printUnreverted, undoLines } from '../print/print-undo.ts';
import { createProgress } from '../print/progress.ts';
import { say } from '../print/screen.ts';
import { growYoungGeneration } from '../process/limit-memory.ts';
import { columnsOf } from '../terminal.ts';

const stepsInJson = 100;

/** Reverts a run, after showing what that means. */
export async function undo(
  cli: CommandContext,
  run: string,
  { dryRun, yes, all = false }: { readonly dryRun: boolean; readonly yes: boolean; readonly all?: boolean },
): Promise<number> {
  if (!dryRun) assertAnswer(cli, { yes });
  return await cli.withPipeline(async (pipeline) => {
    const shown = createPlanText(cli, { dryRun, all });
    if (dryRun) {
      const plan = await pipeline.planUndo(run, { onChange: shown.change });
      shown.show(plan);
      cli.printJson(shown.document(plan));
      return 0;
    }
    growYoungGeneration();
    const progress = createProgress(cli, systemClock.now, 'undo');
    const result = await pipeline
      .undo(run, {
        ...defined({ onProgress: progress.show }),
        // The plan looks at every user: who says yes beforehand does not wait for it.
        ...(!yes && { onChange: shown.change, approve }),
      })
      .finally(progress.done);
    if (result.kind === 'declined') {
      cli.printJson({ ...shown.document(result.plan), refused: true });
      cli.print('Nothing was written.');
      return 1;
    }
    return tell(cli, result);

    async function approve(plan: UndoPlan): Promise<boolean> {
      progress.clear();
      shown.show(plan);
      return (await confirm(cli, 'Do this?', { yes })) === 'yes';
    }
  });
}

function tell(
  cli: CommandContext,
  { report, undoes, deleted, unreverted }: Extract<UndoResult, { kind: 'undone' }>,
): number {
  cli.printJson({ ...report, undoes, exceptions: unreverted });
  printReport(cli, report, { kind: 'undo', deleted });
  printUnreverted(cli, unreverted);
  printRelated(cli, report);
  if (report.tallies.updated > 0)
    cli.print(cli.style.warn('  Syncs are paused now. rolodesk sync --resume ends that and reads everything.'));
  const conflicts = report.skips['changed-since'] ?? 0;
  return exitCodeOf(report) || (conflicts + (report.related?.left ?? 0) > 0 ? 1 : 0);
}

/** With `--json` stdout is kept for the one document: the plan that is asked about then goes where the question goes. */
function createPlanText(
  { common, terminal, style, print }: CommandContext,
  { dryRun, all }: { readonly dryRun: boolean; readonly all: boolean },
) {
  const { stderr, stdout } = terminal;
  const isForQuestion = common.json === true && !dryRun;
  const stream = isForQuestion ? stderr : stdout;
  const write = isForQuestion ? (text: string) => say(stderr, text, { isStyled: true }) : print;
  const changes: PlannedChange[] = [];
  return {
    change: (change: PlannedChange): void => void changes.push(change),
    show(plan: UndoPlan): void {
      const columns = stream.isTTY === true ? columnsOf(stream) : undefined;
      const screen = { style, columns, isWhole: all || columns === undefined };
      for (const line of undoLines(plan, changes, screen)) write(line);
    },
    document: ({ undoes, estimate, ...counts }: UndoPlan) => ({
      undoes,
      ...counts,
      ...estimate,
      steps: sortByKey(changes).slice(0, stepsInJson),
    }),
  };
}
