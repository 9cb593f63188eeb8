import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { number, type Row } from '../rows.ts';

/** A state file that is open. `prepare` makes one statement of each text, however often it is asked for it. */
export type Connection = Pick<DatabaseSync, 'exec' | 'prepare' | 'isTransaction'>;

export type Query = (sql: string, values: readonly SQLInputValue[]) => Row[];
/** The number that a statement selects as `n`. */
export type Count = (sql: string, values: readonly SQLInputValue[]) => number;

export interface Statement {
  run(...values: SQLInputValue[]): void;
  get(...values: SQLInputValue[]): Row | undefined;
  all(...values: SQLInputValue[]): Row[];
}

/**
 * A statement that is prepared when it is used for the first time: a run that finds no changes uses few of them, and to
 * prepare all took longer than to use those.
 */
export function createStatement(database: Connection, sql: string): Statement {
  return {
    run: (...values) => void database.prepare(sql).run(...values),
    get: (...values) => database.prepare(sql).get(...values),
    all: (...values) => database.prepare(sql).all(...values),
  };
}

/** Runs statements. */
export function createQuery(database: Connection): Query {
  return (sql, values) => database.prepare(sql).all(...values);
}

export function transaction(database: Pick<Connection, 'exec' | 'isTransaction'>, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** How the parts of a store read and write. */
export interface Statements {
  /** Reads. */
  readonly rows: Query;
  readonly count: Count;
  /** One statement that changes something. Throws StateError `lease-lost` when the lease is lost. */
  write(sql: string, values: readonly SQLInputValue[]): void;
  /** Several changes, all of them or none; `run` is for statements within. Throws as `write` does, before the first one. */
  transaction(work: (run: Query) => void): void;
}

/** `assertHeld` is the lease's, where there is one. */
export function createStatements(database: Connection, assertHeld: () => void = () => undefined): Statements {
  const rows = createQuery(database);
  return {
    rows,
    count: createCount(rows),
    write(sql, values) {
      assertHeld();
      rows(sql, values);
    },
    transaction(work) {
      assertHeld();
      transaction(database, () => work(rows));
    },
  };
}

/** Names as one value, for `json_each`. Half of a surrogate pair is written as it would be on its own: as U+FFFD. */
export function listOf(names: readonly string[]): string {
  return JSON.stringify(names.map((name) => name.toWellFormed()));
}

function createCount(rows: Query): Count {
  return (sql, values) => number(rows(sql, values)[0] ?? {}, 'n');
}
