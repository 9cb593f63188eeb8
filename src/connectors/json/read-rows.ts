import { pipeline, Readable, Transform } from 'node:stream';
import { pick } from 'stream-json/filters/pick.js';
import { parser } from 'stream-json/parser.js';
import { streamArray } from 'stream-json/streamers/stream-array.js';
import { z } from 'zod';
import type { CallContext } from '../../core/domain/context.ts';
import { ContractError, RolodeskError } from '../../core/domain/errors.ts';
import { bytesOf, type Input } from '../../core/files/inputs.ts';
import { linesOf } from '../../core/files/lines.ts';
import { detectEncoding, textOf } from '../../core/files/text-encoding.ts';
import { pathOf } from '../../core/records/get-path.ts';
import { largeNumber, parseJsonKeepingDigits } from '../../core/records/parse-json-numbers.ts';
import type { JsonConfig } from './config.ts';

/** A row of a file, or a line that is no JSON. `place` says which one it is, from 1. */
export type Row =
  | { readonly kind: 'row'; readonly value: unknown; readonly place: string }
  | { readonly kind: 'damaged'; readonly line: number };

const item = z.object({ key: z.number(), value: z.unknown() });

/** In letters. A customer with all its history takes a thousandth of it. */
const maxRecordLength = 16 * 1024 * 1024;

const linesByName = /\.(ndjson|jsonl)(\.gz)?$/i;

/** The rows of one file, one at a time, in memory that does not grow with it. Throws ContractError for a file that is not what was configured. */
export async function* readRows(
  input: Input,
  { format, records, encoding: asked }: JsonConfig,
  context: Pick<CallContext, 'signal' | 'warn'>,
): AsyncGenerator<Row> {
  const { signal } = context;
  const encoding = asked === 'auto' ? await detectEncoding(input, context) : asked;
  const text = textOf(bytesOf(input, signal), encoding, input.name);
  const first = await text.next();
  if (first.done) {
    // A list of lines may have none. A JSON document is not even one: what wrote it has failed.
    if (format === 'ndjson' || (format === 'auto' && linesByName.test(input.name))) return;
    throw new ContractError(`${input.name} is empty (0 bytes): it is no JSON document.`, {
      code: 'source-file',
      hint: 'What writes it may have failed, or is still at work. A list without records is [].',
    });
  }
  const all = async function* (): AsyncGenerator<string> {
    yield first.value;
    yield* text;
  };
  const found = format === 'auto' ? formatOf(input.name, first.value, records) : format;
  yield* found === 'ndjson' ? rowsOfLines(all()) : listOf(all(), { name: input.name, records, signal });
}

function formatOf(name: string, start: string, records: string | undefined): 'json' | 'ndjson' {
  if (linesByName.test(name)) return 'ndjson';
  if (/\.json(\.gz)?$/i.test(name)) return 'json';
  return start.trimStart()[0] === '[' || records !== undefined ? 'json' : 'ndjson';
}

async function* rowsOfLines(text: AsyncIterable<string>): AsyncGenerator<Row> {
  for await (const line of linesOf(text, maxRecordLength)) {
    if (line.kind === 'long') yield { kind: 'damaged', line: line.number };
    else if (line.text.trim() !== '') yield parseLine(line.text, line.number);
  }
}

function parseLine(text: string, line: number): Row {
  try {
    return { kind: 'row', value: parseJsonKeepingDigits(text), place: `line ${line}` };
  } catch {
    // One bad line does not stop the others: it is counted, and named by its number.
    return { kind: 'damaged', line };
  }
}

async function* listOf(
  text: AsyncIterable<string>,
  {
    name,
    records,
    signal,
  }: { readonly name: string; readonly records: string | undefined; readonly signal: AbortSignal },
): AsyncGenerator<Row> {
  const progress = { isOpen: false, sinceRecord: 0 };
  const list = exactList(name, records, progress);
  const items = streamArray.asStream();
  const stages =
    records === undefined
      ? [list, items]
      : [pick.asStream({ filter: pathOf(records).join('.'), once: true }), list, items];
  // A failure of any stage comes out of the loop below.
  pipeline(
    [Readable.from(measured(text, name, progress)), parser.asStream({ streamValues: false }), ...stages],
    () => undefined,
  );
  try {
    for await (const found of items) {
      const { key, value } = item.parse(found);
      yield { kind: 'row', value, place: `record ${key + 1}` };
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof RolodeskError) throw error;
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new ContractError(`${name} is not a whole JSON document: ${reason}.`, {
      code: 'source-file',
      cause: error,
      hint: 'It may be cut off. If it holds one document a line, set source.format: ndjson.',
    });
  }
}

/** Where a list is. */
interface Progress {
  isOpen: boolean;
  /** Letters read since its last record ended. */
  sinceRecord: number;
}

/** Throws before a record that never ends takes all the memory. */
async function* measured(text: AsyncIterable<string>, name: string, progress: Progress): AsyncGenerator<string> {
  for await (const chunk of text) {
    progress.sinceRecord = progress.isOpen ? progress.sinceRecord + chunk.length : 0;
    if (progress.sinceRecord > maxRecordLength)
      throw new ContractError(`${name} holds a record of more than 16 MB.`, {
        code: 'source-file',
        hint: 'Look whether source.records names the list of customers, and not one above it.',
      });
    yield chunk;
  }
}

const depthOf: Readonly<Record<string, number>> = { startObject: 1, startArray: 1, endObject: -1, endArray: -1 };

const token = z.object({ name: z.string(), value: z.unknown().optional() });

/** Passes tokens on, numbers that are too large for ours as text; the first of them must begin a list. */
function exactList(name: string, records: string | undefined, progress: Progress): Transform {
  let depth = 0;
  const where = records === undefined ? 'the document' : records;
  const refuse = (what: string): ContractError =>
    new ContractError(`${name}: ${where} ${what}.`, {
      code: 'source-file',
      hint: 'Say in source.records where the list of records is, or set source.format: ndjson for one document a line.',
    });
  return new Transform({
    objectMode: true,
    transform(chunk, _, done) {
      const { name: kind, value } = token.parse(chunk);
      if (!progress.isOpen && kind !== 'startArray') return done(refuse('is not a list'));
      progress.isOpen = true;
      depth += depthOf[kind] ?? 0;
      if (depth <= 1) progress.sinceRecord = 0;
      const exact = kind === 'numberValue' ? largeNumber(String(value)) : undefined;
      done(null, exact === undefined ? chunk : { name: 'stringValue', value: exact });
    },
    flush: (done) => done(progress.isOpen ? null : refuse('is not there')),
  });
}
