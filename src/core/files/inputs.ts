import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { addAbortSignal, pipeline, Readable } from 'node:stream';
import { pipeline as pipelined } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { CallContext } from '../domain/context.ts';
import { ConfigError, ContractError, StateError } from '../domain/errors.ts';

/** A file to be read, or standard input. */
export interface Input {
  /** As messages name it. */
  readonly name: string;
  /** Of standard input, where it was put. */
  readonly path: string;
  readonly open: () => Readable;
}

export interface InputOptions {
  /** As configured: a file, a folder, or `-`. */
  readonly path: string;
  /** What relative paths are relative to. */
  readonly folder: string;
  readonly stdin: NodeJS.ReadableStream;
  /** Of a folder, the files whose names match, in the order of their names. */
  readonly matching: RegExp;
}

/** The files that a path stands for. Standard input is put into a file of its own when it is asked for: so it can be read twice. */
export function createInputs({ path, folder, stdin, matching }: InputOptions) {
  let spool: Promise<string> | undefined;

  async function spooled(signal: AbortSignal): Promise<string> {
    const own = await mkdtemp(join(tmpdir(), 'rolodesk-'));
    const file = createWriteStream(join(own, 'input'), { mode: 0o600 });
    await pipelined(stdin, file, { signal }).catch(async (error: unknown) => {
      await rm(own, { recursive: true, force: true });
      if (signal.aborted) throw signal.reason;
      throw new StateError('Standard input cannot be kept for reading.', { cause: error, hint: 'Check the disk.' });
    });
    return own;
  }

  return {
    /** Throws ConfigError when there are none or they can't be read. */
    async find({ signal }: Pick<CallContext, 'signal'>): Promise<readonly Input[]> {
      if (path !== '-') return await filesAt({ path, folder, matching });
      spool ??= spooled(signal);
      return [{ ...fileAt(join(await spool, 'input')), name: 'standard input' }];
    },
    async close(): Promise<void> {
      // A failure of spooling was thrown where it was asked for, and has left nothing behind.
      const own = await spool?.catch(() => undefined);
      if (own !== undefined) await rm(own, { recursive: true, force: true });
    },
  };
}

async function filesAt({ path, folder, matching }: Omit<InputOptions, 'stdin'>): Promise<readonly Input[]> {
  const whole = resolve(folder, path);
  const found = await stat(whole).catch((error: unknown) => {
    throw new ConfigError(`source.path: ${whole} can't be read.`, {
      code: 'source-file',
      cause: error,
      hint: 'Check the path (it is relative to the configuration) and its rights.',
    });
  });
  if (!found.isDirectory()) return [fileAt(whole)];
  const names = (await readdir(whole)).filter((name) => matching.test(name)).sort();
  if (names.length > 0) return names.map((name) => fileAt(join(whole, name)));
  throw new ConfigError(`source.path: no file in ${whole} has a name that fits (${matching.source}).`, {
    code: 'source-file',
  });
}

function fileAt(path: string): Input {
  return { name: basename(path), path, open: () => createReadStream(path) };
}

/**
 * The bytes of an input, unpacked where they are gzipped, whatever its name says. Throws for what can't be read to its end, and
 * the signal's reason when it is aborted, also while it waits for bytes that do not come.
 */
export async function* bytesOf({ name, open }: Input, signal?: AbortSignal): AsyncGenerator<Buffer> {
  signal?.throwIfAborted();
  try {
    yield* unpacked(signal ? addAbortSignal(signal, open()) : open());
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ContractError(`${name} can't be read to its end: ${reason}.`, { code: 'source-file', cause: error });
  }
}

async function* unpacked(stream: Readable): AsyncGenerator<Buffer> {
  const chunks = stream[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done) return;
  const start = Buffer.from(first.value);
  const rest = async function* (): AsyncGenerator<Buffer> {
    yield start;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield Buffer.from(next.value);
  };
  if (start[0] !== 0x1f || start[1] !== 0x8b) {
    yield* rest();
    return;
  }
  const unpack = createGunzip();
  // A failure of either end comes out of the loop below.
  pipeline(Readable.from(rest()), unpack, () => undefined);
  for await (const chunk of unpack) yield Buffer.from(chunk);
}
