import { type Archive, readWhole } from './archive.ts';

const part = 'xl/styles.xml';
/** Number formats that every Excel has and that show a date or a time (ECMA-376, 18.8.30). */
const builtInDates = new Set([14, 15, 16, 17, 18, 19, 20, 21, 22, 27, 30, 36, 45, 46, 47, 50, 57]);
const epochSerial = 25_569;
const dayMs = 86_400_000;
/** Workbooks that count from 1904 are so many days behind. */
const days1904 = 1_462;

/** Whether cells of a style (by its index) hold dates. A date is a number that a format makes one. */
export async function readDateStyles(archive: Archive): Promise<(style: number) => boolean> {
  const custom = new Map<number, boolean>();
  const styles: boolean[] = [];
  let isCellFormats = false;
  if (!archive.has(part)) return () => false;
  await readWhole(archive, part, {
    open(name, { numFmtId = '', formatCode = '' }) {
      if (name === 'numFmt') custom.set(Number(numFmtId), isDateFormat(formatCode));
      if (name === 'cellXfs') isCellFormats = true;
      if (name === 'xf' && isCellFormats)
        styles.push(custom.get(Number(numFmtId)) ?? builtInDates.has(Number(numFmtId)));
    },
    close(name) {
      if (name === 'cellXfs') isCellFormats = false;
    },
  });
  return (style) => styles[style] === true;
}

/** Quoted, escaped and bracketed parts say nothing, but for elapsed hours such as [h]. */
export function isDateFormat(code: string): boolean {
  const bare = code
    .replaceAll(/"[^"]*"|\\.|_.|\*./g, '')
    .replaceAll(/\[(h+|m+|s+)\]/gi, '$1')
    .replaceAll(/\[[^\]]*\]/g, '');
  return !/general/i.test(bare) && /[dmyhs]/i.test(bare);
}

/** A date as ISO text without a zone, which spreadsheets do not have: the day, the day and time, or the time alone. */
export function dateOf(serial: number, is1904: boolean): string {
  const days = is1904 ? serial + days1904 : serial;
  const text = new Date(Math.round(((days - epochSerial) * dayMs) / 1000) * 1000).toISOString();
  if (serial >= 0 && serial < 1) return text.slice(11, 19);
  return Number.isInteger(serial) ? text.slice(0, 10) : text.slice(0, 19);
}
