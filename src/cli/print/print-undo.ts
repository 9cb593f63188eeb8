import type { UndoPlan } from '../../app/operations/undo.ts';
import type { RunReport } from '../../core/domain/run/run-report.ts';
import type { PlannedChange } from '../../core/plan/planned-change.ts';
import { counted } from '../../core/records/counted.ts';
import { isDeletion } from '../../core/report/deletions.ts';
import type { UnrevertedItem } from '../../core/undo/unreverted-items.ts';
import type { CommandContext } from '../command.ts';
import { changeLines } from '../format/change-lines.ts';
import { describeTime } from '../format/format-plan.ts';
import { sortByKey } from '../format/sort-by-key.ts';
import { visibleLine } from '../format/visible.ts';
import type { Style } from '../terminal.ts';

/** On a terminal: of the users that the run created, and that nobody has touched since. */
const maxDeletions = 5;
const maxOthers = 50;

export interface UndoScreen {
  readonly style: Style;
  readonly columns: number | undefined;
  readonly isWhole: boolean;
}

/** What an undo would do: what stays as others have changed it first, then what changes back, then who is deleted. */
export function* undoLines(
  { undoes, deleted, restored, unchanged, conflicts, related, estimate }: UndoPlan,
  changes: readonly PlannedChange[],
  screen: UndoScreen,
): Generator<string> {
  const { style } = screen;
  yield style.bold(`An undo of run ${undoes} would now`);
  const sorted = sortByKey(changes.map(withoutOwnCode));
  const isKept = ({ action }: PlannedChange): boolean => action === 'skip' || action === 'reject';
  const groups = [
    { title: 'keep what others have changed since', most: maxOthers, items: sorted.filter(isKept) },
    {
      title: 'change back',
      most: maxOthers,
      items: sorted.filter((change) => !isKept(change) && !isDeletion(change.fields)),
    },
    { title: 'delete', most: maxDeletions, items: sorted.filter(({ fields }) => isDeletion(fields)) },
  ];
  for (const { title, most, items } of groups) {
    if (items.length === 0) continue;
    yield `${style.bold(title)}: ${items.length}`;
    const shown = screen.isWhole ? items : items.slice(0, most);
    for (const change of shown) yield* changeLines(change, screen).map((line) => `  ${line}`);
    if (items.length > shown.length) yield style.dim(`  … and ${items.length - shown.length} more: --all lists them.`);
  }
  yield `${counted(deleted, 'user')} to delete, ${restored} to change back, ${conflicts} with changes by others that stay, ${unchanged} as they were.`;
  if (related > 0)
    yield `${counted(related, 'organization')} of the run to delete, unless something else is in there by then.`;
  yield style.dim(`About ${counted(estimate.calls.total, 'Zendesk call')}, ${describeTime(estimate.expectedMs)}.`);
}

/** That it is an undo is in the title. */
function withoutOwnCode({ code, ...change }: PlannedChange): PlannedChange {
  return code === undefined || code === 'undo' ? change : { ...change, code };
}

/** What stays, or was done otherwise, each with its reason. No customer data. */
export function printUnreverted({ print, style }: CommandContext, items: readonly UnrevertedItem[]): void {
  for (const { key, message } of sortByKey(items)) print(style.warn(visibleLine(`    customer ${key}: ${message}`)));
}

export function printRelated({ print, style }: CommandContext, { related }: RunReport): void {
  if (!related) return;
  print(`  ${counted(related.deleted, 'organization')} of the run deleted, ${related.left} left.`);
  for (const { message } of related.reasons) print(style.warn(`    ${message}`));
}
