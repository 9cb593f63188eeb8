/** A cell's value as records have it. Dates are text: `2026-01-31`, or with a time `2026-01-31T09:30:00`. */
export type Cell = string | number | boolean;

/** One row of a sheet: cells by column, from 0; empty ones are absent. */
export interface SheetRow {
  /** From 1, as the sheet shows it. */
  readonly number: number;
  readonly cells: ReadonlyMap<number, Cell>;
  /** Columns that the row has, empty ones included: a merged cell covers empty ones. */
  readonly width: number;
  readonly isHidden: boolean;
  /** A text of it seems to hold rows that follow: a quote in it may be closed too late. */
  readonly holdsRows?: boolean;
}

/** What Excel has: the last column is XFD. */
export const maxColumns = 16_384;
export const maxRows = 1_048_576;
/** Of all cells of a row together. Excel allows 32,767 in each: thirty such cells. */
export const maxRowCharacters = 1 << 20;

/** `A` is 0, `Z` 25, `AA` 26; `a` as well. */
export function columnOf(letters: string): number {
  let column = 0;
  for (const letter of letters.toUpperCase()) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

export function lettersOf(column: number): string {
  let letters = '';
  for (let left = column + 1; left > 0; left = Math.floor((left - 1) / 26))
    letters = String.fromCharCode(65 + ((left - 1) % 26)) + letters;
  return letters;
}
