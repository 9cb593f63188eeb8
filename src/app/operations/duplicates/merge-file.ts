import { CsvError, parse } from 'csv-parse/sync';
import { ConfigError } from '../../../core/domain/errors.ts';
import { chooseByTicks, type MergeFile, type TickedRow } from './ticks.ts';
import { userIdOf } from './user-cell.ts';

/** The columns of a file to tick. A user stands in it by its address: a spreadsheet would round a long number. */
export const mergeFileColumns = [
  'group',
  'keep',
  'merge',
  'user',
  'name',
  'email',
  'phone',
  'organization',
  'customer',
  'created',
  'why',
  'version',
] as const;

const neededColumns = ['group', 'keep', 'merge', 'user', 'version'] as const;
const delimiters = [',', ';', '\t'];

/**
 * Reads a file that a person has ticked, in the forms in which spreadsheets save it. Throws ConfigError for a file that is no such table, or of
 * another account; what is wrong with a group is that group's. `origin` is that of the account.
 */
export function readMergeFile(
  { name, bytes }: { readonly name: string; readonly bytes: Uint8Array },
  origin: string,
): MergeFile {
  const [header, ...records] = recordsOf(name, bytes);
  const columns = new Map(header?.cells.map((cell, at) => [cell.trim().toLowerCase(), at]));
  const missing = neededColumns.filter((column) => !columns.has(column));
  if (missing.length > 0)
    throw unreadable(
      `${name} has no column ${missing.join(', ')}.`,
      'Tick a file that rolodesk duplicates --out wrote, and keep its columns.',
    );
  const rows = records.map(({ cells, line }): TickedRow => {
    const cellOf = (column: string): string => textOf(cells[columns.get(column) ?? -1] ?? '');
    const user = userIdOf(cellOf('user'), origin);
    if (user.kind === 'other-account' && (cellOf('keep') !== '' || cellOf('merge') !== ''))
      throw unreadable(
        `${name}, line ${line}: the user is one of ${user.host}, and this configuration writes to ${new URL(origin).host}.`,
        'Use the configuration of that account (--config), or a file of this one.',
      );
    return {
      line,
      group: cellOf('group'),
      keep: cellOf('keep'),
      merge: cellOf('merge'),
      user,
      version: cellOf('version'),
      email: cellOf('email').toLowerCase(),
    };
  });
  return chooseByTicks(rows);
}

/** A formula is kept from running by an apostrophe, which a spreadsheet keeps as a letter of the text. */
function textOf(cell: string): string {
  return cell.trim().replace(/^'/, '').trim();
}

interface CsvRecord {
  readonly cells: readonly string[];
  readonly line: number;
}

function recordsOf(name: string, bytes: Uint8Array): readonly CsvRecord[] {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) throw unreadable(`${name} is a workbook.`, 'Save the sheet as CSV.');
  const text = decoded(bytes);
  const declared = /^sep=([^\r\n])\r?\n/i.exec(text);
  const rest = text.slice(declared?.[0].length ?? 0);
  const records: CsvRecord[] = [];
  let line = declared ? 2 : 1;
  try {
    parse(rest, {
      delimiter: declared?.[1] ?? delimiterOf(rest),
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      relax_quotes: true,
      onRecord: (cells: string[], { lines }) => {
        if (cells.some((cell) => cell.trim() !== '')) records.push({ cells, line });
        line = lines + (declared ? 2 : 1);
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw unreadable(
      `${name}, line ${line} cannot be read: a quote is never closed.`,
      'Save the file as CSV again.',
      error,
    );
  }
  return records;
}

/** Spreadsheets save UTF-8, UTF-16 ("Unicode text"), or the machine's own encoding: what is read here is the same in all of the last kind. */
function decoded(bytes: Uint8Array): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

/** Names of columns hold none of these. */
function delimiterOf(text: string): string {
  const [head = ''] = text.split(/\r?\n|\r/, 1);
  return delimiters.toSorted((a, b) => head.split(b).length - head.split(a).length)[0] ?? ',';
}

function unreadable(message: string, hint: string, cause?: unknown): ConfigError {
  return new ConfigError(message, { code: 'merge-file', hint, ...(cause !== undefined && { cause }) });
}
