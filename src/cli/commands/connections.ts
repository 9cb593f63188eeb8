import type { Stage } from '../command.ts';
import { asJson, isDue, printConnection, reportConnections } from '../connections/report.ts';
import { withConnections } from '../connections/sides.ts';

/** How both sides get in, and until when. For monitors: exit 1 when something ends within 14 days, or is missing. */
export async function connections(stage: Stage): Promise<number> {
  return await withConnections(stage, async (opened) => {
    const reports = await reportConnections(opened);
    const due = reports.filter(isDue).length;
    stage.printJson({ connections: reports.map(asJson), due });
    for (const report of reports) printConnection(stage, report);
    return due > 0 ? 1 : 0;
  });
}
