import { isDue } from '../../app/connections/report.ts';
import type { OpenedPipeline } from '../../app/create-pipeline.ts';
import type { PipelineStatus } from '../../app/operations/status.ts';
import { counted } from '../../core/records/counted.ts';
import { maxMissedSuccesses } from '../../core/service/due.ts';
import type { CommandContext } from '../command.ts';
import { describeAccounts } from '../format/links.ts';
import { printConnection } from './print-connection.ts';

/** How things stand. The first line says in words what the exit code says to a monitor. */
export function printStatus(
  cli: CommandContext,
  pipeline: Pick<OpenedPipeline, 'accounts'>,
  found: PipelineStatus,
): void {
  const { last, failure, lastSuccess, isOverdue, held, pauseReason, schedule, counts, connections } = found;
  const { print, style } = cli;
  print(`${style.bold(found.pipeline)}  ${style.dim(describeAccounts(pipeline))}`);
  print(verdictOf(found, style));
  print(`  last run: ${last ? `${last.outcome}, ${timeOf(last.startedAt)}` : 'none yet'}`);
  if (failure) print(style.bad(`    ${failure.message} (${failure.code})`));
  if (failure?.hint !== undefined) print(`    ${failure.hint}`);
  print(`  last success: ${lastSuccess ? timeOf(lastSuccess.finishedAt ?? lastSuccess.startedAt) : 'none'}`);
  if (isOverdue) print(style.bad(`    Since then ${maxMissedSuccesses} runs or more were due.`));
  print(
    `  customers linked: ${counts.links}; rejects: ${counts.deadLetters}; deactivations held: ${held}; batches open: ${counts.openBatches}`,
  );
  if (schedule) {
    const { cron, timeZone, next, missed, lastMissed } = schedule;
    print(`  schedule: ${cron} (${timeZone}); next: ${next ?? 'when rolodesk serve runs'}`);
    if (lastMissed !== null) print(`  missed runs: ${missed}, the last one due ${lastMissed}`);
  }
  if (pauseReason !== undefined) print(style.warn(`  nothing is written until rolodesk sync --resume: ${pauseReason}`));
  for (const report of connections.filter(isDue)) printConnection(cli, report);
}

function verdictOf(found: PipelineStatus, style: CommandContext['style']): string {
  switch (found.verdict) {
    case 'ok':
      return style.good('✔ All is well: the last run completed, and nothing waits for you.');
    case 'attention':
      return style.warn(`! Needs you: ${attentionOf(found).join('; ')}.`);
    case 'failing':
      return style.bad(`✖ Not working: ${failureText(found)}`);
    default:
      return found.verdict satisfies never;
  }
}

/** Each thing that waits for a person, with the command that deals with it. */
function attentionOf({ counts, held, pauseReason, connections }: PipelineStatus): string[] {
  const due = connections.filter(isDue).length;
  return [
    ...(counts.deadLetters > 0 ? [`${counted(counts.deadLetters, 'customer')} rejected (rolodesk rejects)`] : []),
    ...(held > 0 ? [`${counted(held, 'deactivation')} held (rolodesk sync --allow-deactivations ${held})`] : []),
    ...(pauseReason === undefined ? [] : ['syncs are paused (rolodesk sync --resume)']),
    ...(due > 0 ? [`${counted(due, 'connection')} to look at (rolodesk connections)`] : []),
  ];
}

function failureText({ last, isOverdue }: PipelineStatus): string {
  if (last === undefined) return 'there has been no run yet. rolodesk sync starts the first.';
  if (last.outcome === 'running') return 'the last run is still going on, or its process died.';
  if (last.outcome === 'paused') return 'the last run was stopped before its end. rolodesk sync continues it.';
  if (last.outcome === 'failed') return 'the last run failed.';
  return isOverdue ? 'no run has succeeded for longer than the schedule allows.' : `the last run is ${last.outcome}.`;
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
