/** JSON with whole numbers that are too large for a number of JavaScript: a key that is one must not become another. */

const manyDigits = /\d{16}/;

/** Such numbers become text, their digits after `prefix`. Throws SyntaxError for what is no JSON. */
export function parseExact(text: string, prefix = ''): unknown {
  if (!manyDigits.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_: string, value: unknown, { source }: { readonly source?: string } = {}): unknown =>
    typeof value === 'number' && source !== undefined && isTooLarge(source) ? `${prefix}${source}` : value,
  );
}

/** A whole number, as JSON writes it, that a number of JavaScript would round. */
export function isTooLarge(source: string): boolean {
  return /^-?\d+$/.test(source) && !Number.isSafeInteger(Number(source));
}
