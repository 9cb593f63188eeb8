import type { AuditReport } from '../../app/operations/audit.ts';
import type { AuditEntry } from '../../core/audit/findings.ts';
import type { Audit, AuditFindingSummary } from '../../core/audit/run-audit.ts';
import {
  auditKinds,
  customerLines,
  decisionOf,
  examplesOf,
  notesOf,
  type Sum,
  subjectsOf,
  userLines,
} from '../format/format-audit.ts';
import { shownValue } from '../format/format-value.ts';
import { remediationFor } from '../remediation.ts';
import { escaped, facts, filterBar, moment, pageFoot, pageHead, withCommands } from './page.ts';

/** An audit as a page for finance and support: the sums of both sides, every cause with what to do, then every line. */
export function* auditPage(made: AuditReport): Generator<string> {
  const { pipeline, sourceTitle: source, destinationOrigin, at } = made;
  const destination = new URL(destinationOrigin).host;
  yield pageHead(`Audit of ${pipeline}: ${source} and ${destination}`);
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
    const counts = auditKinds.map(({ name }) => ({ name, label: name, count: countOf(made, name) }));
    yield filterBar(counts.filter(({ count }) => count > 0));
    yield '<table class="changes"><thead><tr><th>what</th><th>who</th><th>in the source → in Zendesk</th></tr></thead><tbody>\n';
    for (const entry of made.entries()) yield row(entry);
    yield '</tbody></table>\n';
  }
  yield pageFoot;
}

function side(title: string, [[, total], ...parts]: Sum): string {
  const numbers = parts.map(([name, count]) => [name, count.toLocaleString('en-US')] as const);
  return `<h2>${escaped(title)}: ${total.toLocaleString('en-US')}</h2>\n${facts(numbers)}`;
}

function causeRow(found: AuditFindingSummary): string {
  const { kind, code, count } = found;
  const { cause, fix } = remediationFor(code);
  const name = code === kind ? '' : ` <span class="soft">${escaped(code)}</span>`;
  return `<tr class="${kind}"><td><span class="kind">${kind}</span>${name}</td><td class="number">${count.toLocaleString('en-US')}</td><td>${escaped(cause)} <span class="field soft">${escaped(examplesOf(found))}</span></td><td>${withCommands(fix)}</td></tr>\n`;
}

function row(entry: AuditEntry): string {
  const { kind, code, name, message, fields } = entry;
  const reason = code === kind ? '' : ` <span class="soft">${escaped(code)}</span>`;
  const who = [...(name === undefined ? [] : [`<b>${escaped(name)}</b>`]), ...subjectsOf(entry).map(escaped)];
  const why = message === undefined ? '' : `<span class="field soft">${withCommands(message)}</span>`;
  const what = Object.entries(fields).map(
    ([field, [expected, shown]]) =>
      `<span class="field"><b>${escaped(field)}</b> <span class="value good">${escaped(shownValue(expected))}</span> → <span class="value bad">${escaped(shownValue(shown))}</span></span>`,
  );
  return `<tr class="${kind}"><td><span class="kind">${kind}</span>${reason}</td><td class="who">${who.map((part) => `<span class="field">${part}</span>`).join('')}</td><td>${why}${what.join('')}</td></tr>\n`;
}

function countOf({ causes }: Audit, kind: AuditEntry['kind']): number {
  return causes.reduce((sum, cause) => (cause.kind === kind ? sum + cause.count : sum), 0);
}
