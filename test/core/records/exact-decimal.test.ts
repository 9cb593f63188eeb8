import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimalsOf, formatDecimal, parseDecimal } from '../../../src/core/records/exact-decimal.ts';

/** An amount as people write it, made without the code under test: digits, a point, digits. */
const written = fc
  .tuple(fc.boolean(), fc.integer({ min: 0, max: 999_999_999 }), fc.integer({ min: 0, max: 99 }))
  .map(([isNegative, whole, part]) => ({
    text: `${isNegative && whole + part > 0 ? '-' : ''}${whole}.${String(part).padStart(2, '0')}`,
    cents: (isNegative ? -1 : 1) * (whole * 100 + part),
  }));

test('an amount is read as it is written, as a number of JSON and as text, and written so again', () => {
  fc.assert(
    fc.property(written, ({ text }) => {
      const fromJson = parseDecimal(JSON.parse(text));
      expect(fromJson).toBe(parseDecimal(text));
      expect(formatDecimal(fromJson ?? 0n, 2)).toBe(text);
    }),
  );
});

test('a sum of a thousand amounts is right to the cent', () => {
  fc.assert(
    fc.property(fc.array(written, { maxLength: 1000 }), (amounts) => {
      const sum = amounts.reduce((total, { text }) => total + (parseDecimal(JSON.parse(text)) ?? 0n), 0n);
      const cents = amounts.reduce((total, one) => total + one.cents, 0);
      expect(
        formatDecimal(sum, 2)
          .replace('.', '')
          .replace(/^(-?)0+(?=\d)/, '$1'),
      ).toBe(String(cents));
    }),
    { numRuns: 50 },
  );
});

test('0.1 and 0.2 are 0.30, exponents are read, and what is not a number is not', () => {
  expect(formatDecimal((parseDecimal(0.1) ?? 0n) + (parseDecimal(0.2) ?? 0n), 2)).toBe('0.30');
  expect([1e21, '1e3', 1e-7, '9007199254740993.01'].map(parseDecimal)).toEqual([
    10n ** 31n,
    10n ** 13n,
    1000n,
    90071992547409930100000000n,
  ]);
  expect(['', '1,000', 'abc', null, undefined, {}, Number.NaN].map(parseDecimal)).toEqual(
    Array.from({ length: 7 }, () => undefined),
  );
});

test('the noise of sums in binary fractions is left out', () => {
  const noisy = [0.1 + 0.2, 4.440892098500626e-16, -4.440892098500626e-16, 1.1 * 3, '30.000000000000004'];
  expect(noisy.map((value) => formatDecimal(parseDecimal(value) ?? -1n, 2))).toEqual([
    '0.30',
    '0.00',
    '0.00',
    '3.30',
    '30.00',
  ]);
  // Nothing is owed of that.
  expect(parseDecimal(4.440892098500626e-16)).toBe(0n);
});

test('more decimals than the currency has are rounded, half away from zero', () => {
  const shown = (value: string, decimals: number) => formatDecimal(parseDecimal(value) ?? 0n, decimals);
  expect([shown('1.005', 2), shown('-1.005', 2), shown('-0.004', 2), shown('1234.5', 0), shown('0.0005', 3)]).toEqual([
    '1.01',
    '-1.01',
    '0.00',
    '1235',
    '0.001',
  ]);
});

test('a currency has the decimals of ISO 4217, and an unknown one two', () => {
  expect(['USD', 'JPY', 'KWD', 'XXX', 'dollars', undefined].map(decimalsOf)).toEqual([2, 0, 3, 2, 2, 2]);
});
