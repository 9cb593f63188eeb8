import type { RunReport } from '../../core/domain/run-report.ts';
import type { CommandContext } from '../command.ts';
import { visibleLine } from '../format/visible.ts';
import { table } from '../terminal.ts';

/** A run's report for people. Holds counts, keys and reasons, never customer data. */
export function printReport({ print, style }: CommandContext, report: RunReport): void {
  const { tallies, skips, rejects, warnings, requests, outcome, error, canary } = report;
  const seconds = (Date.parse(report.finishedAt) - Date.parse(report.startedAt)) / 1000;
  const title =
    outcome === 'completed'
      ? style.good('✔ completed')
      : outcome === 'failed'
        ? style.bad('✖ failed')
        : style.warn(`• ${outcome}`);
  print(
    `${title}  ${style.dim(`run ${report.run} · ${seconds.toFixed(1)} s · ${requests.source} source calls, ${requests.destination} Zendesk calls, ${requests.throttled} throttled`)}`,
  );
  print(table(Object.entries(tallies).map(([name, count]) => [`  ${name}`, String(count).padStart(8)])));
  for (const [reason, count] of Object.entries(skips)) print(style.dim(`    skipped ${reason}: ${count}`));
  const byCode = Map.groupBy(rejects, ({ code }) => code);
  for (const [code, list] of byCode)
    print(
      style.warn(
        visibleLine(
          `    rejected ${code}: ${list.length}${rejects.length === 100 ? ' or more' : ''}, such as customer ${list[0]?.key}: ${list[0]?.message}`,
        ),
      ),
    );
  for (const { message } of warnings) print(style.warn(visibleLine(`  ! ${message}`)));
  if (canary) print(style.dim(`  canary: ${describeCanary(canary)}`));
  if (canary?.answer === 'no')
    print(
      style.warn(
        `  The rest was refused: nothing is written until rolodesk sync --resume. rolodesk undo ${report.run} reverts what was.`,
      ),
    );
  if (outcome === 'held')
    print(
      style.warn(
        '  Deactivations are held. Look at them with rolodesk show, then: rolodesk sync --allow-deactivations N',
      ),
    );
  if (error) print(`${style.bad(`  ${error.message}`)}${error.hint ? `\n  ${error.hint}` : ''}`);
  if (tallies.rejected > 0)
    print(style.dim('  rolodesk rejects lists them; after the cause is mended: rolodesk retry'));
}

function describeCanary({ sent, matching, differences, answer }: NonNullable<RunReport['canary']>): string {
  const counts = [
    `${matching} as meant`,
    ...(differences.length > 0 ? [`${differences.length} not quite as meant`] : []),
    ...(sent > matching + differences.length ? [`${sent - matching - differences.length} not written`] : []),
  ];
  return `of the first ${sent}, ${counts.join(', ')}${answer === 'none' ? '' : `; the answer was ${answer}`}`;
}
