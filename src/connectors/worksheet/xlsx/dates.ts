import type { Archive } from './archive.ts';

/**
 * Number formats that every Excel has and that show a date or a time (ECMA-376, 18.8.30): 27 to 36 and 50 to 58 where the
 * language is Chinese, Japanese or Korean, 71 to 81 where it is Thai. No other language has them.
 */
const builtInDates = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
  [71, 81],
] as const;
const epochSerial = 25_569;
const dayMs = 86_400_000;
/** Workbooks that count from 1904 are so many days behind. */
const days1904 = 1_462;
/** The day after 9999-12-31, the last that spreadsheets have. */
const endSerial = 2_958_466;
/** 1900-02-29, which spreadsheets have and the calendar has not. Days before it are one off. */
const leapDay1900 = 60;

/** Whether cells of a style (by its index) hold dates. A date is a number that a format makes one. */
export async function readDateStyles(archive: Archive, part: string | undefined): Promise<(style: number) => boolean> {
  const custom = new Map<number, boolean>();
  const styles: boolean[] = [];
  let isCellFormats = false;
  if (part === undefined) return () => false;
  await archive.readWhole(part, {
    open(name, { numFmtId = '', formatCode = '' }) {
      const id = Number(numFmtId);
      if (name === 'numFmt') custom.set(id, isDateFormat(formatCode));
      if (name === 'cellXfs') isCellFormats = true;
      if (name === 'xf' && isCellFormats)
        styles.push(custom.get(id) ?? builtInDates.some(([first, last]) => id >= first && id <= last));
    },
    close(name) {
      if (name === 'cellXfs') isCellFormats = false;
    },
  });
  return (style) => styles[style] === true;
}

/** Quoted, escaped and bracketed parts say nothing, except for elapsed hours such as [h]. `e` is a year, except in 0.00E+00. */
export function isDateFormat(code: string): boolean {
  const bare = code
    .replaceAll(/"[^"]*"|\\.|_.|\*./g, '')
    .replaceAll(/\[(h+|m+|s+)\]/gi, '$1')
    .replaceAll(/\[[^\]]*\]/g, '');
  return !/general/i.test(bare) && /[dmyhsb]|e(?![+-])/i.test(bare);
}

/**
 * A date as ISO text without a zone, which spreadsheets do not have: the day, the day and time, or the time alone. Undefined
 * where the calendar has none: a number that somebody has given the format of a date.
 */
export function dateOf(serial: number, is1904: boolean): string | undefined {
  const days = is1904 ? serial + days1904 : serial;
  if (!(serial >= 0 && days < endSerial) || Math.floor(days) === leapDay1900) return undefined;
  const real = days >= 1 && days < leapDay1900 ? days + 1 : days;
  const text = new Date(Math.round(((real - epochSerial) * dayMs) / 1000) * 1000).toISOString();
  if (serial < 1) return text.slice(11, 19);
  return Number.isInteger(serial) ? text.slice(0, 10) : text.slice(0, 19);
}
