/** JSON with numbers that are too large for a number of JavaScript: a key that is one must not become another. */

/**
 * A number that may be too large, where JSON can have one. Not the digits of a text: a job's id such as 3e4f alone would
 * cost five times the time of reading the whole text.
 */
const perhapsLarge = /(?:^|[:,[])\s*-?(?:\d{16}|\d+(?:\.\d+)?[eE]\+?\d)/;

/** Such numbers become text, their digits after `prefix`. Throws SyntaxError for invalid JSON. */
export function parseJsonKeepingDigits(text: string, prefix = ''): unknown {
  if (!perhapsLarge.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_: string, value: unknown, { source }: { readonly source?: string } = {}): unknown => {
    const exact = typeof value === 'number' && source !== undefined ? largeNumber(source) : undefined;
    return exact === undefined ? value : `${prefix}${exact}`;
  });
}

/**
 * A number, as JSON writes it, as text where a number of JavaScript would round it to a whole one; else undefined. One with
 * an exponent keeps it, in the form in which it is known as a rounded key: what has written it has most likely rounded.
 */
export function largeNumber(source: string): string | undefined {
  if (Math.abs(Number(source)) <= Number.MAX_SAFE_INTEGER) return undefined;
  const [, sign = '', whole = '', part = '', exponent] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(source) ?? [];
  if (exponent === undefined) return source.replace(/\.0+$/, '');
  const digits = `${whole}${part}`;
  const start = digits.search(/[1-9]/);
  const rest = digits.slice(start + 1).replace(/0+$/, '');
  const power = Number(exponent) + whole.length - 1 - start;
  return `${sign}${digits.charAt(start)}${rest === '' ? '' : `.${rest}`}e+${power}`;
}
