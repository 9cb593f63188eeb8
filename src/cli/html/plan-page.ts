import { createHash } from 'node:crypto';
import type { OpenedPipeline } from '../../app/create-pipeline.ts';
import type { SyncPlan } from '../../app/operations/plan.ts';
import type { RecordUrls } from '../../app/sides.ts';
import type { Json } from '../../core/domain/json.ts';
import type { PlannedChange } from '../../core/plan/planned-change.ts';
import { isDeletion } from '../../core/report/deletions.ts';
import { describeTime, kinds, listedKinds, meanings } from '../format/format-plan.ts';
import { shownValue } from '../format/format-value.ts';
import { visible } from '../format/visible.ts';
import { escaped, facts, filterButtons, moment, pageFoot, pageHead } from './page.ts';
import { planScript } from './plan-script.ts';

const kindNames: readonly string[] = listedKinds;
const keyPlaceholder = '{key}';

/**
 * A plan as a page that a support lead can read: totals first, then every change, what needs a person first. The changes are
 * data in the page, which a script of ours draws by the hundred; nothing is loaded from anywhere.
 */
export async function* planPage(
  plan: SyncPlan,
  { sides, urlsOf }: Pick<OpenedPipeline, 'sides' | 'urlsOf'>,
): AsyncGenerator<string> {
  const { pipeline, createdAt, counts, estimate, report } = plan;
  yield pageHead(`What a sync of ${pipeline} would do`, { scriptHash: hashOf(planScript) });
  yield `<p><b>${escaped(sides.source.label)} → ${escaped(sides.destination.label)}</b></p>\n`;
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
  yield filterButtons(listed.map((name) => ({ name, label: name, count: counts[name] })));
  yield controls;
  yield* data(plan, urlsOf({ key: keyPlaceholder, destinationId: keyPlaceholder }));
  yield `<script>${planScript}</script>\n${pageFoot}`;
}

const controls = `<p class="controls"><input id="search" type="search" placeholder="Search names, keys, values" aria-label="Search"><button id="previous" type="button">Back</button><span id="where" class="soft"></span><button id="next" type="button">More</button></p>
<noscript><p class="warn">The changes are listed by a script, and this browser runs none.</p></noscript>
<table class="changes"><thead><tr><th>what</th><th>customer</th><th>Zendesk user</th><th>fields</th></tr></thead><tbody id="list"></tbody></table>
`;

function glossary(listed: readonly (typeof listedKinds)[number][]): string {
  const lines = listed.map(
    (kind) => `<dt class="${kind}"><span class="kind">${kind}</span></dt><dd>${escaped(meanings[kind])}</dd>`,
  );
  return `<details><summary>What these words mean</summary><dl class="words">${lines.join('')}</dl></details>\n`;
}

/** A change as the script reads it: numbers stand for what recurs. */
async function* data(plan: SyncPlan, urls: RecordUrls): AsyncGenerator<string> {
  const codes = createTable();
  const fields = createTable();
  const rowKinds = [...listedKinds.map((name) => ({ name })), { name: 'deactivate', verb: 'delete' }];
  let comma = '';
  yield '<script type="application/json" id="rows">[';
  for (const kind of listedKinds) {
    if (plan.counts[kind] === 0) continue;
    for await (const change of plan.changes([kind])) {
      const name = plan.nameOf(change.key);
      const isForPerson = kind === 'conflict' || kind === 'reject';
      const blockingUser = isForPerson ? await plan.blockingUserOf(change.key) : undefined;
      yield `${comma}\n${inScript(rowOf({ destinationId: blockingUser, ...change }, { codes, fields, name }))}`;
      comma = ',';
    }
  }
  yield ']</script>\n';
  const tables = {
    kinds: rowKinds,
    codes: codes.names,
    fields: fields.names,
    customerUrl: urls.customer,
    userUrl: urls.user,
  };
  yield `<script type="application/json" id="tables">${inScript(tables)}</script>\n`;
}

type Table = ReturnType<typeof createTable>;

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
  { name, ...tables }: { readonly codes: Table; readonly fields: Table; readonly name: string | undefined },
): Json {
  const isDeleted = isDeletion(fields);
  const kind = isDeleted ? listedKinds.length : kindNames.indexOf(action);
  const notes = [message, detail].filter((note) => note !== undefined);
  const changed = isDeleted ? [] : Object.entries(fields);
  return [
    kind,
    key,
    destinationId ?? 0,
    code === undefined || code === action ? -1 : tables.codes.at(code),
    name ?? nameIn(fields) ?? 0,
    notes,
    changed.map(([field, [before, after]]) => {
      const shown = [tables.fields.at(field), shownValue(after)];
      return before === null ? shown : [...shown, shownValue(before)];
    }),
  ];
}

function nameIn({ name }: PlannedChange['fields']): string | undefined {
  return typeof name?.[1] === 'string' ? name[1] : undefined;
}

function createTable() {
  const places = new Map<string, number>();
  const names: string[] = [];
  return {
    names,
    at(name: string): number {
      const known = places.get(name);
      if (known !== undefined) return known;
      places.set(name, names.length);
      names.push(name);
      return names.length - 1;
    },
  };
}

/** JSON that cannot end its script, nor act on whoever looks at the file in a terminal. */
function inScript(value: unknown): string {
  return visible(JSON.stringify(value))
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('&', '\\u0026');
}

function hashOf(script: string): string {
  return createHash('sha256').update(script).digest('base64');
}
