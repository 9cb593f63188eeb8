import { flatten } from '../../connectors/zendesk/fields/fields.ts';
import type { ZendeskUser } from '../../connectors/zendesk/user.ts';
import type { MapResult } from '../../core/domain/mapper.ts';
import type { SourceRecord } from '../../core/domain/record.ts';
import type { CommandContext } from '../command.ts';
import { cut, pad, widthOf, wrapped } from '../format/text-layout.ts';
import { visibleLine } from '../format/visible.ts';
import { printWarnings } from '../print/print-warnings.ts';
import { columnsOf, type Style } from '../terminal.ts';

const minColumns = 60;
const between = ' │ ';
/** Of one value. The whole of it is in --json. */
const maxLines = 6;
const maxNameShare = 0.45;

type Shown = readonly { readonly name: string; readonly value: string }[];

/** Shows a few records next to the users they would become. Zendesk is not called. */
export async function preview(
  cli: CommandContext,
  { limit, all = false }: { readonly limit: number; readonly all?: boolean },
): Promise<number> {
  return await cli.withPipeline(async (pipeline) => {
    const { records, warnings, hasUncheckedFields, reads } = await pipeline.preview({ limit });
    cli.printJson(records.map(({ record, result }) => ({ key: record.key, source: record.data, result })));
    for (const { record, result } of records)
      show(cli, { record, result, fields: leavesOf(record.data).filter(({ name }) => all || reads(name)) });
    if (records.length > 0 && !all)
      cli.print(cli.style.dim('On the left: the fields that the mapping reads. --all shows every field.'));
    printWarnings(cli, warnings);
    // The document of --json is a list of records: it has no place for them.
    if (cli.common.json) for (const { message } of warnings) cli.terminal.stderr.write(`${message}\n`);
    if (records.length === 0)
      cli.print('The source gave no records. rolodesk check says what it reads, and whether that is right.');
    if (hasUncheckedFields)
      cli.print(
        cli.style.dim(
          'Zendesk was not asked for its custom fields yet: rolodesk check does, and their values are checked then.',
        ),
      );
    return 0;
  });
}

interface Previewed {
  readonly record: SourceRecord;
  readonly result: MapResult<ZendeskUser>;
  /** What is shown of the record. */
  readonly fields: Shown;
}

function show({ print, style, terminal }: CommandContext, { record, result, fields }: Previewed): void {
  const width = Math.max(minColumns, columnsOf(terminal.stdout));
  const half = Math.floor((width - widthOf(between)) / 2);
  const state = record.state === 'active' ? '' : ` (${record.state})`;
  print(style.bold(`customer ${visibleLine(record.key)}${state}`));
  const left = block(fields, half);
  const right = rightBlock(result, half, style);
  for (let line = 0; line < Math.max(left.length, right.length); line += 1)
    print(`${pad(left[line] ?? '', half)}${style.dim(between)}${right[line] ?? ''}`.trimEnd());
  print('');
}

function rightBlock(result: MapResult<ZendeskUser>, width: number, style: Style): readonly string[] {
  switch (result.kind) {
    case 'payload': {
      const { organizations, ...plain } = flatten(result.payload);
      const names = result.payload.organizations?.map(({ name }) => name) ?? [];
      const fields = Object.entries({ ...plain, ...(names.length > 0 && { organizations: names }) }).map(
        ([name, value]) => ({ name, value: textOf(value) }),
      );
      const notes = (result.omitted ?? []).flatMap(({ target, why }) => wrapped(`! ${target} left out: ${why}`, width));
      for (const { target, why } of result.unchecked ?? [])
        notes.push(...wrapped(`! ${target} unchecked: ${why}`, width));
      return [...block(fields, width), ...notes.map((line) => style.warn(line))];
    }
    case 'skip':
      return wrapped(`skipped ${result.reason}: ${result.message}`, width).map((line) => style.warn(line));
    case 'reject': {
      const { code, message, detail } = result;
      const reason = `rejected ${code}: ${message}`;
      return [...wrapped(reason, width), ...(detail === undefined ? [] : wrapped(detail, width))].map((line) =>
        style.bad(line),
      );
    }
    default:
      return result satisfies never;
  }
}

/** Names in a column of their own, values next to them; below a name that is too long for it. */
function block(fields: Shown, width: number): readonly string[] {
  const most = Math.floor(width * maxNameShare);
  const names = Math.max(0, ...fields.map(({ name }) => widthOf(name)).filter((length) => length <= most));
  return fields.flatMap(({ name, value }) => {
    if (widthOf(name) > names) return [cut(name, width), ...linesOf(value, width - 2).map((line) => `  ${line}`)];
    return linesOf(value, width - names - 2).map((line, index) => `${pad(index === 0 ? name : '', names)}  ${line}`);
  });
}

function linesOf(value: string, width: number): readonly string[] {
  const lines = wrapped(value, width);
  return lines.length <= maxLines ? lines : [...lines.slice(0, maxLines - 1), '…'];
}

/** Everything that is in a record, by the path that a mapping would use. */
function leavesOf(data: unknown, path = ''): Shown {
  if (typeof data === 'object' && data !== null && !Array.isArray(data))
    return Object.entries(data).flatMap(([name, inner]) => leavesOf(inner, path === '' ? name : `${path}.${name}`));
  return data === undefined || data === null || data === '' ? [] : [{ name: path, value: textOf(data) }];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
