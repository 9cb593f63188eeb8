import { statSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { StateError } from '../../domain/errors.ts';
import { assertKnown, openDatabase } from './open-database.ts';
import type { Connection } from './query.ts';

/** A use of the connection. What is asked of it after it was released fails. */
export interface ConnectionUse {
  readonly connection: Connection;
  release(): void;
}

/**
 * The connections of this process to one state file: one at a time, which everything shares. To open the file, read its
 * schema and prepare statements takes longer than a run needs for its work there when nothing has changed.
 */
export interface Connections {
  /** Opens the file where it is not open. Throws StateError for anything that keeps it from being used. */
  use(): ConnectionUse;
  /** Closes the file, once nothing uses it. */
  close(): void;
}

interface Open {
  readonly database: DatabaseSync;
  readonly connection: Connection;
  /** Tells the file from another one that was put in its place. */
  readonly inode: number | undefined;
  users: number;
}

export function createConnections(path: string): Connections {
  let current: Open | undefined;

  function closeIfUnused(open: Open): void {
    if (open !== current && open.users === 0) open.database.close();
  }

  function close(): void {
    const last = current;
    current = undefined;
    if (last) closeIfUnused(last);
  }

  return {
    use() {
      // What was deleted, restored from a backup or migrated since must not go on as if it had not been.
      if (current && inodeOf(path) !== current.inode) close();
      if (current) assertKnown(current.connection, path);
      current ??= open(path);
      const used = current;
      used.users += 1;
      let isReleased = false;
      return {
        connection: whileUsed(used.connection, () => !isReleased),
        release() {
          if (isReleased) return;
          isReleased = true;
          used.users -= 1;
          closeIfUnused(used);
        },
      };
    },
    close,
  };
}

/** A use of a shared connection, or of one's own where nothing is shared. */
export function useConnection(path: string, shared: Connections | undefined): ConnectionUse {
  if (shared) return shared.use();
  const own = createConnections(path);
  const { connection, release } = own.use();
  return {
    connection,
    release() {
      release();
      own.close();
    },
  };
}

function open(path: string): Open {
  const database = openDatabase(path);
  return { database, connection: withStatements(database), inode: inodeOf(path), users: 0 };
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

/** Keeps the statements of a database. */
export function withStatements(database: DatabaseSync): Connection {
  const statements = new Map<string, StatementSync>();
  return {
    exec: (sql) => database.exec(sql),
    prepare(sql) {
      const statement = statements.get(sql) ?? database.prepare(sql);
      statements.set(sql, statement);
      return statement;
    },
    get isTransaction() {
      return database.isTransaction;
    },
  };
}

function whileUsed(connection: Connection, isUsed: () => boolean): Connection {
  const used = (): Connection => {
    if (isUsed()) return connection;
    throw new StateError('The state is not open any more.');
  };
  return {
    exec: (sql) => used().exec(sql),
    prepare: (sql) => used().prepare(sql),
    get isTransaction() {
      return used().isTransaction;
    },
  };
}
