import type { CallContext } from '../../../core/domain/context.ts';
import type { Input } from '../../../core/files/inputs.ts';
import { type Cell, columnOf, lettersOf, maxColumns, maxRowCharacters, maxRows, type SheetRow } from '../cells.ts';
import { assertWorkbook } from '../file-format.ts';
import type { LostCells } from '../lost-cells.ts';
import { openArchive } from './archive.ts';
import { type CellValue, createCellReader, type RawCell } from './cell-values.ts';
import { readDateStyles } from './dates.ts';
import { readSharedStrings } from './shared-strings.ts';
import { createTextReader } from './text.ts';
import { isTrue, namesOf, readWorkbook, sheetIn } from './workbook.ts';
import type { Attributes, XmlHandlers } from './xml.ts';

interface RowsOptions {
  /** Its name, or its number from 1. */
  readonly sheet: string | number;
  readonly lost: LostCells;
  readonly context: Pick<CallContext, 'signal' | 'warn'>;
}

/** The rows of one sheet, one at a time. */
export async function* xlsxRows(input: Input, { sheet, lost, context }: RowsOptions): AsyncGenerator<SheetRow> {
  const { name } = input;
  const archive = await openArchive(input, context.signal);
  try {
    assertWorkbook(archive, name);
    const workbook = await readWorkbook(archive);
    const found = sheetIn(workbook, sheet, name);
    if (found.isHidden && typeof sheet === 'number')
      context.warn({
        code: 'worksheet-hidden-sheet',
        message: `Sheet ${sheet} of ${name} is hidden and was read. Set source.sheet to one that people see: ${namesOf(workbook.sheets.filter(({ isHidden }) => !isHidden))}.`,
      });
    const toValue = createCellReader({
      strings: await readSharedStrings(archive, { part: workbook.sharedStrings }),
      isDate: await readDateStyles(archive, workbook.styles),
      is1904: workbook.is1904,
    });
    const { handlers, take } = createRecordReader(toValue, lost);
    const chunks = archive.read(found.part, handlers);
    for (let chunk = await chunks.next(); !chunk.done; chunk = await chunks.next()) yield* take();
  } finally {
    archive.close();
  }
}

interface OpenRow {
  readonly number: number;
  readonly isHidden: boolean;
  readonly cells: Map<number, Cell>;
  width: number;
  characters: number;
}

/** Gathers the cells of each row. A formula's cell has its result next to it (`v`), as it was when the file was saved. */
function createRecordReader(toValue: (cell: RawCell) => CellValue, lost: LostCells) {
  let ready: SheetRow[] = [];
  let row: OpenRow | undefined;
  let last = 0;
  let column = -1;
  let cell = { type: '', style: 0, value: '', hasFormula: false };
  let isValue = false;
  const inline = createTextReader();

  function openRow({ r = '', hidden }: Attributes): void {
    last = rowNumberOf(r, last);
    row = { number: last, isHidden: isTrue(hidden), width: 0, characters: 0, cells: new Map() };
    column = -1;
  }

  function openCell({ r = '', t = '', s = '0' }: Attributes): void {
    column = columnNumberOf(r, column);
    if (row) row.width = Math.max(row.width, column + 1);
    cell = { type: t, style: Number(s), value: '', hasFormula: false };
  }

  function closeCell(): void {
    const found = toValue({ ...cell, inline: inline.take() });
    if (!found || !row) return;
    if ('lost' in found) return lost.add(found.lost, column, row.number);
    row.cells.set(column, found.value);
    if (typeof found.value !== 'string') return;
    row.characters += found.value.length;
    if (row.characters > maxRowCharacters)
      throw new Error(`row ${row.number} holds more than ${maxRowCharacters} characters`);
  }

  const handlers: Required<XmlHandlers> = {
    open(name, attributes) {
      inline.open(name, attributes);
      isValue = name === 'v';
      if (name === 'row') openRow(attributes);
      if (name === 'c') openCell(attributes);
      if (name === 'f') cell.hasFormula = true;
    },
    text(more) {
      if (isValue) cell.value += more;
      else inline.text(more);
      if (cell.value.length > maxRowCharacters)
        throw new Error(`a cell holds more than ${maxRowCharacters} characters`);
    },
    close(name) {
      inline.close(name);
      isValue = false;
      if (name === 'c') closeCell();
      if (name !== 'row' || !row) return;
      ready.push(row);
      row = undefined;
    },
  };
  return {
    handlers,
    take(): readonly SheetRow[] {
      const taken = ready;
      ready = [];
      return taken;
    },
  };
}

/** Rows and cells without a reference follow the one before. */
function rowNumberOf(reference: string, last: number): number {
  const number = reference === '' ? last + 1 : Number(reference);
  if (Number.isInteger(number) && number >= 1 && number <= maxRows) return number;
  throw new Error(`no sheet has a row ${reference.slice(0, 20)}`);
}

function columnNumberOf(reference: string, last: number): number {
  const letters = reference === '' ? lettersOf(last + 1) : /^([A-Za-z]{1,3})\d+$/.exec(reference)?.[1];
  const column = letters === undefined ? maxColumns : columnOf(letters);
  if (column < maxColumns) return column;
  throw new Error(`no sheet has a cell ${reference.slice(0, 20)}`);
}
