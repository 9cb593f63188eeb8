import { asJson } from '../../app/connections/report.ts';
import type { CommandContext } from '../command.ts';
import { runAsJson } from '../format/as-json.ts';
import { printStatus } from '../print/print-status.ts';

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
      last: last ? runAsJson(last) : null,
      lastSuccess: lastSuccess ? runAsJson(lastSuccess) : null,
      overdue: isOverdue,
      held: held > 0,
      hold: pauseReason ?? null,
      schedule: schedule ?? null,
      ...counts,
      connections: connections.map(asJson),
    });
    printStatus(cli, pipeline, found);
    return exitCodes[found.verdict];
  });
}
