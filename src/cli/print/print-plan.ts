import type { Plan } from '../../core/plan/make-plan.ts';
import { counted } from '../../core/records/counted.ts';
import { changeLines } from '../format/change-lines.ts';
import { describeTime, kinds, listedKinds, meanings, type PlannedKind } from '../format/format-plan.ts';
import type { Style } from '../terminal.ts';
import { table } from '../terminal.ts';

/** How many of each kind a shortened plan shows. It never leaves out what a person has to look at. */
const maxListed: Readonly<Record<PlannedKind, number>> = {
  conflict: 50,
  reject: 50,
  deactivate: 50,
  adopt: 10,
  update: 10,
  create: 3,
  skip: 5,
};

export interface PlanScreen {
  readonly style: Style;
  /** Undefined where it is not a terminal: lines are as long as their text. */
  readonly columns: number | undefined;
  /** Where the customers are and where they go, such as `acme-old.zendesk.com → acme.zendesk.com`. */
  readonly accounts: string;
  /** List every change. */
  readonly isWhole: boolean;
  linksOf(change: { readonly key: string; readonly destinationId?: string | undefined }): readonly {
    readonly side: string;
    readonly url: string;
  }[];
}

type Shown = Pick<Plan, 'counts' | 'estimate' | 'report' | 'changes' | 'nameOf' | 'blockingUserOf'>;

/** A plan as a person reads it: the sums, then the changes kind by kind, what needs a person first. */
export async function* planLines(plan: Shown, screen: PlanScreen): AsyncGenerator<string> {
  const { style, accounts } = screen;
  yield style.bold('A sync would now');
  yield style.dim(`  ${accounts}`);
  yield* sums(plan, style);
  for (const kind of listedKinds) if (plan.counts[kind] > 0) yield* listed(plan, kind, screen);
}

function* sums({ counts, estimate, report }: Shown, style: Style): Generator<string> {
  yield table([
    ...kinds.map(({ name, noun, mark }) => [`  ${mark} ${noun}`, String(counts[name]).padStart(8)]),
    ['    leave unchanged', String(counts.unchanged).padStart(8)],
  ]);
  for (const [reason, count] of Object.entries(report.skips)) yield style.dim(`      skipped ${reason}: ${count}`);
  for (const [code, list] of Map.groupBy(report.rejects, (reject) => reject.code))
    yield style.dim(`      ${code}: ${list.length}${report.rejects.length === 100 ? ' or more' : ''}`);
  const calls = counted(estimate.calls.total, 'Zendesk call');
  const jobs = counted(estimate.calls.jobs ?? 0, 'job');
  yield style.dim(
    `  with ${calls} (${jobs}) in about ${describeTime(estimate.expectedMs)}, limited by ${estimate.limitedBy}`,
  );
  for (const { message } of report.warnings) yield style.warn(`  ! ${message}`);
  if (report.outcome === 'held')
    yield style.warn(
      '  ! More deactivations than the cap: none of them would be done. --allow-deactivations N allows them.',
    );
  if (report.error) yield style.bad(`  The plan is not whole: ${report.error.message}`);
}

async function* listed(plan: Shown, kind: PlannedKind, screen: PlanScreen): AsyncGenerator<string> {
  const { style, columns, isWhole } = screen;
  const mark = kinds.find(({ name }) => name === kind)?.mark ?? '';
  const isForPerson = kind === 'conflict' || kind === 'reject';
  const title = style.bold(`${mark} ${kind}: ${plan.counts[kind]}`);
  yield '';
  yield isForPerson ? style.warn(title) : title;
  yield style.dim(`  ${meanings[kind]}`);
  let left = isWhole ? Number.POSITIVE_INFINITY : maxListed[kind];
  for await (const change of plan.changes([kind])) {
    if (left === 0) {
      const rest = plan.counts[kind] - maxListed[kind];
      yield style.dim(`  … and ${rest} more: rolodesk plan --all lists them, --html FILE writes a page.`);
      return;
    }
    left -= 1;
    const name = 'name' in change.fields ? undefined : plan.nameOf(change.key);
    const destinationId = isForPerson ? await plan.blockingUserOf(change.key) : undefined;
    const links = isForPerson ? screen.linksOf({ key: change.key, destinationId }) : [];
    yield* changeLines(change, { style, columns, name, links });
  }
}
