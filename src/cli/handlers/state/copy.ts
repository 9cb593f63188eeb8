import { type CopiedPipeline, copyState } from '../../../app/state/copy.ts';
import { systemClock } from '../../../core/clock.ts';
import { counted } from '../../../core/records/counted.ts';
import type { CommandContext } from '../../command.ts';
import { visibleLine } from '../../format/visible.ts';
import { createProgressLine } from '../../print/progress.ts';

export interface CopyOptions {
  readonly from: string;
  readonly to: string;
  readonly pipeline?: string;
  readonly all: boolean;
}

/** Copies pipelines from one state to another, and says what was compared. */
export async function copy(cli: CommandContext, options: CopyOptions): Promise<number> {
  const line = createProgressLine(cli, systemClock.now, 'Stopping. Run the command again to continue.');
  const { from, to, pipelines, credentials, connections } = await copyState(cli.app, {
    ...options,
    onRows(pipeline, rows) {
      // Between two pages: the next attempt continues there.
      cli.terminal.signal.throwIfAborted();
      line.show(`Copying ${visibleLine(pipeline)}: ${rows.toLocaleString('en-US')} rows`);
    },
  }).finally(line.done);
  cli.printJson({ from, to, pipelines, credentials: credentials.length, connections });
  for (const pipeline of pipelines) cli.print(`${cli.style.good('✔')} ${describe(pipeline)}`);
  cli.print(`  ${counted(credentials.length, 'credential', 'credentials')} copied.`);
  const { copied, kept } = connections;
  if (copied.length > 0)
    cli.print(`  ${counted(copied.length, 'connection', 'connections')} that stand as rows copied.`);
  if (kept.length > 0)
    cli.print(`  ${counted(kept.length, 'connection', 'connections')} were there already, and stay as they are.`);
  cli.print(cli.style.dim(`Set state: (or ROLODESK_STATE) to ${to}, and do not run ${from} again.`));
  return 0;
}

function describe({ pipeline, rows, isUnchanged, isResumed }: CopiedPipeline): string {
  const name = visibleLine(pipeline);
  if (isUnchanged) return `${name} was copied before.`;
  const { links = 0, runs = 0 } = rows;
  const all = Object.values(rows).reduce((sum, count) => sum + count, 0);
  const counts = `${counted(links, 'link', 'links')}, ${counted(runs, 'run', 'runs')}, ${counted(all, 'row', 'rows')} in all`;
  return `${name}: ${counts}, equal on both sides${isResumed ? ' (an earlier copy was continued)' : ''}.`;
}
