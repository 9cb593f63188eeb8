import { expect, test } from 'vitest';
import { dateOf, isDateFormat } from '../../src/connectors/worksheet/xlsx/dates.ts';
import excel from './spreadsheet-dates.json' with { type: 'json' };

test.each(excel.formats)('$format shows a date: $isDate', ({ format, isDate }) => {
  expect(isDateFormat(format)).toBe(isDate);
});

/** A whole day is shown without its midnight. */
const withoutMidnight = (text: string | null): string | undefined => text?.replace(/T00:00:00$/, '');

test.each(excel.dates)('$serial is $from1900, or $from1904 in a workbook that counts from 1904', (one) => {
  expect(dateOf(one.serial, false)).toBe(withoutMidnight(one.from1900));
  expect(dateOf(one.serial, true)).toBe(withoutMidnight(one.from1904));
});
