import type { OpenedPipeline } from '../../app/create-pipeline.ts';
import type { AuditReport } from '../../app/operations/audit.ts';
import type { AuditEntry } from '../../core/audit/findings.ts';
import type { Audit, AuditFindingSummary } from '../../core/audit/run-audit.ts';
import { explanationOf } from '../explanations.ts';
import {
  auditKinds,
  customerLines,
  decisionOf,
  examplesOf,
  notesOf,
  type Sum,
  userLines,
} from '../format/format-audit.ts';
import { shownValue } from '../format/format-value.ts';
import { changeList, keyPlaceholder, type ListedRow, listScriptHash } from './change-list.ts';
import { escaped, facts, moment, pageFoot, pageHead, withCommands } from './page.ts';

/** An audit as a page for finance and support: the sums of both sides, every cause with what to do, then every line. */
export async function* auditPage(
  made: AuditReport,
  { urlsOf }: Pick<OpenedPipeline, 'urlsOf'>,
): AsyncGenerator<string> {
  const { pipeline, sourceTitle: source, destinationOrigin, at } = made;
  const destination = new URL(destinationOrigin).host;
  yield pageHead(`Audit of ${pipeline}: ${source} and ${destination}`, { scriptHash: listScriptHash });
  yield `<p class="soft">Both sides were read again, as of ${moment(at)}. Nothing has been written.</p>\n`;
  yield `<p class="${made.inSync ? 'good' : 'bad'}"><b>${escaped(decisionOf(made))}</b></p>\n`;
  for (const { message } of made.warnings) yield `<p class="warn">${escaped(message)}</p>\n`;
  yield side(`Customers in ${source}`, customerLines(made));
  yield side(`Users in ${destination}`, userLines(made));
  for (const note of notesOf(made)) yield `<p class="soft">${escaped(note)}</p>\n`;
  if (made.causes.length > 0) {
    yield '<h2>Causes, and what to do</h2>\n<table class="causes"><thead><tr><th>what</th><th class="number">count</th><th>cause</th><th>what to do</th></tr></thead><tbody>\n';
    for (const cause of made.causes) yield causeRow(cause);
    yield '</tbody></table>\n<h2>One by one</h2>\n';
    yield* changeList(made.entries().map(rowOf), {
      kinds: auditKinds.map(({ name }) => ({ name, count: countOf(made, name) })),
      fields: 'in the source → in Zendesk',
      before: { element: 'span', className: 'value good' },
      after: { element: 'span', className: 'value bad' },
      urls: urlsOf({ key: keyPlaceholder, destinationId: keyPlaceholder }),
    });
  }
  yield pageFoot;
}

function side(title: string, [[, total], ...parts]: Sum): string {
  const numbers = parts.map(([name, count]) => [name, count.toLocaleString('en-US')] as const);
  return `<h2>${escaped(title)}: ${total.toLocaleString('en-US')}</h2>\n${facts(numbers)}`;
}

function causeRow(found: AuditFindingSummary): string {
  const { kind, code, count } = found;
  const { cause, fix } = explanationOf(code);
  const name = code === kind ? '' : ` <span class="soft">${escaped(code)}</span>`;
  return `<tr class="${kind}"><td><span class="kind">${kind}</span>${name}</td><td class="number">${count.toLocaleString('en-US')}</td><td>${escaped(cause)} <span class="field soft">${escaped(examplesOf(found))}</span></td><td>${withCommands(fix)}</td></tr>\n`;
}

function rowOf({ kind, code, key, destinationId, name, message, fields }: AuditEntry): ListedRow {
  return {
    kind,
    key,
    destinationId,
    code: code === kind ? undefined : code,
    name,
    notes: message === undefined ? [] : [message],
    fields: Object.entries(fields).map(([field, [expected, shown]]) => ({
      name: field,
      before: shownValue(expected),
      after: shownValue(shown),
    })),
  };
}

function countOf({ causes }: Audit, kind: AuditEntry['kind']): number {
  return causes.reduce((sum, cause) => (cause.kind === kind ? sum + cause.count : sum), 0);
}
