import { createReadStream, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import xlsx from 'xlsx';
import { type Cell, lettersOf, type SheetRow } from '../../src/connectors/worksheet/cells.ts';
import { delimitedRows } from '../../src/connectors/worksheet/delimited.ts';
import { xlsxRows } from '../../src/connectors/worksheet/xlsx/rows.ts';

/** Both readers' view of one file: every cell that either has a value for. */
export interface Comparison {
  readonly sheets: number;
  readonly cells: number;
  readonly differences: readonly string[];
}

type Cells = ReadonlyMap<string, Cell>;

const context = { signal: new AbortController().signal, warn: () => undefined };

/** Holds our reading of a file against that of SheetJS, which shares no code with it. Undefined where SheetJS can't read it. */
export async function compareFile(path: string): Promise<Comparison | undefined> {
  const theirs = read(path);
  if (!theirs) return undefined;
  const differences: string[] = [];
  let cells = 0;
  for (const [index, name] of theirs.SheetNames.entries()) {
    const expected = cellsOf(theirs.Sheets[name] ?? {}, theirs.Workbook?.WBProps?.date1904 === true);
    const found = await ownCells(path, index + 1);
    for (const place of new Set([...expected.keys(), ...found.keys()])) {
      cells += 1;
      const [ours, other] = [comparable(found.get(place)), comparable(expected.get(place))];
      if (ours !== other && !isExact(ours, other))
        differences.push(`${name}!${place}: ${JSON.stringify(ours)}, SheetJS: ${JSON.stringify(other)}`);
    }
  }
  return { sheets: theirs.SheetNames.length, cells, differences };
}

/** Its own errors are TypeErrors, among them one for some texts of Unicode's far planes. */
function read(path: string): xlsx.WorkBook | undefined {
  const bytes = readFileSync(path);
  try {
    return parse(path, bytes);
  } catch {
    return undefined;
  }
}

function parse(path: string, bytes: Buffer): xlsx.WorkBook {
  if (!isText(path))
    return xlsx.read(bytes, { type: 'buffer', cellNF: true, cellText: false, cellHTML: false, WTF: true });
  const encoding = bytes[0] === 0xff ? 'utf-16le' : 'utf-8';
  return xlsx.read(new TextDecoder(encoding).decode(bytes), { type: 'string', raw: true });
}

async function ownCells(path: string, sheet: number): Promise<Cells> {
  const input = { name: basename(path), path, open: () => createReadStream(path) };
  const lost = { add: () => undefined, end: () => undefined };
  const rows: AsyncIterable<SheetRow> = isText(path)
    ? delimitedRows(input, { encoding: 'auto' }, context)
    : xlsxRows(input, { sheet, lost, context });
  const cells = new Map<string, Cell>();
  for await (const row of rows)
    for (const [column, value] of row.cells) cells.set(`${lettersOf(column)}${row.number}`, value);
  return cells;
}

function cellsOf(sheet: xlsx.WorkSheet, date1904: boolean): Cells {
  const cells = new Map<string, Cell>();
  for (const [place, cell] of Object.entries(sheet)) {
    const value = place.startsWith('!') ? undefined : cellOf(cell, date1904);
    if (value !== undefined && value !== '') cells.set(place, value);
  }
  return cells;
}

/**
 * SheetJS takes line ends as they stand in the file, where XML (2.11) has one kind of them. A cell of spaces is empty to us in
 * text files, whose programs pad columns.
 */
function comparable(value: Cell | undefined): Cell | undefined {
  if (typeof value !== 'string') return value;
  return value.trim() === '' ? undefined : value.replaceAll('\r\n', '\n');
}

/** A whole number that is too large for a number stays text to us. */
function isExact(ours: Cell | undefined, other: Cell | undefined): boolean {
  return typeof ours === 'string' && /^-?\d{16,}$/.test(ours) && Number(ours) === other;
}

/** What a cell of theirs is to us: dates as ISO text, errors and empty cells nothing. */
function cellOf({ t: type, v: value, z: format }: xlsx.CellObject, date1904: boolean): Cell | undefined {
  if (typeof value === 'boolean' || typeof value === 'string') return type === 'e' ? undefined : value;
  if (type !== 'n' || typeof value !== 'number') return undefined;
  if (format === undefined || !xlsx.SSF.is_date(String(format))) return value;
  const date = xlsx.SSF.parse_date_code(value, { date1904 });
  if (!date) return undefined;
  const day = `${padded(date.y, 4)}-${padded(date.m)}-${padded(date.d)}`;
  const time = `${padded(date.H)}:${padded(date.M)}:${padded(date.S)}`;
  if (value < 1) return time;
  return Number.isInteger(value) ? day : `${day}T${time}`;
}

function padded(number: number, length = 2): string {
  return String(Math.floor(number)).padStart(length, '0');
}

function isText(path: string): boolean {
  return /\.(csv|tsv)$/i.test(path);
}
