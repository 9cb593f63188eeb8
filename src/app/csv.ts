/** A line of a file for spreadsheets, with the line end they expect. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

/**
 * A cell that begins like a formula would be run by a spreadsheet: also behind what it does not show, and in the full-width
 * signs that East Asian ones read as their own.
 */
const formula = /^[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]|^[\t\r\n]/u;

function cell(text: string): string {
  return `"${(formula.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}
