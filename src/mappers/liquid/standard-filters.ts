import { filters, type Liquid } from 'liquidjs';

/** A decimal below a billion keeps this many significant digits: enough for money, too few for the noise of binary fractions. */
const maxDigits = 15;

/** What a text such as `12.5` means to a filter of numbers; other texts count as 0, as in Liquid. */
function numberOf(value: unknown): number {
  const number = Number(value ?? 0);
  return Number.isNaN(number) ? 0 : number;
}

/** Liquid calculates with decimals: 0.1 and 0.2 are 0.3. */
function decimal(calculate: (left: number, right: number) => number) {
  return (left: unknown, right: unknown): number => {
    const result = calculate(numberOf(left), numberOf(right));
    return Number.isInteger(result) || Math.abs(result) > 1e9 ? result : Number(result.toPrecision(maxDigits));
  };
}

/** Liquid fails here too. JavaScript would return infinity, as the value of a field. */
function divisor(value: number): number {
  if (value === 0) throw new Error('divided by 0');
  return value;
}

/** Formats that stand for several others, which liquidjs returns as they are or in the form of this machine's language. */
const compositeFormats: Readonly<Record<string, string>> = {
  '%c': '%a %b %e %H:%M:%S %Y',
  '%D': '%m/%d/%y',
  '%F': '%Y-%m-%d',
  '%R': '%H:%M',
  '%r': '%I:%M:%S %p',
  '%T': '%H:%M:%S',
  '%X': '%H:%M:%S',
  '%x': '%m/%d/%y',
  '%Z': 'UTC',
};

/** `%F` and the like written out. A `%%` before a letter is none of them. */
export function writeOutFormat(format: string): string {
  return format.replaceAll(/%[%A-Za-z]/g, (one) => compositeFormats[one] ?? one);
}

/** Liquid's filters where liquidjs differs from the original (test/oracles/liquid.json). */
export function registerStandardFilters(liquid: Liquid): void {
  liquid.registerFilter(
    'plus',
    decimal((left, right) => left + right),
  );
  liquid.registerFilter(
    'minus',
    decimal((left, right) => left - right),
  );
  liquid.registerFilter(
    'times',
    decimal((left, right) => left * right),
  );
  liquid.registerFilter(
    'divided_by',
    decimal((left, right) => left / divisor(right)),
  );
  // The result has the sign of the divisor, as in Ruby.
  liquid.registerFilter(
    'modulo',
    decimal((left, right) => ((left % divisor(right)) + right) % right),
  );
  // liquidjs adds its dots to a text that has just as many words, and to an empty one.
  const { split, truncatewords } = ownFilters();
  liquid.registerFilter('truncatewords', function (value: unknown, count: unknown = 15, end: unknown = '...') {
    const shortened = truncatewords.call(this, value, count, end);
    return wordsOf(value).length > Math.max(1, numberOf(count)) ? shortened : value;
  });
  // At white space if the separator is a space, and between letters, not between the halves of one, if it is empty.
  liquid.registerFilter('split', function (value: unknown, separator: unknown) {
    const parts = split.call(this, value, separator);
    if (separator === ' ') return wordsOf(value);
    return separator === '' && typeof value === 'string' ? [...value] : parts;
  });
}

function ownFilters() {
  const { split, truncatewords } = filters;
  if (typeof split !== 'function' || typeof truncatewords !== 'function') throw new Error('liquidjs lacks a filter');
  return { split, truncatewords };
}

function wordsOf(value: unknown): readonly string[] {
  if (typeof value !== 'string' && typeof value !== 'number') return [];
  return String(value)
    .split(/\s+/)
    .filter((word) => word !== '');
}
