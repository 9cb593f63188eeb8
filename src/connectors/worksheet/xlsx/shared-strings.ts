import { ConfigError } from '../../../core/domain/errors.ts';
import type { Archive } from './archive.ts';
import { createTextReader } from './text.ts';

const blockBytes = 1 << 20;
const placesPerList = 1 << 16;
/** A million customers with four texts of their own take a third of it. */
const defaultMaxBytes = 512 << 20;
const bytesPerPlace = 16;

/** Texts that cells refer to by number. */
export type SharedStrings = (index: number) => string | undefined;

/** Reads them into blocks of bytes: a text of its own for each of a million would take four times the memory. */
export async function readSharedStrings(
  archive: Archive,
  { part, maxBytes = defaultMaxBytes }: { readonly part: string | undefined; readonly maxBytes?: number },
): Promise<SharedStrings> {
  const texts = createTextStore();
  if (part === undefined) return texts.get;
  const reader = createTextReader();
  const chunks = archive.read(part, {
    open: reader.open,
    text: reader.text,
    close(name) {
      reader.close(name);
      if (name === 'si') texts.add(reader.take());
    },
  });
  while (!(await chunks.next()).done)
    if (texts.bytes() > maxBytes)
      throw new ConfigError(`${archive.name} holds more than ${maxBytes >> 20} MB of texts.`, {
        code: 'source-file',
        hint: 'Save the sheet as .csv, which is read without keeping it.',
      });
  return texts.get;
}

/** Texts by number, end to end in blocks that are never moved: growing would hold everything twice. */
function createTextStore() {
  const blocks: Buffer[] = [];
  /** Where each text begins and ends, in bytes from the first block on. */
  const places: Float64Array[] = [];
  let count = 0;
  let used = 0;

  function add(text: string): void {
    const length = Buffer.byteLength(text);
    const room = blocks.length * blockBytes - used;
    // A text lies in one block; one that is longer than a block has its own number of them, laid as one.
    if (length > room) {
      used = blocks.length * blockBytes;
      const whole = Buffer.allocUnsafe(Math.max(1, Math.ceil(length / blockBytes)) * blockBytes);
      for (let at = 0; at < whole.length; at += blockBytes) blocks.push(whole.subarray(at));
    }
    const block = Math.floor(used / blockBytes);
    blocks[block]?.write(text, used - block * blockBytes);
    const list = places[Math.floor(count / placesPerList)] ?? new Float64Array(placesPerList * 2);
    places[Math.floor(count / placesPerList)] = list;
    list.set([used, length], (count % placesPerList) * 2);
    count += 1;
    used += length;
  }

  function get(index: number): string | undefined {
    if (!(index >= 0 && index < count)) return undefined;
    const list = places[Math.floor(index / placesPerList)];
    const begin = list?.[(index % placesPerList) * 2] ?? 0;
    const length = list?.[(index % placesPerList) * 2 + 1] ?? 0;
    const block = Math.floor(begin / blockBytes);
    const from = begin - block * blockBytes;
    return blocks[block]?.toString('utf8', from, from + length);
  }

  return { add, get, bytes: () => used + count * bytesPerPlace };
}
