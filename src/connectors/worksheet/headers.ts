import { ContractError } from '../../core/domain/errors.ts';
import type { RowData } from '../../core/records/record-reader.ts';
import { type Cell, columnOf, lettersOf, type SheetRow } from './cells.ts';
import type { Column, WorksheetConfig } from './config.ts';

export interface Headings {
  /** The cells of a row under the names that a mapping may use. */
  dataOf(row: SheetRow): RowData;
  /** Throws ContractError for a heading that the sheet does not have. */
  find(column: Column, configPath: string): number;
  /** The row of headings is the row of a customer, as it seems. */
  readonly isData: boolean;
  /** In the order of the columns, to be shown; none where they would be the values of a customer. */
  readonly names: readonly string[];
}

/**
 * Names the columns by the row of headings. A column is known by its heading, by that heading as a plain name (`Membership
 * Level` is also `membership_level`, for templates), and by what the configuration calls it. A cell without a heading takes
 * the one above it (merged downwards) or its left neighbour's with a number (merged across: `Phone`, `Phone 2`).
 */
export function createHeadings(rows: readonly SheetRow[], { columns, headerRow }: WorksheetConfig): Headings {
  const names = headerRow === 0 ? new Map<number, string>() : namesOf(rows);
  const byName = new Map([...names].reverse().map(([column, name]) => [name.toLowerCase(), column]));

  const isData = headerRow > 0 && looksLikeData(rows.at(-1));
  const known = isData
    ? `Row ${headerRow} holds values in place of headings.`
    : `Its headings: ${[...names.values()].join(', ') || 'none'}.`;

  function find(column: Column, configPath: string): number {
    if (typeof column !== 'string') return columnOf(column.column);
    const found = byName.get(column.trim().toLowerCase());
    if (found !== undefined) return found;
    throw new ContractError(`The sheet has no column "${column}" (${configPath}). ${known}`, {
      code: 'worksheet-column',
      hint: 'Correct the name, set source.headerRow to the row with the headings, or name a column by letter: { column: C }.',
    });
  }

  const targets = new Map<number, string[]>();
  const add = (column: number, name: string): void => {
    targets.set(column, [...(targets.get(column) ?? []), name]);
  };
  for (const [column, name] of names)
    for (const alias of /^\w+$/.test(name) ? [name] : [name, plainHeading(name)]) add(column, alias);
  for (const [name, column] of Object.entries(columns)) add(find(column, `source.columns.${name}`), name);

  return {
    find,
    isData,
    names: isData ? [] : [...names.values()],
    dataOf({ cells }) {
      const data: Record<string, Cell> = {};
      for (const [column, value] of cells)
        for (const name of targets.get(column) ?? [lettersOf(column)]) data[name] = value;
      return data;
    },
  };
}

/** Headings are short words. An address, a number, or a text with many digits is a value, and may be somebody's. */
function looksLikeData(row: SheetRow | undefined): boolean {
  const cells = [...(row?.cells.values() ?? [])];
  return cells.some(
    (cell) => typeof cell !== 'string' || /@.*\.|\d\D{0,2}\d\D{0,2}\d\D{0,2}\d\D{0,2}\d/.test(cell) || isNumber(cell),
  );
}

function isNumber(text: string): boolean {
  return /^\s*[-+]?\d+([.,]\d+)?\s*$/.test(text);
}

function namesOf(rows: readonly SheetRow[]): Map<number, string> {
  const width = Math.max(0, ...rows.map((row) => row.width));
  const names = new Map<number, string>();
  const used = new Map<string, number>();
  let left = '';
  for (let column = 0; column < width; column += 1) {
    const own =
      textAt(rows.at(-1), column) ??
      [...rows]
        .reverse()
        .map((row) => textAt(row, column))
        .find(Boolean);
    const base = own ?? (left === '' ? undefined : left);
    if (base === undefined) continue;
    const count = (used.get(base.toLowerCase()) ?? 0) + 1;
    used.set(base.toLowerCase(), count);
    names.set(column, count === 1 ? base : `${base} ${count}`);
    left = base;
  }
  return names;
}

function textAt(row: SheetRow | undefined, column: number): string | undefined {
  const text = String(row?.cells.get(column) ?? '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return text === '' ? undefined : text;
}

/** A header as a name that templates can use. */
export function plainHeading(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '_')
    .replaceAll(/^_+|_+$/g, '');
}
