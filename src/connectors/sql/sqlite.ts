import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { SourceOptions } from '../../core/connector.ts';
import { ConfigError, ContractError, type RolodeskError, TransientError } from '../../core/domain/errors.ts';
import type { Json } from '../../core/domain/json.ts';
import type { SqlConfig } from './config.ts';
import { checkColumns, orderOf } from './order.ts';
import { quoted, usesSince, withSince } from './query.ts';
import type { Batch, Column, OpenSession, Session } from './session.ts';
import { before, capAt } from './watermark.ts';

type Stored = string | number | bigint | Uint8Array | null;
const busyMs = 5_000;

/** A whole number that is too large for ours is kept as its digits. */
const since = z.union([
  z.string(),
  z.number(),
  z.strictObject({ integer: z.string() }).transform(({ integer }) => BigInt(integer)),
]);

export function openSqlite({ config, folder, clock }: SourceOptions<SqlConfig>, file: string): OpenSession {
  const path = resolve(folder, file);
  const { query, incremental, overlap, pageSize } = config;

  return async ({ signal }) => {
    await assertFile(path);
    signal.throwIfAborted();
    const { DatabaseSync } = await import('node:sqlite');
    const database = attempt(() => new DatabaseSync(path, { readOnly: true, timeout: busyMs }));
    try {
      const columns = columnsOf(database);
      checkColumns(config, columns);
      return session(database, columns);
    } catch (error) {
      database.close();
      throw error;
    }
  };

  function columnsOf(database: DatabaseSync): readonly Column[] {
    const statement = attempt(() => database.prepare(`SELECT * FROM (${withSince(query, '?')}\n) AS q`));
    return statement.columns().map(({ name, type }) => ({ name, type: type?.toLowerCase() ?? 'any' }));
  }

  function session(database: DatabaseSync, columns: readonly Column[]): Session {
    return {
      identity: basename(path),
      columns,
      async *rows(from) {
        const names = columns.map(({ name }) => name);
        const at = incremental === undefined ? -1 : names.indexOf(incremental);
        attempt(() => spool(database, from));
        const total = countOf(database);
        const statement = database.prepare('SELECT * FROM temp.rolodesk_rows');
        statement.setReadBigInts(true);
        statement.setReturnArrays(true);
        const nowMs = clock.now();
        let rows: Batch['rows'][number][] = [];
        let greatest: Json | undefined;
        // Arrays, as the line above asks for; the type does not follow it.
        for (const row of statement.iterate() as Iterable<unknown> as Iterable<readonly Stored[]>) {
          rows.push(Object.fromEntries(names.map((name, index) => [name, jsonOf(row[index] ?? null)])));
          greatest = sinceOf(row[at] ?? null, nowMs) ?? greatest;
          if (rows.length < pageSize) continue;
          yield { rows, since: greatest, total };
          rows = [];
        }
        yield { rows, since: greatest, total };
      },
      close: async () => database.close(),
    };
  }

  /**
   * What was found is put aside at once: as long as a SELECT is open nobody can write to the file, and the reader may take
   * hours. SQLite deletes the place itself.
   */
  function spool(database: DatabaseSync, from: Json | undefined): void {
    const begin = from === undefined ? undefined : before(since.parse(from), overlap);
    const order = `ORDER BY ${orderOf(config)}`;
    const into = 'CREATE TEMP TABLE rolodesk_rows AS SELECT * FROM';
    database.exec('DROP TABLE IF EXISTS temp.rolodesk_rows; PRAGMA temp_store = FILE');
    if (usesSince(query)) {
      // Less than any number, and as text less than any time.
      const value = begin ?? -(2n ** 63n);
      database.prepare(`${into} (${withSince(query, ':since')}\n) AS q ${order}`).run({ since: value });
    } else if (incremental === undefined || begin === undefined) {
      database.prepare(`${into} (${withSince(query, '')}\n) AS q ${order}`).run();
    } else {
      const column = `q.${quoted(incremental)}`;
      const where = `WHERE ${column} >= :since OR ${column} IS NULL`;
      database.prepare(`${into} (${withSince(query, '')}\n) AS q ${where} ${order}`).run({ since: begin });
    }
  }
}

/** Of what was put aside: the query does not run again. */
function countOf(database: DatabaseSync): number {
  return Number(database.prepare('SELECT count(*) AS n FROM temp.rolodesk_rows').get()?.n);
}

async function assertFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) return;
  throw new ConfigError(`source.file: there is no file ${path}.`, {
    code: 'source-file',
    hint: 'Check the path; it is relative to the configuration.',
  });
}

function sinceOf(value: Stored, nowMs: number): Json | undefined {
  if (value === null || value instanceof Uint8Array) return undefined;
  const kept = capAt(value, nowMs);
  if (typeof kept !== 'bigint') return kept;
  return isSafe(kept) ? Number(kept) : { integer: String(kept) };
}

function jsonOf(value: Stored): Json {
  if (typeof value === 'bigint') return isSafe(value) ? Number(value) : String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

function isSafe(value: bigint): boolean {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER;
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isSqlite(error) ? sqliteError(error) : error;
  }
}

interface SqliteFailure extends Error {
  readonly errcode: number;
}

function isSqlite(error: unknown): error is SqliteFailure {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
}

/** By the primary result code: https://www.sqlite.org/rescode.html */
function sqliteError(error: SqliteFailure): RolodeskError {
  switch (error.errcode & 0xff) {
    case 5:
    case 6:
      return new TransientError('The file of SQLite is locked by another program.', {
        code: 'sql-busy',
        hint: 'Run again later.',
        cause: error,
      });
    case 11:
    case 26:
      return new ContractError('source.file is damaged, or no file of SQLite.', {
        code: 'sql-database',
        hint: 'Open it with sqlite3 and run PRAGMA integrity_check.',
        cause: error,
      });
    case 14:
    case 8:
      return new ConfigError('source.file cannot be opened for reading.', {
        code: 'source-file',
        hint: 'Check its rights. With write-ahead logging the folder must be writable too, or a program have the file open.',
        cause: error,
      });
    default:
      // Names of the query, such as a column that is not there; SQLite quotes no values.
      return new ConfigError(`source.query: SQLite refuses it: ${error.message}.`, {
        code: 'sql-query',
        hint: 'Try the query with sqlite3, where it must be one SELECT.',
        cause: error,
      });
  }
}
