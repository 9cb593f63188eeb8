import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Mark, SourceTwin, TwinOptions } from '../../../src/testing/index.ts';
import type { Server } from '../../kit/postgres-server.ts';

export const rowsPerPage = 20;
export const columns = 'id, name, email, phone, closed, updated_at';

/** A table whose rows carry the time of their last change. */
async function createTable(
  { pages, clock }: TwinOptions,
  write: (row: Readonly<Record<'id' | 'name' | 'email' | 'updatedAt', string>>) => void | Promise<void>,
  drop: (id: string) => void | Promise<void>,
): Promise<Required<Pick<SourceTwin, 'keys' | 'change' | 'add' | 'remove'>>> {
  const ids = new Set<string>();
  let changes = 0;
  async function put(id: string): Promise<Mark> {
    changes += 1;
    const name = `Change ${changes}`;
    ids.add(id);
    await write({ id, name, email: `c${id}@example.com`, updatedAt: new Date(clock.now()).toISOString() });
    return { key: id, text: name };
  }
  for (let n = 1; n <= (pages - 0.5) * rowsPerPage; n += 1) await put(String(n));
  return {
    keys: () => [...ids],
    change: put,
    add: () => put(String(ids.size + 1000)),
    async remove(id) {
      ids.delete(id);
      await drop(id);
    },
  };
}

export interface SqliteTwin extends SourceTwin {
  readonly folder: string;
}

export async function createSqliteTwin(options: TwinOptions): Promise<SqliteTwin> {
  const folder = mkdtempSync(join(tmpdir(), 'rolodesk-sqlite-'));
  const path = join(folder, 'crm.db');
  const database = new DatabaseSync(path);
  database.exec(
    'CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, email TEXT, phone TEXT, closed INTEGER, updated_at TEXT)',
  );
  const insert = database.prepare(
    'INSERT OR REPLACE INTO customers (id, name, email, closed, updated_at) VALUES (?, ?, ?, 0, ?)',
  );
  const table = await createTable(
    options,
    ({ id, name, email, updatedAt }) => void insert.run(id, name, email, updatedAt),
    (id) => void database.prepare('DELETE FROM customers WHERE id = ?').run(id),
  );
  const close = (): void => void (database.isOpen && database.close());
  return {
    ...table,
    folder,
    damages: {
      'A column that is not there': () => database.exec('ALTER TABLE customers RENAME COLUMN email TO mail'),
      'A table that is not there': () => database.exec('ALTER TABLE customers RENAME TO clients'),
      'A file that is no database': () => {
        close();
        writeFileSync(path, 'no database, but text that is long enough to be one'.repeat(50));
      },
      'A file that is gone': () => rmSync(path),
    },
    close() {
      close();
      rmSync(folder, { recursive: true });
    },
  };
}

let tables = 0;

export interface PostgresTwin extends SourceTwin {
  readonly table: string;
}

export async function createPostgresTwin(options: TwinOptions, server: Server): Promise<PostgresTwin> {
  if (server.kind === 'none') throw new Error(server.why);
  tables += 1;
  const table = `customers_${tables}`;
  await server.run(
    `CREATE TABLE ${table} (id bigint PRIMARY KEY, name text, email text, phone text, closed boolean, updated_at timestamptz)`,
  );
  const made = await createTable(
    options,
    ({ id, name, email, updatedAt }) =>
      server.run(
        `INSERT INTO ${table} VALUES ($1, $2, $3, NULL, false, $4)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, updated_at = excluded.updated_at`,
        [id, name, email, updatedAt],
      ),
    (id) => server.run(`DELETE FROM ${table} WHERE id = $1`, [id]),
  );
  return {
    ...made,
    table,
    damages: {
      'Rows without a key': async () => {
        await server.run(`ALTER TABLE ${table} DROP CONSTRAINT ${table}_pkey`);
        await server.run(`ALTER TABLE ${table} ALTER id DROP NOT NULL`);
        await server.run(`UPDATE ${table} SET id = NULL WHERE id < 4`);
      },
      'A column that is not there': () => server.run(`ALTER TABLE ${table} RENAME email TO mail`),
      'A table that is not there': () => server.run(`ALTER TABLE ${table} RENAME TO gone_${table}`),
    },
    close: () => server.run(`DROP TABLE IF EXISTS ${table}, gone_${table}`),
  };
}
