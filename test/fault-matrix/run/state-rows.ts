import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseEnv } from 'node:util';
import pg from 'pg';

export type Row = Readonly<Record<string, unknown>>;
export type Rows = (sql: string, ...values: readonly (string | number)[]) => Promise<readonly Row[]>;

/** Reads the state of the pipeline in this folder, wherever it is. Undefined where there is none: a check makes none. */
export async function readingState<T>(folder: string, read: (rows: Rows) => Promise<T>): Promise<T | undefined> {
  const env = join(folder, '.env');
  const url = existsSync(env) ? parseEnv(readFileSync(env, 'utf8')).ROLODESK_STATE : undefined;
  return url === undefined
    ? await readingFile(join(folder, '.rolodesk', 'state.db'), read)
    : await readingDatabase(url, read);
}

async function readingFile<T>(path: string, read: (rows: Rows) => Promise<T>): Promise<T | undefined> {
  let database: DatabaseSync;
  try {
    database = new DatabaseSync(path, { readOnly: true });
  } catch {
    return undefined;
  }
  try {
    return await read(async (sql, ...values) => database.prepare(sql).all(...values));
  } finally {
    database.close();
  }
}

async function readingDatabase<T>(url: string, read: (rows: Rows) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, options: '-c search_path=rolodesk' });
  await client.connect();
  try {
    return await read(async (sql, ...values) => {
      let n = 0;
      const { rows } = await client.query<Row>(
        sql.replaceAll('?', () => {
          n += 1;
          return `$${n}`;
        }),
        [...values],
      );
      return rows;
    });
  } finally {
    await client.end();
  }
}
