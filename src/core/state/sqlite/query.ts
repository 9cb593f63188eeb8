import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { number, type Row } from './rows.ts';

export type Query = (sql: string, values: readonly SQLInputValue[]) => Row[];
/** The number that a statement selects as `n`. */
export type Count = (sql: string, values: readonly SQLInputValue[]) => number;

/** Runs statements, each prepared once. */
export function createQuery(database: DatabaseSync): Query {
  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  return function rows(sql, values) {
    const statement = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, statement);
    return statement.all(...values);
  };
}

export function transaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** Names as one value, for `json_each`. Half of a surrogate pair is written as it would be on its own: as U+FFFD. */
export function listOf(names: readonly string[]): string {
  return JSON.stringify(names.map((name) => name.toWellFormed()));
}

export function createCount(rows: Query): Count {
  return (sql, values) => number(rows(sql, values)[0] ?? {}, 'n');
}
