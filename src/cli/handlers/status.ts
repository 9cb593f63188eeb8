import { asJson, isDue } from '../../app/connections/report.ts';
import type { PipelineStatus } from '../../app/operations/status.ts';
import { maxMissedSuccesses } from '../../core/service/due.ts';
import type { CommandContext } from '../command.ts';
import { printConnection } from '../print/print-connection.ts';

const exitCodes = { ok: 0, attention: 1, failing: 4 } as const;

/**
 * How things stand, with an exit code for monitors: 0 well, 1 something waits for a person, 4 the last run failed, there was
 * none, or none has succeeded for longer than the schedule allows.
 */
export async function status(cli: CommandContext): Promise<number> {
  return await cli.withPipeline(async (pipeline) => {
    const found = await pipeline.status();
    const { last, lastSuccess, isOverdue, held, pauseReason, schedule, counts, connections } = found;
    cli.printJson({
      pipeline: found.pipeline,
      last: last ?? null,
      lastSuccess: lastSuccess ?? null,
      overdue: isOverdue,
      held: held > 0,
      hold: pauseReason ?? null,
      schedule: schedule ?? null,
      ...counts,
      connections: connections.map(asJson),
    });
    show(cli, found);
    return exitCodes[found.verdict];
  });
}

function show(cli: CommandContext, found: PipelineStatus): void {
  const { last, failure, lastSuccess, isOverdue, held, pauseReason, schedule, counts, connections } = found;
  const { print, style } = cli;
  print(style.bold(found.pipeline));
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

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
