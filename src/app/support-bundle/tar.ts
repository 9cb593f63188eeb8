/** A file of an archive. Names are plain ASCII, and short. */
export interface ArchiveFile {
  readonly name: string;
  readonly text: string;
}

const block = 512;
const maxNameLength = 100;

/** A tar archive (ustar, POSIX.1-1988) of a few small files, for their owner's eyes only. */
export function tarOf(files: readonly ArchiveFile[], atMs: number): Buffer {
  const parts = files.flatMap(({ name, text }) => {
    const content = Buffer.from(text, 'utf8');
    const padding = Buffer.alloc((block - (content.length % block)) % block);
    return [header(name, content.length, atMs), content, padding];
  });
  // The end is marked by two empty blocks.
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

function header(name: string, size: number, atMs: number): Buffer {
  if (!/^[\x21-\x7e]+$/.test(name) || name.length > maxNameLength)
    throw new Error(`Not a name for an archive: ${name}.`);
  const bytes = Buffer.alloc(block);
  const put = (text: string, at: number): void => void bytes.write(text, at, 'ascii');
  put(name, 0);
  put(octal(0o600, 8), 100);
  put(octal(0, 8), 108);
  put(octal(0, 8), 116);
  put(octal(size, 12), 124);
  put(octal(Math.floor(atMs / 1000), 12), 136);
  // The sum is taken with spaces in its own place.
  put(' '.repeat(8), 148);
  put('0', 156);
  put('ustar\0', 257);
  put('00', 263);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

/** Digits, and a zero byte at the end. */
function octal(value: number, length: number): string {
  return `${value.toString(8).padStart(length - 1, '0')}\0`;
}
