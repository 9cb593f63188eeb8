import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ConfigError } from '../../core/domain/errors.ts';

/**
 * Writes what holds customer data, or may: for its owner's eyes only, also where the file was there before. Part by part, so
 * that its length does not matter. Throws ConfigError.
 */
export async function writePrivateFile(
  path: string,
  parts: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
): Promise<void> {
  try {
    const file = await open(path, 'w', 0o600);
    await file.chmod(0o600);
    await pipeline(Readable.from(parts), file.createWriteStream());
  } catch (error) {
    if (!isOfFiles(error)) throw error;
    throw new ConfigError(`${path} can't be written.`, { cause: error, hint: 'Check the path and its rights.' });
  }
}

/** What the parts themselves throw is not about the file. */
function isOfFiles(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
