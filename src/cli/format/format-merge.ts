import type { MergePlan, MergeResult } from '../../app/operations/duplicates/merge.ts';
import type { TickProblem } from '../../app/operations/duplicates/ticks.ts';
import { counted } from '../../core/records/counted.ts';
import type { Style } from '../terminal.ts';
import { visibleLine } from './visible.ts';

type Merged = Extract<MergeResult, { kind: 'merged' }>;

/** What a merge would do, and that there is no way back. */
export function planLines(plan: MergePlan, problems: readonly TickProblem[], style: Style): readonly string[] {
  const { counts, pairs, withExternalId } = plan;
  const toMerge = pairs.filter(({ action }) => action === 'merge');
  const others = pairs.filter(({ action }) => action !== 'merge');
  return [
    style.bold(`${counted(counts.merge, 'user')} to merge`),
    ...toMerge.map(({ group, keep, merge }) => visibleLine(`  group ${group}: user ${merge} into ${keep}`)),
    ...others.flatMap(({ code = 'user-gone', message = 'The user to merge is not there any more.', ...pair }) =>
      leftLines({ ...pair, code, message }, style),
    ),
    ...problemLines(problems, style),
    ...(counts.merge > 0 ? [style.warn('  ! Zendesk cannot undo a merge.')] : []),
    ...(withExternalId > 0
      ? [
          style.warn('  ! If people sign in by JWT or SAML, Zendesk refuses users with an external id:'),
          style.warn(`    ${withExternalId} of these pairs have one.`),
        ]
      : []),
  ];
}

export function countsOf({ outcomes }: Pick<Merged, 'outcomes'>) {
  const count = (wanted: Merged['outcomes'][number]['outcome']): number =>
    outcomes.filter(({ outcome }) => outcome === wanted).length;
  return {
    merged: count('merged'),
    alreadyMerged: count('already-merged'),
    skipped: count('skipped'),
    refused: count('refused'),
  };
}

/** What was merged, then what was not and why. */
export function resultLines(
  { report, outcomes }: Merged,
  problems: readonly TickProblem[],
  style: Style,
): readonly string[] {
  const { alreadyMerged } = countsOf({ outcomes });
  const { error, warnings, run, requests } = report;
  return [
    headLine({ report, outcomes }, problems, style),
    ...(alreadyMerged > 0 ? [`  ${alreadyMerged} merged already`] : []),
    ...outcomes.flatMap((one) => ('code' in one ? leftLines(one, style) : [])),
    ...problemLines(problems, style),
    ...(error ? [style.bad(`  ${error.message}`), ...(error.hint ? [`  ${error.hint}`] : [])] : []),
    ...warnings.map(({ message }) => style.warn(`  ! ${message}`)),
    ...syncLines(outcomes),
    style.dim(`  run ${run} · ${counted(requests.destination, 'Zendesk call')}`),
  ];
}

function headLine(
  { report, outcomes }: Pick<Merged, 'report' | 'outcomes'>,
  problems: readonly TickProblem[],
  style: Style,
) {
  const text = `${counted(countsOf({ outcomes }).merged, 'user')} merged`;
  if (report.outcome !== 'completed') return style.bad(`✖ ${report.outcome}: ${text}`);
  const isWhole = problems.length === 0 && outcomes.every((one) => !('code' in one));
  return isWhole ? style.good(`✔ ${text}`) : style.warn(`! ${text}`);
}

const maxKeysShown = 10;

/** A customer that has another user by now: its next full sync writes it. */
function syncLines(outcomes: Merged['outcomes']): readonly string[] {
  const relinked = outcomes.flatMap((one) => ('relinked' in one && one.customer !== undefined ? [one.customer] : []));
  if (relinked.length === 0) return [];
  const command =
    relinked.length > maxKeysShown ? 'rolodesk sync --full' : `rolodesk sync --keys ${relinked.join(' ')}`;
  return [
    `  ${counted(relinked.length, 'customer has', 'customers have')} another user now. To write it at once:`,
    visibleLine(`    ${command}`),
  ];
}

function leftLines(
  {
    group,
    merge,
    code,
    message,
  }: { readonly group: string; readonly merge: string; readonly code: string; readonly message: string },
  { dim }: Style,
): readonly string[] {
  return [`  ${dim('–')} ${visibleLine(`group ${group}: user ${merge}  ${code}`)}`, visibleLine(`      ${message}`)];
}

export function problemLines(problems: readonly TickProblem[], { dim }: Style): readonly string[] {
  return problems.flatMap(({ group, message }) => [
    `  ${dim('–')} ${visibleLine(`group ${group === '' ? 'without a name' : group}: ticks`)}`,
    visibleLine(`      ${message}`),
  ]);
}
