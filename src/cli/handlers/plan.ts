import type { SyncPlan } from '../../app/operations/plan.ts';
import { systemClock } from '../../core/clock.ts';
import type { Json } from '../../core/domain/json.ts';
import type { PlannedChange } from '../../core/plan/planned-change.ts';
import type { CommandContext } from '../command.ts';
import { brief, describeTime, kinds } from '../format/format-plan.ts';
import { visibleLine } from '../format/visible.ts';
import { planPage } from '../html/plan-page.ts';
import { printPaged } from '../print/pager.ts';
import { createProgress } from '../print/progress.ts';
import { writePrivateFile } from '../process/write-file.ts';
import { table } from '../terminal.ts';

const changesInJson = 100;

export interface PlanCommandOptions {
  readonly full?: boolean;
  readonly only?: readonly string[];
  readonly allowDeactivations?: number;
  readonly out?: string;
  readonly html?: string;
}

/** Shows what a sync would do, without doing it. */
export async function plan(cli: CommandContext, options: PlanCommandOptions): Promise<number> {
  const { only = [], out, html, ...choices } = options;
  return await cli.withPipeline(async (pipeline) => {
    const progress = createProgress(cli, systemClock.now, 'plan');
    await using made = await pipeline
      .plan({ ...choices, keys: only, ...(progress.show && { onProgress: progress.show }) })
      .finally(progress.done);
    return await tell(cli, made, { ...(out !== undefined && { out }), ...(html !== undefined && { html }) });
  });
}

async function tell(
  cli: CommandContext,
  made: SyncPlan,
  { out, html }: Pick<PlanCommandOptions, 'out' | 'html'>,
): Promise<number> {
  const { counts, estimate, report } = made;
  if (out !== undefined) await made.save(cli.pathOf(out));
  if (html !== undefined) await writePrivateFile(cli.pathOf(html), planPage(made));
  if (cli.common.json) {
    const changes = await Array.fromAsync(first(made.changes(), changesInJson));
    const { warnings, error, outcome } = report;
    cli.printJson({ counts, ...estimate, outcome, warnings, ...(error && { error }), changes });
  } else {
    await printPaged(lines(cli, made), cli.terminal);
    if (out !== undefined) cli.print(`\nKept in ${out}. Do exactly this: rolodesk sync --plan ${out}`);
    if (html !== undefined) cli.print(`Page to pass on: ${html}`);
  }
  if (report.error) return report.error.exitCode;
  return report.outcome === 'paused' ? 130 : 0;
}

async function* lines(
  { style }: CommandContext,
  { counts, estimate, report, changes }: SyncPlan,
): AsyncGenerator<string> {
  yield style.bold('A sync would now');
  yield table([
    ...kinds.map(({ name, noun, mark }) => [`  ${mark} ${noun}`, String(counts[name]).padStart(8)]),
    ['    leave unchanged', String(counts.unchanged).padStart(8)],
  ]);
  for (const [reason, count] of Object.entries(report.skips)) yield style.dim(`      skipped ${reason}: ${count}`);
  for (const [code, list] of Map.groupBy(report.rejects, (reject) => reject.code))
    yield style.dim(`      ${code}: ${list.length}${report.rejects.length === 100 ? ' or more' : ''}`);
  yield style.dim(
    `  with ${estimate.calls.total} Zendesk calls (${estimate.calls.jobs ?? 0} jobs) in about ${describeTime(estimate.expectedMs)}, limited by ${estimate.limitedBy}`,
  );
  for (const { message } of report.warnings) yield style.warn(`  ! ${message}`);
  if (report.outcome === 'held')
    yield style.warn(
      '  ! More deactivations than the cap: none of them would be done. --allow-deactivations N allows them.',
    );
  if (report.error) yield style.bad(`  The plan is not whole: ${report.error.message}`);
  let isFirst = true;
  for await (const change of changes()) {
    if (change.action === 'note') continue;
    if (isFirst) yield '';
    isFirst = false;
    yield describeChange(change);
  }
}

/** One line for a change: `~ update  58  user 361…  phone: "+1…" → "+1…"`. */
export function describeChange({ key, action, code, message, detail, destinationId, fields }: PlannedChange): string {
  const { mark } = kinds.find(({ name }) => name === action) ?? { mark: ' ' };
  // A user that is made without an organization has nothing to show of it.
  const printed = Object.entries(fields).filter(([, [before, after]]) => before !== null || !isEmptyList(after));
  const what = printed.map(([name, [before, after]]) =>
    before === null ? `${name}: ${brief(after)}` : `${name}: ${brief(before)} → ${brief(after)}`,
  );
  const parts = [
    `${mark} ${action}`,
    key,
    destinationId && `user ${destinationId}`,
    code !== action ? code : undefined,
    message,
    detail,
    what.join(', '),
  ];
  return visibleLine(parts.filter((part) => part !== undefined && part !== '').join('  '));
}

async function* first<T>(items: AsyncIterable<T>, most: number): AsyncGenerator<T> {
  let left = most;
  for await (const item of items) {
    if (left === 0) return;
    left -= 1;
    yield item;
  }
}

function isEmptyList(value: Json): boolean {
  return Array.isArray(value) && value.length === 0;
}
