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
  return [
    style.bold(`${counted(counts.merge, 'user')} to merge`),
    ...toMerge.map(({ group, keep, merge }) => visibleLine(`  group ${group}: user ${merge} into ${keep}`)),
    ...pairs.flatMap(({ group, merge, action, code, message }) =>
      action === 'merge'
        ? []
        : [
            visibleLine(
              `  ${left(style)} group ${group}: user ${merge}  ${action === 'gone' ? gone : `${code}: ${message}`}`,
            ),
          ],
    ),
    ...problemLines(problems, style),
    ...(counts.merge > 0 ? [style.warn('  ! Zendesk cannot undo a merge.')] : []),
    ...(withExternalId > 0
      ? [
          style.warn('  ! If people sign in by JWT or SAML, Zendesk refuses users with an external id:'),
          style.warn(`    ${withExternalId} of these have one.`),
        ]
      : []),
  ];
}

const gone = 'is not there any more';
const left = ({ dim }: Style): string => dim('–');

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

const maxKeysShown = 10;

export function resultLines(
  { report, outcomes }: Merged,
  problems: readonly TickProblem[],
  style: Style,
): readonly string[] {
  const { merged, alreadyMerged } = countsOf({ outcomes });
  const isWhole = problems.length === 0 && outcomes.every((one) => !('code' in one));
  const customers = [
    ...new Set(outcomes.flatMap((one) => ('customer' in one && one.customer !== undefined ? [one.customer] : []))),
  ];
  const keys = customers.length > maxKeysShown ? '--full' : `--keys ${customers.join(' ')}`;
  const text = `${counted(merged, 'user')} merged`;
  return [
    report.outcome === 'completed'
      ? isWhole
        ? style.good(`✔ ${text}`)
        : style.warn(`! ${text}`)
      : style.bad(`✖ ${report.outcome}: ${text}`),
    ...(alreadyMerged > 0 ? [`  ${alreadyMerged} merged already`] : []),
    ...outcomes.flatMap((one) =>
      'code' in one
        ? [visibleLine(`  ${left(style)} group ${one.group}: user ${one.merge}  ${one.code}: ${one.message}`)]
        : [],
    ),
    ...problemLines(problems, style),
    ...(report.error
      ? [style.bad(`  ${report.error.message}`), ...(report.error.hint ? [`  ${report.error.hint}`] : [])]
      : []),
    ...report.warnings.map(({ message }) => style.warn(`  ! ${message}`)),
    ...(customers.length > 0 && merged > 0
      ? [visibleLine(`  rolodesk sync ${keys} writes the values of the customers to the users that stay.`)]
      : []),
    style.dim(`  run ${report.run} · ${counted(report.requests.destination, 'Zendesk call')}`),
  ];
}

export function problemLines(problems: readonly TickProblem[], style: Style): readonly string[] {
  return problems.map(({ group, message }) => visibleLine(`  ${left(style)} group ${group || '(none)'}: ${message}`));
}
