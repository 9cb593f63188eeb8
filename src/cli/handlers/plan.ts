import type { OpenedPipeline } from '../../app/create-pipeline.ts';
import type { SyncPlan } from '../../app/operations/plan.ts';
import { systemClock } from '../../core/clock.ts';
import { defined } from '../../core/defined.ts';
import type { CommandContext } from '../command.ts';
import { describeAccounts, linksTo } from '../format/links.ts';
import { planPage } from '../html/plan-page.ts';
import { printPaged } from '../print/pager.ts';
import { planLines } from '../print/print-plan.ts';
import { createProgress } from '../print/progress.ts';
import { growYoungGeneration } from '../process/limit-memory.ts';
import { writePrivateFile } from '../process/write-file.ts';
import { columnsOf } from '../terminal.ts';

const changesInJson = 100;

export interface PlanCommandOptions {
  readonly full?: boolean;
  readonly keys?: readonly string[];
  readonly allowDeactivations?: number;
  readonly out?: string;
  readonly html?: string;
  /** List every change, also on a terminal. */
  readonly all?: boolean;
}

/** Shows what a sync would do, without doing it. */
export async function plan(cli: CommandContext, options: PlanCommandOptions): Promise<number> {
  const { keys = [], out, html, all, ...choices } = options;
  return await cli.withPipeline(async (pipeline) => {
    growYoungGeneration();
    const progress = createProgress(cli, systemClock.now, 'plan');
    await using made = await pipeline
      .plan({ ...choices, keys, ...defined({ onProgress: progress.show }) })
      .finally(progress.done);
    return await tell(
      { cli, pipeline, made },
      {
        ...defined({ out, html, all }),
      },
    );
  });
}

async function tell(
  { cli, pipeline, made }: { readonly cli: CommandContext; readonly pipeline: OpenedPipeline; readonly made: SyncPlan },
  { out, html, all = false }: Pick<PlanCommandOptions, 'out' | 'html' | 'all'>,
): Promise<number> {
  const { counts, estimate, report } = made;
  if (out !== undefined) await made.save(cli.pathOf(out));
  if (html !== undefined) await writePrivateFile(cli.pathOf(html), planPage(made, pipeline));
  if (cli.common.json) {
    const changes = await Array.fromAsync(first(made.changes(), changesInJson));
    const { warnings, error, outcome } = report;
    cli.printJson({ counts, ...estimate, outcome, warnings, ...defined({ error }), changes });
  } else {
    const { stdout } = cli.terminal;
    const screen = {
      style: cli.style,
      columns: stdout.isTTY === true ? columnsOf(stdout) : undefined,
      accounts: describeAccounts(pipeline),
      // Whoever reads from a pipe searches or counts the changes.
      isWhole: all || stdout.isTTY !== true,
      linksOf: (change: Parameters<typeof linksTo>[1]) => linksTo(pipeline, change),
    };
    await printPaged(planLines(made, screen), cli.terminal);
    if (out !== undefined) cli.print(`\nKept in ${out}. Do exactly this: rolodesk sync --plan ${out}`);
    if (html !== undefined) cli.print(`Page to pass on: ${html}`);
  }
  if (report.error) return report.error.exitCode;
  return report.outcome === 'paused' ? 130 : 0;
}

async function* first<T>(items: AsyncIterable<T>, most: number): AsyncGenerator<T> {
  let left = most;
  for await (const item of items) {
    if (left === 0) return;
    left -= 1;
    yield item;
  }
}
