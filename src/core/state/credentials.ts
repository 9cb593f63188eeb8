import { randomBytes, scryptSync } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import PQueue from 'p-queue';
import type { Clock } from '../clock.ts';
import { ConfigError, StateError } from '../domain/errors.ts';
import { makePrivateFolder } from '../files/make-private-folder.ts';
import type { ClosableCredentialStore } from './backend.ts';
import { withFileLock } from './lease.ts';
import { decrypt, encrypt, keyIdOf } from './sealed-value.ts';
import { type Connections, useConnection } from './sqlite/connections.ts';
import { stateError } from './sqlite/open-database.ts';
import { createStatement } from './sqlite/query.ts';

/**
 * Secrets that must survive the process, in the state file, encrypted with AES-256-GCM under their name. `save` resolves
 * when the value is on disk (synchronous = FULL).
 */
export function createCredentialStore({
  path,
  connections,
  key,
  clock,
}: {
  readonly path: string;
  /** Those that it shares with others. Absent: it has its own. */
  readonly connections?: Connections;
  /** Asked for with the first secret: deriving it takes a while, and not every command needs one. */
  readonly key: () => Buffer;
  readonly clock: Clock;
}): ClosableCredentialStore {
  const { connection, release } = useConnection(path, connections);
  const get = createStatement(connection, 'SELECT value, key_id FROM credentials WHERE name = ?');
  const put = createStatement(connection, 'INSERT OR REPLACE INTO credentials (name, value, key_id) VALUES (?, ?, ?)');
  const list = createStatement(connection, 'SELECT name FROM credentials ORDER BY name');
  const drop = createStatement(connection, 'DELETE FROM credentials WHERE name = ?');
  /** Within this process work on one credential waits here; the file's lock is for other processes. */
  const queues = new Map<string, PQueue>();
  return {
    async load(name) {
      const row = asked(`The stored credential ${name} can't be read`, () => get.get(name));
      if (!(row?.value instanceof Uint8Array)) return undefined;
      return decrypt({ key: key(), name, sealed: Buffer.from(row.value), keyId: row.key_id });
    },
    async save(name, value) {
      const sealed = encrypt(key(), name, value);
      asked(`The credential ${name} can't be stored`, () => put.run(name, sealed, keyIdOf(key())));
    },
    async forget(name) {
      asked(`The credential ${name} can't be forgotten`, () => drop.run(name));
    },
    async names() {
      return asked("The stored credentials can't be listed", () => list.all()).map(({ name }) => String(name));
    },
    async exclusive(name, work) {
      const queue = queues.get(name) ?? new PQueue({ concurrency: 1 });
      queues.set(name, queue);
      return await queue.add(() => withFileLock(`${path}.${name.replaceAll(/[^a-z0-9]+/gi, '-')}.lock`, clock, work));
    },
    close: release,
  };
}

/** Asks the database; its failures come out as StateError. */
function asked<T>(what: string, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    throw stateError(error, what);
  }
}

/** The key: `secret` (ROLODESK_KEY) or derived from it, or kept in a 0600 file that is made when it is missing. */
export function loadKey({ secret, file }: { readonly secret: string | undefined; readonly file: string }): Buffer {
  return derive(secret !== undefined && secret !== '' ? secret : readOrMake(file));
}

function readOrMake(file: string): string {
  try {
    if (!existsSync(file)) {
      makePrivateFolder(dirname(file));
      writeFileSync(file, `${wholeKey}${randomBytes(keyBytes).toString('base64')}`, { mode: 0o600, flag: 'wx' });
      chmodSync(file, 0o600);
    }
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new StateError(`The key file ${file} can't be read or made.`, {
      cause: error,
      hint: 'Set ROLODESK_KEY to a secret of your own, or make the folder writable.',
    });
  }
}

/** What stands before 32 random bytes in base64, which are a key as they are. */
const wholeKey = 'aes256:';
const keyBytes = 32;

/** Slow by design (some 100 ms), so once for each secret and process. */
const derived = new Map<string, Buffer>();

function derive(secret: string): Buffer {
  if (secret.startsWith(wholeKey)) return readWhole(secret.slice(wholeKey.length));
  const key = derived.get(secret) ?? scryptSync(secret, 'rolodesk', keyBytes);
  derived.set(secret, key);
  return key;
}

function readWhole(base64: string): Buffer {
  const key = Buffer.from(base64, 'base64');
  if (key.length === keyBytes) return key;
  throw new ConfigError(
    `ROLODESK_KEY (or the key file) begins with ${wholeKey} and has ${key.length} bytes, and needs ${keyBytes}, in base64.`,
    {
      code: 'key-length',
      hint: `Make one: echo "${wholeKey}$(openssl rand -base64 ${keyBytes})". Any other text is good as well.`,
    },
  );
}
