import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { z } from 'zod';
import type { CallContext } from '../../core/domain/context.ts';
import { ConfigError } from '../../core/domain/errors.ts';
import { bytesOf, type Input } from '../../core/files/inputs.ts';
import { detectEncoding, textOf } from '../../core/files/text-encoding.ts';
import { type Cell, maxColumns, maxRowCharacters, type SheetRow } from './cells.ts';
import type { WorksheetConfig } from './config.ts';

const stringList = z.array(z.string());
const candidates = [',', ';', '\t', '|'];
const sampleCharacters = 65_536;

/** The rows of a text file of values. All values are text; what looks like a number stays as it is written. */
export async function* delimitedRows(
  input: Input,
  { delimiter, encoding: asked }: Pick<WorksheetConfig, 'delimiter' | 'encoding'>,
  context: Pick<CallContext, 'signal' | 'warn'>,
): AsyncGenerator<SheetRow> {
  const encoding = asked === 'auto' ? await detectEncoding(input, context) : asked;
  const text = textOf(bytesOf(input, context.signal), encoding, input.name);
  let start = '';
  while (start.length < sampleCharacters) {
    const more = await text.next();
    if (more.done) break;
    start += more.value;
  }
  const declared = separatorLine.exec(start);
  const rest = start.slice(declared?.[0].length ?? 0);
  const all = async function* (): AsyncGenerator<string> {
    yield rest;
    yield* text;
  };
  const separator = delimiter ?? declared?.[1] ?? delimiterOf(rest);
  const parser = parse({
    delimiter: separator,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: false,
    max_record_size: maxRowCharacters,
  });
  // A failure of either end comes out of the loop below.
  pipeline(Readable.from(all()), parser, () => undefined);
  let number = 0;
  let firstWidth = 0;
  try {
    for await (const found of parser) {
      const values = stringList.parse(found).slice(0, maxColumns);
      number += 1;
      if (number === 1) firstWidth = values.length;
      yield {
        number,
        cells: cellsOf(values),
        width: values.length,
        isHidden: false,
        ...(values.some((value) => holdsRows(value, separator, firstWidth)) && { holdsRows: true }),
      };
    }
  } catch (error) {
    context.signal.throwIfAborted();
    throw error instanceof CsvError ? damaged(error, input.name) : error;
  }
}

/** Excel's own way to say which delimiter follows. It is not a row. */
const separatorLine = /^sep=([^\r\n])(?:\r\n|\n|\r)/i;

function damaged(cause: CsvError, name: string): ConfigError {
  const row = Number(cause.records) + 1;
  const isLong = cause.code === 'CSV_MAX_RECORD_SIZE';
  const what = isLong ? `holds more than ${maxRowCharacters} characters` : 'has a quote that is never closed';
  const isKnown = isLong || cause.code === 'CSV_QUOTE_NOT_CLOSED';
  return new ConfigError(`${name}: row ${row} ${isKnown ? what : `can't be read: ${cause.code}`}.`, {
    code: 'source-file',
    cause,
    hint: 'A field that begins with a quote must end with one, and a quote inside it is doubled. Correct the row, or set source.delimiter.',
  });
}

function cellsOf(values: readonly string[]): Map<number, Cell> {
  return new Map([...values.entries()].filter(([, value]) => value.trim() !== ''));
}

/** Lines in a text that have as many parts as the first row. Two parts have many texts: a name and a town. */
function holdsRows(value: string, separator: string, width: number): boolean {
  if (width < 3 || !/[\r\n]/.test(value)) return false;
  const [, ...lines] = value.split(/\r\n|\n|\r/);
  return lines.some((line) => line.split(separator).length === width);
}

/** The candidate that divides the first lines most often and most evenly, quoted parts left out. */
export function delimiterOf(text: string): string {
  const lines = text
    .replaceAll(/"(?:[^"]|"")*"/g, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .slice(0, 20);
  const ranked = candidates.map((candidate) => {
    const counts = lines.map((line) => line.split(candidate).length - 1);
    const least = Math.min(...counts, Number.POSITIVE_INFINITY);
    return { candidate, even: Number.isFinite(least) ? least : 0, sum: counts.reduce((sum, count) => sum + count, 0) };
  });
  ranked.sort((a, b) => b.even - a.even || b.sum - a.sum);
  return ranked[0]?.sum ? ranked[0].candidate : ',';
}
