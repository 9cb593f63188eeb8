import type { Readable } from 'node:stream';
import { ContractError } from '../domain/errors.ts';
import { parseJsonKeepingDigits } from '../records/parse-json-numbers.ts';
import type { HttpBody } from './types.ts';

/**
 * What a body is, by looking at it: error pages come as HTML or plain text whatever the content type says. Whole numbers that
 * a number of JavaScript would round come as text: an id must not become another one.
 */
export function parseBody(text: string): HttpBody {
  const trimmed = text.trim();
  if (trimmed === '') return { kind: 'empty' };
  if (!/^[[{"\d\-tfn]/.test(trimmed)) return { kind: 'text', text };
  try {
    return { kind: 'json', value: parseJsonKeepingDigits(trimmed) };
  } catch {
    // Not JSON after all: plain text may well begin with a letter or a digit.
    return { kind: 'text', text };
  }
}

export async function readBody(stream: Readable, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > maxBytes)
      throw new ContractError(`A response is larger than ${maxBytes} bytes.`, { code: 'response-too-large' });
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString('utf8');
}
