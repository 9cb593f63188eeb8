import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { ContractError } from '../../../core/errors.ts';

/** The parts of a workbook file, which is a zip archive of XML documents. */
export interface Archive {
  has(part: string): boolean;
  /** Feeds a part to the handlers, chunk by chunk; yields after each chunk, so that the caller can take what came of it. */
  read(part: string, handlers: XmlHandlers): AsyncGenerator<void>;
  close(): void;
}

export interface XmlHandlers {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** Throws ContractError for a file that is no archive, such as an old .xls or one with a password. */
export async function openArchive(path: string, name: string): Promise<Archive> {
  const zip = await openPromise(path, { autoClose: false }).catch((error: unknown) => {
    throw new ContractError(`${name} is not an .xlsx file.`, {
      code: 'source-file',
      cause: error,
      hint: 'An old .xls file or one with a password must be saved anew as .xlsx, without a password.',
    });
  });
  const parts = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) parts.set(entry.fileName, entry);
  return {
    has: (part) => parts.has(part),
    close: () => zip.close(),
    async *read(part, handlers) {
      const entry = parts.get(part);
      if (!entry) throw new ContractError(`${name} has no part ${part}: it is no workbook.`, { code: 'source-file' });
      try {
        yield* feed(zip, entry, handlers);
      } catch (error) {
        if (error instanceof ContractError) throw error;
        const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
        throw new ContractError(`${name}: ${part} is damaged: ${reason}.`, { code: 'source-file', cause: error });
      }
    },
  };
}

async function* feed(zip: ZipFile, entry: Entry, handlers: XmlHandlers): AsyncGenerator<void> {
  const parser = new SaxesParser();
  let failure: Error | undefined;
  parser.on('error', (error) => {
    failure ??= error;
  });
  parser.on('opentag', ({ name, attributes }: SaxesTagPlain) => handlers.open?.(localName(name), attributes));
  if (handlers.text) parser.on('text', handlers.text);
  parser.on('closetag', ({ name }) => handlers.close?.(localName(name)));
  const decoder = new TextDecoder();
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    parser.write(decoder.decode(chunk, { stream: true }));
    if (failure) throw failure;
    yield;
  }
  parser.write(decoder.decode()).close();
  if (failure) throw failure;
  yield;
}

/** Reads a part to its end. */
export async function readWhole(archive: Archive, part: string, handlers: XmlHandlers): Promise<void> {
  const chunks = archive.read(part, handlers);
  while (!(await chunks.next()).done);
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
