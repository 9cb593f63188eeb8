export const dateOrders = ['ymd', 'dmy', 'mdy'] as const;
export type DateOrder = (typeof dateOrders)[number];

const isoDate =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s?(?:Z|[+-]\d{2}:?\d{2})?)?$/i;
const compact = /^(\d{4})(\d{2})(\d{2})$/;
const yearFirst = /^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$/;
const yearLast = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/;

/** A number below this is seconds since 1970, above it milliseconds. */
const maxSeconds = 100_000_000_000;

/**
 * The day as it is written, with its time, as if it were UTC: a date never moves by a time zone. Which of `3/4/2026` is the
 * month is not guessed: `order` says, and without it (ymd) only a date with dots (day first everywhere) is read.
 */
export function readDate(value: unknown, order: DateOrder): Date | undefined {
  if (typeof value === 'number') return ofNumber(value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  const [, year, month, day, ...time] = isoDate.exec(text) ?? yearFirst.exec(text) ?? compact.exec(text) ?? [];
  if (year !== undefined) return ofParts([year, month, day], time);
  const [, first, second, last] = yearLast.exec(text) ?? [];
  if (order === 'ymd' && !text.includes('.')) return undefined;
  return ofParts(order === 'mdy' ? [last, first, second] : [last, second, first], []);
}

function ofNumber(value: number): Date | undefined {
  const date = new Date(Math.abs(value) < maxSeconds ? value * 1000 : value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function ofParts(
  [year, month, day]: readonly (string | undefined)[],
  [hours = '0', minutes = '0', seconds = '0']: readonly (string | undefined)[],
): Date | undefined {
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const isReal = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  if (!isReal || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 60) return undefined;
  date.setUTCHours(Number(hours), Number(minutes), Number(seconds));
  return date;
}
