import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { StateError } from '../domain/errors.ts';
import { makePrivateFile } from '../files/make-private-file.ts';
import { makePrivateFolder } from '../files/make-private-folder.ts';
import { stateError } from './sqlite/open-database.ts';

/** The right to run: only one process has it at a time. */
export interface Lease {
  /**
   * For what the state itself cannot refuse, such as a request to the destination. Throws StateError `lease-lost` when another
   * process may have it by now. A file is looked at at once; a database may have to be asked.
   */
  assertHeld(): void | Promise<void>;
  release(): void | Promise<void>;
  /**
   * Grows with each process that takes the lease of an account. Absent for a file, whose lock the operating system holds
   * for a living process: gone with it, however it ends.
   */
  readonly fence?: number;
  /** For how long after it was taken a frozen holder of an earlier fence may still begin to send. Comes with `fence`. */
  readonly graceMs?: number;
}

const askAgainMs = 50;

/** Takes the lease on a state file for the length of a run. Throws StateError `locked` when another process has it. */
export function acquireLease(statePath: string): Lease {
  const lease = tryLock(`${statePath}.lock`);
  if (lease) return lease;
  throw new StateError(`The state file ${statePath} is in use by another run.`, {
    code: 'locked',
    hint: 'Wait for that run to end, or stop it. Nothing was read or written.',
  });
}

/** Runs `work` while no other process runs work under the same path. */
export async function withFileLock<T>(path: string, clock: Clock, work: () => Promise<T>): Promise<T> {
  let lease = tryLock(path);
  while (!lease) {
    await clock.sleep(askAgainMs);
    lease = tryLock(path);
  }
  try {
    return await work();
  } finally {
    await lease.release();
  }
}

/** An open write transaction on a file of its own: SQLite's lock is the system's (fcntl), so `kill -9` frees it. */
function tryLock(path: string): Lease | undefined {
  try {
    makePrivateFolder(dirname(path));
    // A lock that others may read is one that they can hold, and stop every run.
    makePrivateFile(path);
    const database = new DatabaseSync(path, { timeout: 0 });
    try {
      database.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      database.close();
      if (error instanceof Error && /locked|busy/i.test(error.message)) return undefined;
      throw error;
    }
    const { ino } = statSync(path);
    const isThere = (): boolean => statSync(path, { throwIfNoEntry: false })?.ino === ino;
    return {
      assertHeld: () => {
        if (!isThere()) throw lost(path);
      },
      release: () => database.close(),
    };
  } catch (error) {
    throw stateError(error, `The lock ${path} can't be taken`);
  }
}

function lost(path: string): StateError {
  return new StateError(`The lock ${path} was deleted while this run held it, and another run may have started.`, {
    code: 'lease-lost',
    hint: 'Leave that file alone: a lock ends with its process. See that no other run is at work, and run again.',
  });
}
