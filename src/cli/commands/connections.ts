import { withConnections } from '../../app/connections/configured-connections.ts';
import { lastRefusals } from '../../app/connections/last-refusals.ts';
import { asJson, isDue, reportConnections } from '../../app/connections/report.ts';
import { withState } from '../../app/with-state.ts';
import type { CommandContext } from '../command.ts';
import { printConnection } from '../print-connection.ts';

/** How both sides get in, and until when. For monitors: exit 1 when something ends within 14 days, is missing or was refused. */
export async function connections(cli: CommandContext): Promise<number> {
  return await withConnections(cli.app, async (opened) => {
    const refusals = await withState(opened.settings, opened.clock, lastRefusals);
    const reports = await reportConnections({ ...opened, refusals });
    const due = reports.filter(isDue).length;
    cli.printJson({ connections: reports.map(asJson), due });
    for (const report of reports) printConnection(cli, report);
    return due > 0 ? 1 : 0;
  });
}
