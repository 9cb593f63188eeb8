import type { CallContext } from '../../core/domain/context.ts';
import { ContractError } from '../../core/domain/errors.ts';
import type { SourceRecord } from '../../core/domain/record.ts';
import type { RowData } from '../../core/records/record-reader.ts';
import type { Cell, SheetRow } from './cells.ts';
import type { Column, WorksheetConfig } from './config.ts';
import { createHeadings, type Headings } from './headers.ts';

const maxNamedRows = 5;

/** Makes records of a sheet's rows: the first become the headings, empty ones nothing, and a row without a key is reported. */
export function createRecords(config: WorksheetConfig, context: Pick<CallContext, 'warn'>) {
  const headingRows: SheetRow[] = [];
  const keyless: number[] = [];
  const holding: number[] = [];
  let hidden = 0;
  let ready:
    | { readonly headers: Headings; readonly at: (column: Column | undefined, row: SheetRow) => Cell | undefined }
    | undefined;
  let key = -1;
  let found = 0;

  function begin(): NonNullable<typeof ready> {
    const headers = createHeadings(headingRows, config);
    if (headers.isData) context.warn(noHeadings(config.headerRow));
    key = headers.find(config.key, 'source.key');
    const places = new Map<Column, number>();
    if (config.parent !== undefined) places.set(config.parent, headers.find(config.parent, 'source.parent'));
    if (config.inactive) places.set(config.inactive.column, headers.find(config.inactive.column, 'source.inactive'));
    const at = (column: Column | undefined, { cells }: SheetRow): Cell | undefined => {
      const place = column === undefined ? undefined : places.get(column);
      return place === undefined ? undefined : cells.get(place);
    };
    return { headers, at };
  }

  function isInactive(value: Cell | undefined): boolean {
    if (!config.inactive) return false;
    const { is } = config.inactive;
    return (Array.isArray(is) ? is : [is]).some((wanted) => String(wanted) === String(value ?? ''));
  }

  return {
    take(row: SheetRow): SourceRecord<RowData> | undefined {
      if (row.number <= config.headerRow) {
        headingRows.push(row);
        return undefined;
      }
      ready ??= begin();
      if (row.holdsRows) holding.push(row.number);
      if (row.cells.size === 0) return undefined;
      if (row.isHidden) hidden += 1;
      if (row.isHidden && config.hiddenRows === 'skip') return undefined;
      const id = keyOf(row.cells.get(key));
      if (id === undefined) {
        keyless.push(row.number);
        return undefined;
      }
      found += 1;
      const parent = keyOf(ready.at(config.parent, row));
      const inactive = isInactive(ready.at(config.inactive?.column, row));
      return {
        key: id,
        place: `row ${row.number}`,
        data: ready.headers.dataOf(row),
        state: inactive ? 'inactive' : 'active',
        ...(parent !== undefined && parent !== id && { after: parent }),
      };
    },
    headers: (): readonly string[] => (ready ?? begin()).headers.names,
    /** Warns of what was left out. True when every row with something in it was a record. */
    end(): boolean {
      ready ??= begin();
      if (hidden > 0) {
        const done = config.hiddenRows === 'skip' ? 'left out' : 'read like the others';
        context.warn({ code: 'worksheet-hidden', message: `Hidden rows were ${done} (source.hiddenRows): ${hidden}.` });
      }
      if (found === 0 && keyless.length > 0)
        throw new ContractError(`None of ${keyless.length} rows has something in the column of source.key.`, {
          code: 'rows-without-key',
          hint: 'Check source.key and source.headerRow. Nobody counts as gone.',
        });
      if (keyless.length > 0)
        context.warn({ code: 'rows-without-key', message: `Rows without a key were left out: ${listed(keyless)}.` });
      if (holding.length > 0) context.warn(rowsInText(holding));
      return keyless.length + holding.length === 0 && !(hidden > 0 && config.hiddenRows === 'skip');
    },
  };
}

/** Numbers are written out whole: what a spreadsheet keeps, or has exported, as 1001.0 is 1001. */
function keyOf(value: Cell | undefined): string | undefined {
  const text = String(value ?? '')
    .trim()
    .replace(/^(-?\d+)\.0+$/, '$1');
  return text === '' ? undefined : text;
}

function noHeadings(row: number) {
  const message = `Row ${row} was taken for the headings, and seems to be a customer's. If there are no headings, set source.headerRow: 0 and name columns by letter.`;
  return { code: 'worksheet-headings', message };
}

function rowsInText(rows: readonly number[]) {
  const message = `Texts seem to hold the rows that follow them: ${listed(rows)}. A quote there may be closed too late; nobody counts as gone.`;
  return { code: 'worksheet-quotes', message };
}

function listed(rows: readonly number[]): string {
  const more = rows.length > maxNamedRows ? ` and ${rows.length - maxNamedRows} more` : '';
  return `${rows.slice(0, maxNamedRows).join(', ')}${more}`;
}
