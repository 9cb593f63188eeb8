import type { OpenedPipeline } from '../../app/create-pipeline.ts';
import { csvLine } from '../../app/csv.ts';
import type { AuditReport } from '../../app/operations/audit.ts';
import { type AuditEntry, auditedKinds, isDifference } from '../../core/audit/findings.ts';
import { systemClock } from '../../core/clock.ts';
import { counted } from '../../core/records/counted.ts';
import type { CommandContext } from '../command.ts';
import { explanationOf } from '../explanations.ts';
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
import { visibleLine } from '../format/visible.ts';
import { auditPage } from '../html/audit-page.ts';
import { printPaged } from '../print/pager.ts';
import { createAuditProgress } from '../print/progress.ts';
import { writePrivateFile } from '../process/write-file.ts';
import { table } from '../terminal.ts';

const differencesInJson = 100;
const maxValueLength = 60;
const differences = auditedKinds.filter(isDifference);

export interface AuditCommandOptions {
  readonly csv?: string;
  readonly html?: string;
}

/** Compares both sides, from fresh reads. Needs no lease: it writes nothing, to either side or to the state. */
export async function audit(cli: CommandContext, options: AuditCommandOptions): Promise<number> {
  return await cli.withPipeline(async (pipeline) => {
    const progress = createAuditProgress(cli, systemClock.now);
    await using made = await pipeline.audit({ onProgress: progress.show }).finally(progress.done);
    return await report(cli, { pipeline, made }, options);
  });
}

async function report(
  cli: CommandContext,
  { pipeline: opened, made }: { readonly pipeline: OpenedPipeline; readonly made: AuditReport },
  { csv, html }: AuditCommandOptions,
): Promise<number> {
  if (csv !== undefined) await writePrivateFile(cli.pathOf(csv), csvOf(made));
  if (html !== undefined) await writePrivateFile(cli.pathOf(html), auditPage(made, opened));
  if (cli.common.json) {
    const { pipeline, at, source, destination, inSync, normalized, unlistedFields, requests, warnings } = made;
    const causes = made.causes.map((cause) => ({ ...cause, ...explanationOf(cause.code) }));
    const found = [...made.entries(differences).take(differencesInJson)];
    const counts = { inSync, source, destination, normalized, unlistedFields };
    cli.printJson({ pipeline, at, ...counts, causes, requests, warnings, differences: found });
  } else {
    await printPaged(lines(cli, made), cli.terminal);
    if (csv !== undefined) cli.print(`For a spreadsheet: ${csv}`);
    if (html !== undefined) cli.print(`Page to pass on: ${html}`);
  }
  return made.inSync ? 0 : 1;
}

async function* lines({ style }: CommandContext, made: AuditReport): AsyncGenerator<string> {
  yield style.bold(`${made.sourceTitle} and ${new URL(made.destinationOrigin).host} compared, ${made.at}`);
  yield made.inSync ? style.good(`✔ ${decisionOf(made)}`) : style.bad(`✖ ${decisionOf(made)}`);
  yield '';
  yield table([...sumRows(customerLines(made)), [''], ...sumRows(userLines(made))]);
  for (const note of notesOf(made)) yield style.dim(`  ${note}`);
  const { requests } = made;
  yield style.dim(
    `  with ${counted(requests.source, 'source call')} and ${counted(requests.destination, 'Zendesk call')}`,
  );
  for (const { message } of made.warnings) yield style.warn(`  ! ${message}`);
  for (const cause of made.causes) {
    const { kind, code, count } = cause;
    const { cause: why, fix } = explanationOf(code);
    yield '';
    yield `${style.bold(kind === code ? kind : `${kind} ${code}`)}: ${count}  ${style.dim(visibleLine(examplesOf(cause)))}`;
    yield `  ${why}`;
    yield `  → ${fix}`;
  }
  let isFirst = true;
  for (const entry of made.entries([...differences, 'rejected'])) {
    if (isFirst) yield '';
    isFirst = false;
    yield entryLine(entry);
  }
}

function sumRows([total, ...parts]: Sum): string[][] {
  return [total, ...parts].map(([name, count], at) => [
    `${at === 0 ? '  ' : '    '}${name}`,
    String(count).padStart(8),
  ]);
}

/** One line for an entry: `≠ differing  customer 58  user 361…  phone: "+1…", in Zendesk "+2…"`. */
function entryLine(entry: AuditEntry): string {
  const { kind, code, name, message, fields } = entry;
  const { mark } = auditKinds.find((one) => one.name === kind) ?? { mark: ' ' };
  const what = Object.entries(fields).map(
    ([field, [expected, shown]]) => `${field}: ${brief(expected)}, in Zendesk ${brief(shown)}`,
  );
  const parts = [
    `${mark} ${kind}`,
    code === kind ? undefined : code,
    ...subjectsOf(entry),
    name && brief(name),
    message,
    what.join('; '),
  ];
  return visibleLine(parts.filter((part) => part !== undefined && part !== '').join('  '));
}

function brief(value: Parameters<typeof shownValue>[0]): string {
  const letters = [...shownValue(value).replaceAll('\n', ' · ')];
  return letters.length > maxValueLength ? `${letters.slice(0, maxValueLength - 1).join('')}…` : letters.join('');
}

/** A line for each field that differs, and one for everything else: what a spreadsheet filters and counts. */
function* csvOf(made: AuditReport): Generator<string> {
  yield csvLine([
    'kind',
    'cause',
    'customer',
    'zendesk user',
    'name',
    'field',
    'in the source',
    'in zendesk',
    'why',
    'what to do',
  ]);
  for (const { kind, code, key = '', destinationId = '', name = '', message, fields } of made.entries()) {
    const { cause, fix } = explanationOf(code);
    const why = message ?? cause;
    const changed = Object.entries(fields);
    if (changed.length === 0) yield csvLine([kind, code, key, destinationId, name, '', '', '', why, fix]);
    for (const [field, [expected, shown]] of changed)
      yield csvLine([kind, code, key, destinationId, name, field, cellOf(expected), cellOf(shown), why, fix]);
  }
}

function cellOf(value: Parameters<typeof shownValue>[0]): string {
  return value === null || value === '' ? '' : shownValue(value);
}
