import type { Json } from '../../core/contracts.ts';

/**
 * JSON with whole numbers that are too large for a number of JavaScript. In records they become text; a tap's state must
 * come back as it was, so there they are marked, and written as numbers again.
 */

const manyDigits = /\d{16}/;
const mark = '\u0000int:';

/** Throws SyntaxError for what is no JSON. */
export function parseExact(text: string): unknown {
  return manyDigits.test(text) ? JSON.parse(text, reviver('')) : JSON.parse(text);
}

/** As it is kept: JSON again, with large numbers marked. */
export function parseState(text: string): unknown {
  return manyDigits.test(text) ? JSON.parse(text, reviver(mark)) : JSON.parse(text);
}

export function writeState(state: Json): string {
  return JSON.stringify(state).replaceAll(/"\\u0000int:(-?\d+)"/g, '$1');
}

function reviver(prefix: string) {
  return (_: string, value: unknown, { source }: { readonly source?: string } = {}): unknown =>
    typeof value === 'number' && source !== undefined && /^-?\d+$/.test(source) && !Number.isSafeInteger(value)
      ? `${prefix}${source}`
      : value;
}
