import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { ConfigError } from '../../../core/domain/errors.ts';
import type { Input } from '../../../core/files/inputs.ts';
import { parseXml, type XmlHandlers } from './xml.ts';

/** No workbook has so many parts. */
const maxParts = 100_000;
/** For what is kept in memory whole. A workbook's styles and its list of sheets take a hundredth of it. */
const maxPartBytes = 64 << 20;

/** The parts of a workbook file, which is a zip archive of XML documents. Names of parts are alike in any case of letters. */
export interface Archive {
  /** Of the file, as messages give it. */
  readonly name: string;
  has(part: string): boolean;
  /** Feeds a part to the handlers, chunk by chunk; yields after each chunk, so that the caller can take what came of it. */
  read(part: string, handlers: XmlHandlers): AsyncGenerator<void>;
  /** Reads a part to its end: one that is kept in memory, and therefore may not be large. */
  readWhole(part: string, handlers: XmlHandlers): Promise<void>;
  close(): void;
}

/** Throws ConfigError for a file that is not an archive. Everything ends when the signal does. */
export async function openArchive({ path, name }: Input, signal: AbortSignal): Promise<Archive> {
  const zip = await openPromise(path, { autoClose: false, decodeStrings: false }).catch((cause: unknown) => {
    throw new ConfigError(`${name} is not an .xlsx file.`, {
      code: 'source-file',
      cause,
      hint: 'It may be cut off: copy or export it again. Files of other programs must be saved as .xlsx.',
    });
  });
  const parts = await partsOf(zip, name, signal).catch((error: unknown) => {
    zip.close();
    throw error;
  });

  async function* read(part: string, handlers: XmlHandlers, maxBytes = Number.POSITIVE_INFINITY) {
    const entry = parts.get(part.toLowerCase());
    if (!entry) throw new ConfigError(`${name} has no part ${part}: it is not a workbook.`, { code: 'source-file' });
    if (entry.uncompressedSize > maxBytes)
      throw new ConfigError(`${name}: ${part} is larger than ${maxBytes >> 20} MB.`, {
        code: 'source-file',
        hint: 'Copy the rows into a new workbook and save that one.',
      });
    try {
      yield* parseXml(await zip.openReadStreamPromise(entry), handlers, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ConfigError) throw error;
      const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
      throw new ConfigError(`${name}: ${part} is damaged: ${reason}.`, {
        code: 'source-file',
        cause: error,
        hint: 'Open it in a spreadsheet program and save it again.',
      });
    }
  }

  return {
    name,
    has: (part) => parts.has(part.toLowerCase()),
    read: (part, handlers) => read(part, handlers),
    async readWhole(part, handlers) {
      const chunks = read(part, handlers, maxPartBytes);
      while (!(await chunks.next()).done);
    },
    close: () => zip.close(),
  };
}

/** Throws ConfigError where the directory at the end of the archive is damaged. */
async function partsOf(zip: ZipFile, name: string, signal: AbortSignal): Promise<ReadonlyMap<string, Entry>> {
  const parts = new Map<string, Entry>();
  try {
    for await (const entry of zip.eachEntry()) {
      signal.throwIfAborted();
      if (parts.size === maxParts) throw new Error(`more than ${maxParts} parts`);
      parts.set(partName(entry.fileNameRaw), entry);
    }
    return parts;
  } catch (cause) {
    signal.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`${name}: the directory of this .xlsx file is damaged: ${reason}.`, {
      code: 'source-file',
      cause,
      hint: 'It may be cut off: copy or export it again, or open it in a spreadsheet program and save it.',
    });
  }
}

/** Some programs write names as paths of Windows or from the root. */
function partName(raw: Buffer): string {
  return raw.toString('utf8').replaceAll('\\', '/').replace(/^\/+/, '').toLowerCase();
}
