import type { OpenPipeline } from '../../app/compose.ts';
import { systemClock } from '../../core/clock.ts';
import type { RunReport } from '../../core/domain/run-report.ts';
import { toPlannedChange } from '../../core/plan/planned-change.ts';
import { counted } from '../../core/records/counted.ts';
import type { RunRow } from '../../core/state/store.ts';
import { dryRunUndo, type UndoEstimate } from '../../core/undo/plan-reverts.ts';
import { findUndoable, undoRun } from '../../core/undo/undo-run.ts';
import { type UnrevertedItem, unrevertedItems } from '../../core/undo/unreverted-items.ts';
import { type CommandContext, exitCodeOf } from '../command.ts';
import { assertAnswer, confirm } from '../confirm.ts';
import { describeTime } from '../format-plan.ts';
import { printReport } from '../print-report.ts';
import { createProgress } from '../progress.ts';
import { visibleLine, visibleWithStyle } from '../visible.ts';
import { describeChange } from './plan.ts';

const stepsInJson = 100;

/** Takes a run back, after showing what that means. */
export async function undo(
  cli: CommandContext,
  given: string,
  { dryRun, yes }: { readonly dryRun: boolean; readonly yes: boolean },
): Promise<number> {
  return await cli.withPipeline({ write: true, online: false, ...(!dryRun && { run: 'undo' }) }, async (opened) => {
    const { pipeline } = opened;
    const target = await findUndoable(pipeline, given);
    if (!dryRun) assertAnswer(cli, { yes });
    // The plan looks at every user: whoever says yes beforehand does not wait for it.
    const shown = dryRun || !yes ? await showPlan(cli, opened, target, { dryRun }) : undefined;
    if (dryRun) {
      cli.printJson(shown?.document);
      return 0;
    }
    const isNothing = shown !== undefined && isEmpty(shown.estimate);
    if (!isNothing && (await confirm(cli, 'Do this?', { yes })) !== 'yes') {
      cli.printJson({ ...shown?.document, refused: true });
      cli.print('Nothing was written.');
      return 1;
    }
    const progress = createProgress(cli, systemClock.now, 'undo');
    const report = await undoRun(pipeline, {
      target,
      signal: cli.terminal.signal,
      ...(progress.show && { onProgress: progress.show }),
    });
    progress.done();
    const exceptions = await unrevertedItems(pipeline.store, report.run);
    cli.printJson({ ...report, undoes: target.id, exceptions });
    printReport(cli, report);
    printExceptions(cli, exceptions);
    printRelated(cli, report);
    if (report.tallies.updated > 0)
      cli.print(cli.style.warn('  Syncs are held now. rolodesk sync --resume ends that and reads everything.'));
    const conflicts = report.skips['changed-since'] ?? 0;
    return exitCodeOf(report) || (conflicts + (report.related?.left ?? 0) > 0 ? 1 : 0);
  });
}

function isEmpty({ deleted, restored, related }: UndoEstimate): boolean {
  return deleted + restored + related === 0;
}

/** With `--json` stdout is kept for the one document: the plan that is asked about then goes where the question goes. */
async function showPlan(
  { common, terminal, style, print }: CommandContext,
  { pipeline, context }: OpenPipeline,
  target: RunRow,
  { dryRun }: { readonly dryRun: boolean },
): Promise<{ readonly estimate: UndoEstimate; readonly document: object }> {
  const say =
    common.json && !dryRun ? (text: string) => void terminal.stderr.write(`${visibleWithStyle(text)}\n`) : print;
  const steps: unknown[] = [];
  say(style.bold(`Taking back run ${target.id}:`));
  const expected = await dryRunUndo(pipeline, target, context, ({ result }) => {
    const step = toPlannedChange(result);
    if (steps.length < stepsInJson) steps.push(step);
    say(`  ${describeChange(step)}`);
  });
  const { estimate, ...counts } = expected;
  const { deleted, restored, unchanged, conflicts, related } = counts;
  say(
    `${counted(deleted, 'user')} to delete, ${restored} to restore, ${conflicts} with changes by others that stay, ${unchanged} as they were.`,
  );
  if (related > 0)
    say(`${counted(related, 'organization')} of the run to delete, unless something else is in there by then.`);
  say(style.dim(`About ${estimate.calls.total} Zendesk calls, ${describeTime(estimate.expectedMs)}.`));
  return { estimate: expected, document: { undoes: target.id, ...counts, ...estimate, steps } };
}

/** What stays, or was done otherwise, each with its reason. No customer data. */
function printExceptions({ print, style }: CommandContext, exceptions: readonly UnrevertedItem[]): void {
  for (const { key, message } of exceptions) print(style.warn(visibleLine(`    customer ${key}: ${message}`)));
}

function printRelated({ print, style }: CommandContext, { related }: RunReport): void {
  if (!related) return;
  print(`  ${counted(related.deleted, 'organization')} of the run deleted, ${related.left} left.`);
  for (const { message } of related.reasons) print(style.warn(`    ${message}`));
}
