import { pipeline, Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { ContractError } from '../../core/errors.ts';
import { bytesOf, type Input } from '../../core/files/inputs.ts';
import type { Cell, SheetRow } from './cells.ts';
import type { WorksheetConfig } from './config.ts';
import { encodingOf, textOf } from './encoding.ts';

const candidates = [',', ';', '\t', '|'];
const sampleCharacters = 65_536;

/** The rows of a text file of values. All values are text; what looks like a number stays as it is written. */
export async function* delimitedRows(input: Input, { delimiter, encoding }: WorksheetConfig): AsyncGenerator<SheetRow> {
  const text = textOf(bytesOf(input), await encodingOf(input, encoding), input.name);
  const first = await text.next();
  if (first.done) return;
  let start = first.value;
  while (start.length < sampleCharacters) {
    const more = await text.next();
    if (more.done) break;
    start += more.value;
  }
  const all = async function* (): AsyncGenerator<string> {
    yield start;
    yield* text;
  };
  const parser = parse({
    delimiter: delimiter ?? delimiterOf(start),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: false,
  });
  // A failure of either end comes out of the loop below.
  pipeline(Readable.from(all()), parser, () => undefined);
  let number = 0;
  try {
    for await (const values of parser) {
      number += 1;
      yield { number, cells: cellsOf(values), width: Array.isArray(values) ? values.length : 0, isHidden: false };
    }
  } catch (error) {
    if (error instanceof ContractError) throw error;
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ContractError(`${input.name} can't be read after row ${number}: ${reason}.`, {
      code: 'source-file',
      cause: error,
      hint: 'A quote may be open. Correct the row, or set source.delimiter.',
    });
  }
}

function cellsOf(values: unknown): Map<number, Cell> {
  const cells = new Map<number, Cell>();
  if (!Array.isArray(values)) return cells;
  values.forEach((value, column) => {
    if (typeof value === 'string' && value.trim() !== '') cells.set(column, value);
  });
  return cells;
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
