import type { SyncPlan } from '../../app/operations/plan.ts';
import type { Json } from '../../core/domain/json.ts';
import type { PlannedChange } from '../../core/plan/planned-change.ts';
import { describeTime, kinds } from '../format/format-plan.ts';
import { shownValue } from '../format/format-value.ts';
import { escaped, facts, filterBar, moment, pageFoot, pageHead, withCommands } from './page.ts';

/** A plan as a page that a support lead can read: totals first, then every change, filtered by kind. */
export async function* planPage(plan: SyncPlan): AsyncGenerator<string> {
  const { pipeline, destination, createdAt, counts, estimate, report } = plan;
  yield pageHead(`What a sync of ${pipeline} would do`);
  yield `<p class="soft">To ${escaped(destination)}, as of ${moment(createdAt)}. Nothing has been written.</p>\n`;
  yield facts([
    ...kinds.map(({ name, noun }) => [noun, counts[name].toLocaleString('en-US')] as const),
    ['unchanged', counts.unchanged.toLocaleString('en-US')],
    ['Zendesk calls', estimate.calls.total.toLocaleString('en-US')],
    ['expected time', describeTime(estimate.expectedMs)],
  ]);
  if (report.outcome === 'held')
    yield '<p class="warn">There are more deactivations than the cap allows: none of them will be done.</p>\n';
  for (const { message } of report.warnings) yield `<p class="warn">${escaped(message)}</p>\n`;
  yield filterBar(
    kinds.filter(({ name }) => counts[name] > 0).map(({ name, noun }) => ({ name, label: noun, count: counts[name] })),
  );
  yield '<table class="changes"><thead><tr><th>what</th><th>customer</th><th>Zendesk user</th><th>fields</th></tr></thead><tbody>\n';
  for await (const change of plan.changes()) if (change.action !== 'note') yield row(change);
  yield `</tbody></table>\n${pageFoot}`;
}

function row({ key, action, code, message, detail, destinationId, fields }: PlannedChange): string {
  const reason = code === undefined || code === action ? '' : ` <span class="soft">${escaped(code)}</span>`;
  const reasons = [message === undefined ? undefined : withCommands(message), detail && escaped(detail)];
  const why = reasons
    .flatMap((text) => (text === undefined ? [] : [`<span class="field soft">${text}</span>`]))
    .join('');
  const what = Object.entries(fields).map(([name, [before, after]]) => fieldLine(name, before, after));
  return `<tr class="${action}"><td><span class="kind">${action}</span>${reason}</td><td class="id" data-label="customer">${escaped(key)}</td><td class="id" data-label="user">${escaped(destinationId ?? '')}</td><td>${why}${what.join('')}</td></tr>\n`;
}

function fieldLine(name: string, before: Json, after: Json): string {
  const old = before === null ? '' : `<del class="value">${escaped(shownValue(before))}</del> → `;
  return `<span class="field"><b>${escaped(name)}</b> ${old}<ins class="value">${escaped(shownValue(after))}</ins></span>`;
}
