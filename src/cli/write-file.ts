import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { ConfigError } from '../core/errors.ts';

/**
 * Writes what holds customer data, or may: for its owner's eyes only, also where the file was there before. Part by part, so
 * that its length does not matter. Throws ConfigError.
 */
export async function writePrivateFile(
  path: string,
  parts: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
): Promise<void> {
  try {
    const file = createWriteStream(path, { mode: 0o600 });
    await once(file, 'open');
    await chmod(path, 0o600);
    for await (const part of parts) if (!file.write(part)) await once(file, 'drain');
    file.end();
    await finished(file);
  } catch (error) {
    if (!isOfFiles(error)) throw error;
    throw new ConfigError(`${path} can't be written.`, { cause: error, hint: 'Check the path and its rights.' });
  }
}

/** What the parts themselves throw is not about the file. */
function isOfFiles(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
