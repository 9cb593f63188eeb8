import { strToU8, zipSync } from 'fflate';

/** A cell of a workbook made for a test: a value, or what stands in the sheet's XML. */
export type TestCell = string | number | undefined | { readonly xml: string };

export interface TestSheet {
  readonly name: string;
  readonly rows: readonly (readonly TestCell[])[];
  /** Numbers of rows that a filter hides. */
  readonly hidden?: readonly number[];
}

/** Style 1 of every workbook made here is a date, style 2 a date and time. */
const styles = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>
<cellStyleXfs><xf numFmtId="0"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>`;

/** A small .xlsx file (ECMA-376): shared strings, styles, and one part a sheet. */
export function workbook(sheets: readonly TestSheet[], { date1904 = false } = {}): Uint8Array {
  const strings: string[] = [];
  const parts = sheets.map((sheet, index) => [`xl/worksheets/sheet${index + 1}.xml`, sheetXml(sheet, strings)]);
  const list = sheets.map(({ name }, index) => `<sheet name="${name}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`);
  const links = sheets.map(
    (_, index) => `<Relationship Id="rId${index + 1}" Type="sheet" Target="worksheets/sheet${index + 1}.xml"/>`,
  );
  const shared = strings.map((text) => `<si><t xml:space="preserve">${escaped(text)}</t></si>`);
  const files = Object.fromEntries([
    [
      'xl/workbook.xml',
      `<workbook xmlns:r="r"><workbookPr date1904="${date1904 ? 1 : 0}"/><sheets>${list.join('')}</sheets></workbook>`,
    ],
    ['xl/_rels/workbook.xml.rels', `<Relationships>${links.join('')}</Relationships>`],
    ['xl/styles.xml', styles],
    ...parts,
    ['xl/sharedStrings.xml', `<sst>${shared.join('')}</sst>`],
  ]);
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, xml]) => [name, strToU8(String(xml))])));
}

function sheetXml({ rows, hidden = [] }: TestSheet, strings: string[]): string {
  const lines = rows.map((cells, row) => {
    const shown = cells.map((cell, column) => cellXml(cell, `${String.fromCharCode(65 + column)}${row + 1}`, strings));
    return `<row r="${row + 1}"${hidden.includes(row + 1) ? ' hidden="1"' : ''}>${shown.join('')}</row>`;
  });
  return `<worksheet><sheetData>${lines.join('')}</sheetData></worksheet>`;
}

function cellXml(cell: TestCell, place: string, strings: string[]): string {
  if (cell === undefined) return '';
  if (typeof cell === 'object') return cell.xml.replace('<c', `<c r="${place}"`);
  if (typeof cell === 'number') return `<c r="${place}"><v>${cell}</v></c>`;
  strings.push(cell);
  return `<c r="${place}" t="s"><v>${strings.length - 1}</v></c>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
