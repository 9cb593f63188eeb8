import { StateError } from '../../domain/errors.ts';
import type { Lease } from '../lease.ts';
import { number, type Row } from '../rows.ts';
import type { Table, Values } from '../tables.ts';
import type { Database, RunStatement, Statement } from './connection/database.ts';
import type { Parameter } from './connection/values.ts';

/** How the parts of a store read and write. Each call is one round trip. */
export interface Statements {
  rows(text: string, values?: readonly Parameter[]): Promise<Row[]>;
  /** The number that a statement selects as `n`. */
  count(text: string, values: readonly Parameter[]): Promise<number>;
  read(statements: readonly Statement[]): Promise<Row[][]>;
  /** All of them or none. Throws StateError `lease-lost` when the turn is lost, and then nothing is written. */
  write(statements: readonly Statement[]): Promise<Row[][]>;
  /** As `write`, where a statement depends on the answer to another. */
  transaction<T>(work: (run: RunStatement) => Promise<T>): Promise<T>;
  /** Throws StateError once it was closed. */
  assertOpen(): void;
  close(): void;
}

export function createStatements(database: Database, lease: Pick<Lease, 'fence'> | undefined): Statements {
  const guard: readonly Statement[] =
    lease?.fence === undefined ? [] : [{ text: 'SELECT rolodesk.assert_turn($1)', values: [lease.fence] }];
  let isOpen = true;

  function assertOpen(): void {
    if (!isOpen) throw new StateError(`This store in ${database.location} was closed.`);
  }
  async function read(statements: readonly Statement[]): Promise<Row[][]> {
    assertOpen();
    return await database.read(statements);
  }
  async function rows(text: string, values: readonly Parameter[] = []): Promise<Row[]> {
    return (await read([{ text, values }]))[0] ?? [];
  }
  return {
    rows,
    read,
    count: async (text, values) => number((await rows(text, values))[0] ?? {}, 'n'),
    async write(statements) {
      assertOpen();
      // The turn is looked at in the transaction itself: between a look before it and its end, the turn may pass on.
      return (await database.write([...guard, ...statements])).slice(guard.length);
    },
    async transaction(work) {
      assertOpen();
      return await database.transaction(async (run) => {
        for (const statement of guard) await run(statement);
        return await work(run);
      });
    },
    assertOpen,
    close: () => {
      isOpen = false;
    },
  };
}

/**
 * Inserts rows, or puts them in the place of those that have their keys. They go as one array for each column, so that
 * their number changes neither the statement nor the number of its parameters. Of two rows with one key the later stands.
 */
export function upsert({ name, columns, key }: Table, rows: readonly Values[]): Statement {
  const names = Object.keys(columns);
  const others = names.filter((column) => !key.includes(column));
  const set = others.map((column) => `${column} = excluded.${column}`).join(', ');
  return insert(
    { name, columns },
    latest(
      rows,
      key.map((column) => names.indexOf(column)),
    ),
    {
      conflict: `ON CONFLICT (${key.join(', ')}) DO ${set === '' ? 'NOTHING' : `UPDATE SET ${set}`}`,
    },
  );
}

export function insert(
  { name, columns }: Pick<Table, 'name' | 'columns'>,
  rows: readonly Values[],
  { conflict = '' }: { readonly conflict?: string } = {},
): Statement {
  const names = Object.keys(columns);
  const arrays = names.map((column, index) => `$${index + 1}::${columns[column] === 'text' ? 'text' : 'bigint'}[]`);
  return {
    text: `INSERT INTO rolodesk.${name} (${names.join(', ')}) SELECT * FROM unnest(${arrays.join(', ')}) ${conflict}`,
    values: names.map((_, index) => rows.map((row) => row[index] ?? null)),
  };
}

function latest(rows: readonly Values[], key: readonly number[]): readonly Values[] {
  return [...new Map(rows.map((row) => [JSON.stringify(key.map((index) => row[index])), row])).values()];
}

/**
 * Removes the rows of these names, or changes them, if there are any names: `set` says how. Each is looked for by itself,
 * as in a look-up: see load.ts.
 */
export function forNames(
  names: readonly string[] | undefined,
  {
    table,
    owner,
    column,
    set,
  }: {
    readonly table: Table;
    readonly owner: string | number;
    /** That names stand in. */
    readonly column: string;
    readonly set?: string;
  },
): readonly Statement[] {
  if (!names?.length) return [];
  const where = `${table.owner} = $1 AND ${column} = asked.name`;
  const found = `(SELECT t.* FROM (SELECT DISTINCT unnest($2::text[])) AS asked (name) CROSS JOIN LATERAL (
      SELECT ${table.key.join(', ')} FROM rolodesk.${table.name} WHERE ${where} OFFSET 0
    ) t) AS found`;
  const same = table.key.map((name) => `own.${name} = found.${name}`).join(' AND ');
  const text =
    set === undefined
      ? `DELETE FROM rolodesk.${table.name} own USING ${found} WHERE ${same}`
      : `UPDATE rolodesk.${table.name} own SET ${set} FROM ${found} WHERE ${same}`;
  return [{ text, values: [owner, names] }];
}
