import type { OpenedPipeline } from '../../app/create-pipeline.ts';
import type { SyncPlan } from '../../app/operations/plan.ts';
import type { PlannedChange } from '../../core/plan/planned-change.ts';
import { isDeletion } from '../../core/report/deletions.ts';
import { describeTime, kinds, listedKinds, meanings } from '../format/format-plan.ts';
import { shownValue } from '../format/format-value.ts';
import { changeList, keyPlaceholder, type ListedField, type ListedRow, listScriptHash } from './change-list.ts';
import { escaped, facts, moment, pageFoot, pageHead } from './page.ts';

/** A plan as a page that a support lead can read: totals first, then every change, what needs a person first. */
export async function* planPage(
  plan: SyncPlan,
  { accounts, urlsOf }: Pick<OpenedPipeline, 'accounts' | 'urlsOf'>,
): AsyncGenerator<string> {
  const { pipeline, createdAt, counts, estimate, report } = plan;
  yield pageHead(`What a sync of ${pipeline} would do`, { scriptHash: listScriptHash });
  yield `<p><b>${escaped(accounts.source.label)} → ${escaped(accounts.destination.label)}</b></p>\n`;
  yield `<p class="soft">As of ${moment(createdAt)}. Nothing has been written.</p>\n`;
  yield facts([
    ...kinds.map(({ name, noun }) => [noun, counts[name].toLocaleString('en-US')] as const),
    ['unchanged', counts.unchanged.toLocaleString('en-US')],
    ['Zendesk calls', estimate.calls.total.toLocaleString('en-US')],
    ['expected time', describeTime(estimate.expectedMs)],
  ]);
  if (report.outcome === 'held')
    yield '<p class="warn">There are more deactivations than the cap allows: none of them will be done.</p>\n';
  for (const { message } of report.warnings) yield `<p class="warn">${escaped(message)}</p>\n`;
  const listed = listedKinds.filter((kind) => counts[kind] > 0);
  yield glossary(listed);
  yield* changeList(rowsOf(plan), {
    kinds: listed.map((name) => ({ name, count: counts[name] })),
    fields: 'fields',
    before: { element: 'del', className: 'value' },
    after: { element: 'ins', className: 'value' },
    urls: urlsOf({ key: keyPlaceholder, destinationId: keyPlaceholder }),
  });
  yield pageFoot;
}

function glossary(listed: readonly (typeof listedKinds)[number][]): string {
  const lines = listed.map(
    (kind) => `<dt class="${kind}"><span class="kind">${kind}</span></dt><dd>${escaped(meanings[kind])}</dd>`,
  );
  return `<details><summary>What these words mean</summary><dl class="words">${lines.join('')}</dl></details>\n`;
}

async function* rowsOf(plan: SyncPlan): AsyncGenerator<ListedRow> {
  for (const kind of listedKinds) {
    if (plan.counts[kind] === 0) continue;
    for await (const change of plan.changes([kind])) {
      const isForPerson = kind === 'conflict' || kind === 'reject';
      const blockingUser = isForPerson ? await plan.blockingUserOf(change.key) : undefined;
      yield rowOf({ destinationId: blockingUser, ...change }, plan.nameOf(change.key));
    }
  }
}

function rowOf(
  {
    key,
    action,
    code,
    message,
    detail,
    destinationId,
    fields,
  }: Omit<PlannedChange, 'destinationId'> & { readonly destinationId?: string | undefined },
  name: string | undefined,
): ListedRow {
  const isDeleted = isDeletion(fields);
  return {
    kind: isDeleted ? 'deactivate' : action,
    verb: isDeleted ? 'delete' : undefined,
    key,
    destinationId,
    code: code === action ? undefined : code,
    name: name ?? nameIn(fields),
    notes: [message, detail].filter((note) => note !== undefined),
    fields: isDeleted ? [] : Object.entries(fields).map(([field, values]) => fieldOf(field, values)),
  };
}

function fieldOf(name: string, [before, after]: PlannedChange['fields'][string]): ListedField {
  return { name, after: shownValue(after), ...(before === null ? {} : { before: shownValue(before) }) };
}

function nameIn({ name }: PlannedChange['fields']): string | undefined {
  return typeof name?.[1] === 'string' ? name[1] : undefined;
}
