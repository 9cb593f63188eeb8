import type { Cell } from '../cells.ts';
import type { LostReason } from '../lost-cells.ts';
import { dateOf } from './dates.ts';
import type { SharedStrings } from './shared-strings.ts';
import { unescaped } from './text.ts';
import { isTrue } from './workbook.ts';

/** A cell as the sheet's XML has it. */
export interface RawCell {
  /** Of ST_CellType: `s`, `str`, `inlineStr`, `b`, `e`, `d`, `n`, or empty, which is `n`. */
  readonly type: string;
  readonly style: number;
  /** What `v` holds. */
  readonly value: string;
  /** What `is` holds. */
  readonly inline: string;
  readonly hasFormula: boolean;
}

export type CellValue = { readonly value: Cell } | { readonly lost: LostReason } | undefined;

/** Undefined for an empty cell. */
export function createCellReader({
  strings,
  isDate,
  is1904,
}: {
  readonly strings: SharedStrings;
  readonly isDate: (style: number) => boolean;
  readonly is1904: boolean;
}): (cell: RawCell) => CellValue {
  function numberOf(text: string, style: number): CellValue {
    const number = Number(text);
    if (!Number.isFinite(number)) return { lost: 'number' };
    if (isDate(style)) {
      const date = dateOf(number, is1904);
      return date === undefined ? { lost: 'date' } : { value: date };
    }
    // A key with more digits than our numbers hold must not become another one.
    return { value: /^-?\d+$/.test(text) && !Number.isSafeInteger(number) ? text : number };
  }

  return ({ type, style, value, inline, hasFormula }) => {
    // Some programs put a text into `v` although its type says `is`.
    if (type === 'inlineStr') return textOf(inline === '' ? unescaped(value) : inline);
    if (type === 'str') return textOf(unescaped(value));
    if (value === '') return hasFormula ? { lost: 'formula' } : textOf(inline);
    switch (type) {
      case 's': {
        const text = strings(Number(value));
        return text === undefined ? { lost: 'shared-string' } : textOf(text);
      }
      case 'b':
        return { value: isTrue(value) };
      // An error of a formula, such as #N/A.
      case 'e':
        return { lost: 'error' };
      case 'd':
        return { value };
      default:
        return numberOf(value.trim(), style);
    }
  };
}

function textOf(value: string): CellValue {
  return value === '' ? undefined : { value };
}
