import { closeSync, existsSync, openSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StateError } from '../../domain/errors.ts';
import { makePrivateFolder } from '../../files/make-private-folder.ts';
import { migrations } from './migrations.ts';
import { transaction } from './query.ts';

const lookAgainMs = 10;

/** How long another process's write is waited for. */
export const busyMs = 5_000;

const copySuffix = '.dry-run-';
/** The suffix of earlier versions, whose copies may still be there. */
const formerCopySuffix = '.rehearsal-';

/**
 * Opens the state file, makes it when it is missing (0600, in a folder of 0700), and brings it to the present version.
 * Throws StateError for anything that keeps it from being used.
 */
export function openDatabase(path: string): DatabaseSync {
  return openVersioned(path).database;
}

/** The same, with the version that it had and the one that it has now. */
export function openVersioned(path: string): {
  readonly database: DatabaseSync;
  readonly from: number;
  readonly to: number;
} {
  try {
    makePrivateFolder(dirname(path));
    // Private from its first moment: SQLite fills an empty file, and gives its companions the same rights.
    if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
    const database = new DatabaseSync(path, { timeout: busyMs });
    keepLog(database);
    // FULL: a checkpoint or a rotated token that was reported as saved must survive a power cut.
    database.exec('PRAGMA synchronous = FULL; PRAGMA temp_store = FILE; PRAGMA cache_size = -8192;');
    const from = migrate(database, path);
    return { database, from, to: migrations.length };
  } catch (error) {
    throw stateError(error, `The state file ${path} can't be opened`);
  }
}

/**
 * A copy of the file next to it, as private as the original, for a dry run. What an earlier process left of one is
 * removed: only the holder of the lease makes copies.
 */
export function copyDatabase(
  database: Pick<DatabaseSync, 'prepare'>,
  path: string,
): { readonly database: DatabaseSync; readonly path: string; remove(): void } {
  const remove = (): void => removeCopies(path);
  remove();
  const copy = `${path}${copySuffix}${process.pid}`;
  closeSync(openSync(copy, 'wx', 0o600));
  database.prepare('VACUUM INTO ?').run(copy);
  const opened = openDatabase(copy);
  // It is thrown away: a power cut takes nothing that counts.
  opened.exec('PRAGMA synchronous = OFF');
  return { database: opened, path: copy, remove };
}

/**
 * Write-ahead logging. Only here SQLite does not wait for another process that does the same to the same new file, but
 * refuses: so we wait, as long as it would.
 */
function keepLog(database: DatabaseSync): void {
  for (let tries = busyMs / lookAgainMs; ; tries -= 1) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (tries <= 0 || !(error instanceof Error) || !/locked|busy/i.test(error.message)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lookAgainMs);
    }
  }
}

/** What an interrupted dry run left. The caller holds the lease. */
export function removeCopies(path: string): void {
  const prefixes = [copySuffix, formerCopySuffix].map((suffix) => `${basename(path)}${suffix}`);
  for (const name of readdirSync(dirname(path)))
    if (prefixes.some((prefix) => name.startsWith(prefix))) rmSync(join(dirname(path), name));
}

/** Names the cause of an SQLite or file-system failure and what to do about it. */
export function stateError(error: unknown, what: string): unknown {
  if (error instanceof StateError || !(error instanceof Error)) return error;
  const reason = error.message;
  const hint = hints.find(({ when }) => when.test(reason))?.hint ?? 'Check the path, its rights and the disk.';
  return new StateError(`${what}: ${reason}.`, { cause: error, hint });
}

const hints: readonly { readonly when: RegExp; readonly hint: string }[] = [
  {
    when: /EACCES|EROFS|EPERM|readonly|unable to open/i,
    hint: 'The folder must be writable by this user. Set `state:` to a path that is.',
  },
  {
    when: /not a database|malformed|corrupt/i,
    hint: 'The file is damaged. Restore it from a backup, or move it away: the next sync then matches every customer again by external_id.',
  },
  { when: /full|ENOSPC/i, hint: 'The disk is full. Make room and run again: nothing was lost.' },
  { when: /locked|busy/i, hint: 'Another process uses the file. Wait for it to end.' },
];

/** Returns the version that the file has. Throws StateError for one that a newer Rolodesk made. */
export function assertKnown(database: Pick<DatabaseSync, 'prepare'>, path: string): number {
  const found = versionOf(database);
  if (found <= migrations.length) return found;
  throw new StateError(`The state file ${path} has version ${found}; this Rolodesk knows ${migrations.length}.`, {
    hint: 'Use the newer Rolodesk that wrote it.',
  });
}

/** Returns the version that the file had. */
function migrate(database: DatabaseSync, path: string): number {
  const found = assertKnown(database, path);
  if (found === migrations.length) return found;
  transaction(database, () => {
    // Asked again under the lock: another process may have opened the same new file.
    for (const sql of migrations.slice(versionOf(database))) database.exec(sql);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
  return found;
}

function versionOf(database: Pick<DatabaseSync, 'prepare'>): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}
