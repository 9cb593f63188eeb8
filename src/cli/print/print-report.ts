import type { RunReport } from '../../core/domain/run/run-report.ts';
import { counted } from '../../core/records/counted.ts';
import { type CommandContext, exitCodeOf } from '../command.ts';
import { visibleLine } from '../format/visible.ts';
import { type Style, table } from '../terminal.ts';

type RunKind = 'sync' | 'retry' | 'undo';

const titles: Readonly<Record<RunKind, string>> = { sync: 'Sync', retry: 'Retry', undo: 'Undo' };

/** A run's report for people. Holds counts, keys and reasons, never customer data. `deleted`: users that an undo has deleted. */
export function printReport(
  { print, style }: CommandContext,
  report: RunReport,
  { kind, deleted = 0 }: { readonly kind: RunKind; readonly deleted?: number },
): void {
  const { tallies, skips, warnings, requests, outcome, error, canary } = report;
  print(titleOf(report, kind, style));
  const rows = kind === 'undo' ? undoRows(tallies, deleted) : Object.entries(tallies);
  print(table(rows.map(([name, count]) => [`  ${name}`, String(count).padStart(8)])));
  for (const [reason, count] of Object.entries(skips)) print(style.dim(`    skipped ${reason}: ${count}`));
  for (const line of rejectLines(report)) print(style.warn(visibleLine(line)));
  for (const { message } of warnings) print(style.warn(visibleLine(`  ! ${message}`)));
  if (canary) print(style.dim(`  canary: ${describeCanary(canary)}`));
  if (canary?.answer === 'no')
    print(
      style.warn(
        `  You declined the rest: nothing is written until rolodesk sync --resume. rolodesk undo ${report.run} reverts what was written.`,
      ),
    );
  if (outcome === 'held')
    print(
      style.warn(
        '  Deactivations wait for approval. Look at them with rolodesk show, then: rolodesk sync --allow-deactivations N',
      ),
    );
  if (error) print(`${style.bad(`  ${error.message}`)}${error.hint ? `\n  ${error.hint}` : ''}`);
  if (tallies.rejected > 0 && kind !== 'undo') print(style.dim(rejectsHint));
  const throttled = requests.throttled > 0 ? `, ${requests.throttled} slowed down by a rate limit` : '';
  const calls = `${counted(requests.source, 'source call')}, ${counted(requests.destination, 'Zendesk call')}${throttled}`;
  print(style.dim(`  run ${report.run} · ${calls}`));
}

/** A retry sends a record as it was read. */
const rejectsHint = `  rolodesk rejects lists them. A sync takes what is corrected at the source;
  rolodesk retry tries the others again.`;

/** A mark that agrees with the exit code: done, done with something left to do, or not done. */
function titleOf(report: RunReport, kind: RunKind, style: Style): string {
  const { outcome, tallies, skips, startedAt, finishedAt } = report;
  const seconds = ((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000).toFixed(1);
  const title = titles[kind];
  switch (outcome) {
    case 'failed':
      return style.bad(`✖ ${title} failed after ${seconds} s`);
    case 'paused':
      return style.warn(`! ${title} stopped after ${seconds} s, before its end`);
    case 'held':
      return style.warn(`! ${title} done in ${seconds} s, but deactivations wait for approval`);
    case 'completed': {
      if (exitCodeOf(report) === 0) return style.good(`✔ ${title} completed in ${seconds} s`);
      const left = [
        ...(tallies.rejected > 0 ? [`${counted(tallies.rejected, 'customer')} rejected`] : []),
        ...(skips.drifted !== undefined ? [`${skips.drifted} changed since the plan`] : []),
      ];
      return style.warn(`! ${title} done in ${seconds} s, but ${left.join(' and ')}`);
    }
    default:
      return outcome satisfies never;
  }
}

/** An undo creates nobody, and what its report counts as updated are deletions for the most part. */
function undoRows({ read, updated, unchanged, skipped, rejected }: RunReport['tallies'], deleted: number) {
  return [
    ['looked at', read],
    ['deleted', deleted],
    ['changed back', updated - deleted],
    ['as before already', unchanged],
    ['kept', skipped],
    ['refused', rejected],
  ] as const;
}

function rejectLines({ rejects }: RunReport): string[] {
  const more = rejects.length === 100 ? ' or more' : '';
  return [...Map.groupBy(rejects, ({ code }) => code)].map(([code, list]) => {
    const first = `customer ${list[0]?.key}: ${list[0]?.message}`;
    return `    rejected ${code}: ${list.length}${more}, ${list.length === 1 ? '' : 'such as '}${first}`;
  });
}

function describeCanary({ sent, matching, differences, answer }: NonNullable<RunReport['canary']>): string {
  const counts = [
    `${matching} as expected`,
    ...(differences.length > 0 ? [`${differences.length} different`] : []),
    ...(sent > matching + differences.length ? [`${sent - matching - differences.length} not written`] : []),
  ];
  const first = sent === 1 ? 'the first write' : `the first ${sent} writes`;
  return `of ${first}, ${counts.join(', ')}${answer === 'none' ? '' : `; the answer was ${answer}`}`;
}
