import { extname } from 'node:path';
import { parse } from 'csv-parse/sync';
import { ConfigError } from '../../../core/domain/errors.ts';

/** A row of an import file: text by column, and where each stands, for messages. */
export interface TableRow {
  readonly cells: ReadonlyMap<string, Cell>;
  /** Such as `tenants.csv:12`. */
  readonly place: string;
}

export interface Cell {
  readonly value: string;
  /** Such as `tenants.csv:12:3 REALM_ID`: line, and number and name of the column. */
  readonly place: string;
}

/** Throws ConfigError for what is not a table. `name` is the file's, for messages. */
export function readTable(name: string, text: string): readonly TableRow[] {
  const ending = extname(name).toLowerCase();
  if (ending === '.csv') return readCsv(name, text);
  if (ending === '.jsonl' || ending === '.ndjson') return readJsonLines(name, text);
  throw new ConfigError(`${name} is neither a .csv nor a .jsonl file.`, {
    code: 'usage',
    hint: 'Give the file the ending that says what it is.',
  });
}

function readCsv(name: string, text: string): readonly TableRow[] {
  const [header, ...records] = recordsOf(name, text);
  if (!header) throw notATable(name, 1, 'is empty: expected a line with the names of the columns');
  const doubled = header.fields.find((column, at) => header.fields.indexOf(column) !== at);
  if (doubled !== undefined) throw notATable(name, header.line, `has the column ${doubled} twice`);
  return records.map(({ fields, line }) => {
    const cells = header.fields.map((column, at): [string, Cell] => [
      column,
      { value: fields[at] ?? '', place: `${name}:${line}:${at + 1} ${column}` },
    ]);
    return { place: `${name}:${line}`, cells: new Map(cells) };
  });
}

interface CsvRecord {
  readonly fields: readonly string[];
  /** Where it begins. */
  readonly line: number;
}

function recordsOf(name: string, text: string): readonly CsvRecord[] {
  const records: CsvRecord[] = [];
  let line = 1;
  try {
    parse(text, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      onRecord: (fields: string[], { lines }) => {
        records.push({ fields, line });
        line = lines + 1;
        return null;
      },
    });
    return records;
  } catch (error) {
    throw notATable(name, line, `is not CSV: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
  }
}

function readJsonLines(name: string, text: string): readonly TableRow[] {
  return text.split(/\r?\n/).flatMap((content, index) => {
    if (content.trim() === '') return [];
    const line = index + 1;
    const cells = Object.entries(objectOf(name, line, content)).map(([column, value]): [string, Cell] => {
      const place = `${name}:${line} ${column}`;
      if (typeof value !== 'string' && typeof value !== 'number')
        throw new ConfigError(`${place}: expected a text or a number.`, { code: 'import-invalid' });
      return [column, { value: String(value), place }];
    });
    return [{ place: `${name}:${line}`, cells: new Map(cells) }];
  });
}

function objectOf(name: string, line: number, content: string): object {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    // Not the parser's own message: it shows what it read, and that may be a secret.
    if (error instanceof SyntaxError) throw notATable(name, line, 'is not JSON: expected one object in each line');
    throw error;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw notATable(name, line, 'is not an object: expected one in each line');
}

function notATable(name: string, line: number, problem: string): ConfigError {
  return new ConfigError(`${name}:${line} ${problem}.`, { code: 'import-invalid' });
}
