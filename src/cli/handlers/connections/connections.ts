import { asJson, isDue } from '../../../app/connections/report.ts';
import type { CommandContext } from '../../command.ts';
import { printConnection } from '../../print/print-connection.ts';

/** How both sides get in, and until when. For monitors: exit 1 when something ends within 14 days, is missing or was refused. */
export async function connections(cli: CommandContext): Promise<number> {
  return await cli.withPipeline(async (pipeline) => {
    const reports = await pipeline.connections();
    const due = reports.filter(isDue).length;
    cli.printJson({ connections: reports.map(asJson), due });
    for (const report of reports) printConnection(cli, report);
    return due > 0 ? 1 : 0;
  });
}
