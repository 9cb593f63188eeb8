import { ContractError } from '../../core/errors.ts';
import { bytesOf, type Input } from '../../core/files/inputs.ts';
import type { WorksheetConfig } from './config.ts';

type Encoding = Exclude<WorksheetConfig['encoding'], 'auto'>;

/**
 * The encoding of a text file: by its byte order mark, else UTF-8 where all of it is valid UTF-8, else Windows-1252, which
 * any bytes are. Reads the whole file: one name with an accent may stand in its last line.
 */
export async function encodingOf(input: Input, asked: WorksheetConfig['encoding']): Promise<Encoding> {
  if (asked !== 'auto') return asked;
  // Standard input can be read only once.
  if (input.path === undefined) return 'utf-8';
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let isFirst = true;
  try {
    for await (const chunk of bytesOf(input)) {
      const marked = isFirst ? byMark(chunk) : undefined;
      if (marked) return marked;
      isFirst = false;
      decoder.decode(chunk, { stream: true });
    }
    decoder.decode();
    return 'utf-8';
  } catch (error) {
    if (error instanceof TypeError) return 'windows-1252';
    throw error;
  }
}

function byMark(start: Buffer): Encoding | undefined {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  return start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf ? 'utf-8' : undefined;
}

/** Decoded text, without its byte order mark. Throws ContractError for bytes that the encoding does not have. */
export async function* textOf(bytes: AsyncIterable<Buffer>, encoding: Encoding, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for await (const chunk of bytes) {
      const text = decoder.decode(chunk, { stream: true });
      if (text !== '') yield text;
    }
    const rest = decoder.decode();
    if (rest !== '') yield rest;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ContractError(`${name} is not ${encoding} text.`, {
      code: 'source-file',
      cause: error,
      hint: 'Set source.encoding: windows-1252 (older spreadsheets), utf-16le or utf-16be.',
    });
  }
}
