import type { Clock } from '../../clock.ts';
import type { Database, Statement } from '../postgres/connection/database.ts';
import type { Row } from '../rows.ts';
import { openDatabase } from '../sqlite/open-database.ts';
import { createStatements } from '../sqlite/query.ts';

type Value = string | number | null;

/** Statements that SQLite and PostgreSQL both take: `?` stands for a parameter, a name in braces for a table of ours. */
export interface PortableSql {
  rows(sql: string, values?: readonly Value[]): Promise<Row[]>;
  /** All of them or none. */
  write(statements: readonly PortableStatement[]): Promise<void>;
  /**
   * As `write`, for rows that number themselves: whoever reads up to a number has seen all before it, for these become
   * visible in the order of their numbers.
   */
  append(statements: readonly PortableStatement[]): Promise<void>;
  now(): number;
  close(): Promise<void>;
}

export type PortableStatement = readonly [sql: string, values: readonly Value[]];

export function sqliteSql(path: string, clock: Clock): PortableSql {
  const database = openDatabase(path);
  const { rows, transaction } = createStatements(database);
  const own = (sql: string): string => sql.replaceAll(tableName, '$1');
  async function write(statements: readonly PortableStatement[]): Promise<void> {
    transaction((run) => {
      for (const [sql, values] of statements) run(own(sql), values);
    });
  }
  return {
    rows: async (sql, values = []) => rows(own(sql), values),
    write,
    append: write,
    now: clock.now,
    close: async () => database.close(),
  };
}

export function postgresSql(database: Database, clock: Clock): PortableSql {
  const inOrder: Statement = {
    text: 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))',
    values: ['rolodesk console'],
  };
  return {
    async rows(sql, values = []) {
      const statements = [numbered([sql, values])];
      const [found = []] = await (sql.startsWith('SELECT') ? database.read(statements) : database.write(statements));
      return found;
    },
    async write(statements) {
      if (statements.length > 0) await database.write(statements.map(numbered));
    },
    async append(statements) {
      if (statements.length > 0) await database.write([inOrder, ...statements.map(numbered)]);
    },
    now: clock.now,
    // The pool is the backend's.
    close: async () => undefined,
  };
}

const tableName = /\{(\w+)\}/g;

function numbered([sql, values]: PortableStatement): Statement {
  let count = 0;
  const text = sql.replaceAll(tableName, 'rolodesk.$1').replaceAll('?', () => {
    count += 1;
    return `$${count}`;
  });
  return { text, values };
}
