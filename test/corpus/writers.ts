import { writeXlsx } from 'hucre/xlsx';
import writeExcelFile from 'write-excel-file/node';
import xlsx from 'xlsx';
import type { Table, Value } from './tables.ts';

/** Programs that write workbooks, each in a way of its own, and text files as they are exported. */
export interface Writer {
  readonly name: string;
  readonly extension: 'xlsx' | 'csv';
  write(table: Table): Promise<Buffer>;
}

const dateFormat = 'yyyy-mm-dd hh:mm:ss';

function sheetJs(name: string, { date1904 = false, ...options }: xlsx.WritingOptions & { date1904?: boolean }): Writer {
  return {
    name,
    extension: 'xlsx',
    async write(table) {
      const book = xlsx.utils.book_new();
      book.Workbook = { WBProps: { date1904 } };
      xlsx.utils.book_append_sheet(book, sheetJsSheet(table, date1904), 'Customers');
      return Buffer.from(xlsx.write(book, { type: 'buffer', bookType: 'xlsx', ...options }));
    },
  };
}

/** Days are given as numbers: the package's own conversion goes by the time zone of the machine. */
function sheetJsSheet(table: Table, date1904: boolean): xlsx.WorkSheet {
  const sheet = xlsx.utils.aoa_to_sheet(table.map((row) => row.map((value) => (value instanceof Date ? null : value))));
  for (const [row, values] of table.entries())
    for (const [column, value] of values.entries())
      if (value instanceof Date)
        sheet[xlsx.utils.encode_cell({ r: row, c: column })] = { t: 'n', v: serialOf(value, date1904), z: dateFormat };
  sheet['!ref'] = xlsx.utils.encode_range({ r: 0, c: 0 }, { r: table.length - 1, c: (table[0]?.length ?? 1) - 1 });
  return sheet;
}

function serialOf(date: Date, date1904: boolean): number {
  return date.getTime() / 86_400_000 + 25_569 - (date1904 ? 1_462 : 0);
}

function excelFileCell(value: Value) {
  return value instanceof Date ? { value, type: Date, format: dateFormat } : value;
}

function delimited(name: string, { separator, encoding }: { separator: string; encoding: 'utf8' | 'utf16le' }): Writer {
  return {
    name,
    extension: 'csv',
    async write(table) {
      const text = xlsx.utils.sheet_to_csv(sheetJsSheet(table, false), { FS: separator, rawNumbers: true });
      return Buffer.from(`sep=${separator}\n${text}`.replace(/^/, encoding === 'utf16le' ? '\uFEFF' : ''), encoding);
    },
  };
}

export const writers: readonly Writer[] = [
  sheetJs('SheetJS', {}),
  sheetJs('SheetJS, shared strings', { bookSST: true }),
  sheetJs('SheetJS, compressed, from 1904', { compression: true, bookSST: true, date1904: true }),
  {
    name: 'write-excel-file',
    extension: 'xlsx',
    write: async (table) => Buffer.from(await writeExcelFile(table.map((row) => row.map(excelFileCell))).toBuffer()),
  },
  {
    name: 'hucre',
    extension: 'xlsx',
    write: async (table) =>
      Buffer.from(await writeXlsx({ sheets: [{ name: 'Customers', rows: table.map((row) => [...row]) }] })),
  },
  delimited('CSV with commas, UTF-8', { separator: ',', encoding: 'utf8' }),
  delimited('CSV with semicolons, UTF-16', { separator: ';', encoding: 'utf16le' }),
  delimited('CSV with tabs, UTF-8', { separator: '\t', encoding: 'utf8' }),
];
