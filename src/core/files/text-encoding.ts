import { z } from 'zod';
import type { CallContext } from '../domain/context.ts';
import { ConfigError } from '../domain/errors.ts';
import { bytesOf, type Input } from './inputs.ts';

/** Encodings of text files. The platform decodes all that the WHATWG Encoding Standard names. */

/** The key of a configuration that says in which encoding a file is. */
export const encodingKey = z
  .string()
  .refine((name) => name === 'auto' || isEncoding(name), {
    error: 'expected auto or the name of an encoding, such as utf-8, windows-1252, shift_jis or macintosh',
  })
  .default('auto')
  .describe(
    'Of text: utf-8, utf-16le, windows-1252, windows-1250, shift_jis, gbk, macintosh or another name of the WHATWG standard. auto: by the byte order mark, else UTF-8 where all of it is, else by what its letters look like',
  );

function isEncoding(name: string): boolean {
  try {
    return new TextDecoder(name).encoding !== '';
  } catch {
    return false;
  }
}

/** What is guessed from. Enough for every accent of a few thousand names. */
const maxSampleBytes = 65_536;

type Context = Pick<CallContext, 'signal' | 'warn'>;

/**
 * The encoding of a text file: by its byte order mark or its NUL bytes, else UTF-8 where all of it is valid UTF-8, else a
 * guess, which is warned of. Reads the whole file: one name with an accent may stand in its last line. Throws ConfigError for
 * a file of two encodings.
 */
export async function detectEncoding(input: Input, context: Context): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let isFirst = true;
  try {
    for await (const chunk of bytesOf(input, context.signal)) {
      const found = isFirst ? unicodeOf(chunk) : undefined;
      if (found) return found;
      isFirst = false;
      decoder.decode(chunk, { stream: true });
    }
    decoder.decode();
    return 'utf-8';
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  const { guessEncoding } = await import('./guess-encoding.ts');
  const encoding = await guessEncoding(await sampleOf(input, context.signal));
  context.warn({
    code: 'source-encoding',
    message: `${input.name} is not UTF-8 and was read as ${encoding}, a guess. If names look wrong, set source.encoding; if not, set it to ${encoding}.`,
  });
  return encoding;
}

/** Text without its byte order mark. NUL bytes are in no text but UTF-16, where every line end and digit has one. */
function unicodeOf(start: Buffer): string | undefined {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  if (start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf) return 'utf-8';
  let even = 0;
  let odd = 0;
  for (const [at, byte] of start.entries())
    if (byte === 0) {
      if (at % 2 === 0) even += 1;
      else odd += 1;
    }
  if (even + odd < 2) return undefined;
  return odd > even ? 'utf-16le' : 'utf-16be';
}

/** The lines that are not ASCII. Throws ConfigError where most of them are UTF-8: then the others are damaged. */
async function sampleOf(input: Input, signal: AbortSignal): Promise<Buffer> {
  const lines: string[] = [];
  let valid = 0;
  let bytes = 0;
  let number = 0;
  let firstBad = 0;
  let rest = '';
  const take = (line: string): void => {
    number += 1;
    if (!/[\x80-\xff]/.test(line)) return;
    lines.push(line);
    bytes += line.length;
    if (isUtf8(Buffer.from(line, 'latin1'))) valid += 1;
    else if (firstBad === 0) firstBad = number;
  };
  // One character a byte, so that lines can be cut before the encoding is known.
  for await (const chunk of bytesOf(input, signal)) {
    const parts = (rest + chunk.toString('latin1')).split(/\r\n|\n|\r(?!$)/);
    rest = parts.pop() ?? '';
    for (const part of parts) take(part);
    if (rest.length > maxSampleBytes) {
      take(rest);
      rest = '';
    }
    if (bytes > maxSampleBytes) break;
  }
  take(rest);
  if (valid > lines.length / 2) throw mixed(input.name, firstBad);
  return Buffer.from(lines.join('\n').slice(0, maxSampleBytes), 'latin1');
}

function mixed(name: string, line: number): ConfigError {
  return new ConfigError(`${name} is UTF-8, but its line ${line} is not.`, {
    code: 'source-file',
    hint: 'Parts of two files may have been joined. Save it in one encoding, or set source.encoding.',
  });
}

function isUtf8(bytes: Buffer): boolean {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes) !== undefined;
  } catch {
    return false;
  }
}

/** Decoded text, without its byte order mark. Throws ConfigError for bytes that the encoding does not have. */
export async function* textOf(bytes: AsyncIterable<Buffer>, encoding: string, name: string): AsyncGenerator<string> {
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
    throw new ConfigError(`${name} is not ${encoding} text.`, {
      code: 'source-file',
      cause: error,
      hint: 'Set source.encoding to the one that it was saved in, such as windows-1252, shift_jis or utf-16le.',
    });
  }
}
