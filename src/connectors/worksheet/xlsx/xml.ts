import { TextDecoder } from 'node:util';
import { SaxesParser } from 'saxes';
import { createNamespaces } from './namespaces.ts';

/** Names are local ones. Elements of other namespaces than the root's, which are extensions, are passed over. */
export interface XmlHandlers {
  open?(name: string, attributes: Attributes): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** By their names as they are written. */
export type Attributes = Readonly<Record<string, string>>;

/** A tag or a text that is longer than all that a cell may hold many times over. */
const maxTokenBytes = 16 << 20;
const maxDepth = 256;

/** Yields after each chunk. Memory does not grow with the document, whatever stands in it. Throws for what is not XML. */
export async function* parseXml(
  bytes: AsyncIterable<Buffer>,
  handlers: XmlHandlers,
  signal: AbortSignal,
): AsyncGenerator<void> {
  const parser = new SaxesParser();
  let failure: Error | undefined;
  let decoder: TextDecoder | undefined;
  const namespaces = createNamespaces();
  let depth = 0;
  let bytesSinceToken = 0;

  parser.on('error', (error) => {
    failure ??= error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    bytesSinceToken = 0;
    depth += 1;
    const own = namespaces.open(name, attributes);
    if (own !== undefined) handlers.open?.(own, attributes);
  });
  const takeText = (text: string): void => {
    bytesSinceToken = 0;
    handlers.text?.(text);
  };
  parser.on('text', takeText);
  parser.on('cdata', takeText);
  parser.on('closetag', ({ name }) => {
    bytesSinceToken = 0;
    depth -= 1;
    const own = namespaces.close(name);
    if (own !== undefined) handlers.close?.(own);
  });

  for await (const chunk of bytes) {
    signal.throwIfAborted();
    decoder ??= new TextDecoder(encodingOf(chunk));
    parser.write(decoder.decode(chunk, { stream: true }));
    bytesSinceToken += chunk.length;
    if (bytesSinceToken > maxTokenBytes) throw new Error(`a text of more than ${maxTokenBytes >> 20} MB`);
    if (depth > maxDepth) throw new Error('elements inside each other without end');
    if (failure) throw failure;
    yield;
  }
  parser.write(decoder?.decode() ?? '').close();
  if (failure) throw failure;
  yield;
}

/** By the byte order mark, the NUL bytes of UTF-16, or the declaration (XML 1.0, appendix F). */
function encodingOf(start: Buffer): string {
  if (start[0] === 0xfe || start[0] === 0) return 'utf-16be';
  if (start[0] === 0xff || start[1] === 0) return 'utf-16le';
  const declared = /^\s*<\?xml[^>]*encoding=["']([\w-]+)["']/.exec(start.toString('latin1', 0, 200))?.[1];
  return declared === undefined || /^utf-?16$/i.test(declared) ? 'utf-8' : declared;
}
