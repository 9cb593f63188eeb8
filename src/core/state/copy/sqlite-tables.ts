import type { PipelineId } from '../../domain/pipeline.ts';
import { number, type Row, text } from '../rows.ts';
import { withStatements } from '../sqlite/connections.ts';
import { openDatabase, stateError } from '../sqlite/open-database.ts';
import { type Connection, createQuery, type Query, transaction } from '../sqlite/query.ts';
import type { Table, Values } from '../tables.ts';
import {
  type PipelineTables,
  pageStatement,
  placeOf,
  type StoredPipeline,
  type TableChanges,
  withoutOwnId,
} from './pipeline-tables.ts';

/** The tables of a state file. Whoever changes them holds its lease. */
export function openSqliteTables(
  path: string,
  {
    assertHeld = () => undefined,
    isThrownAway = false,
  }: {
    readonly assertHeld?: () => void;
    /** A power cut takes nothing that counts. */
    readonly isThrownAway?: boolean;
  } = {},
): PipelineTables {
  const database = openDatabase(path);
  if (isThrownAway) database.exec('PRAGMA synchronous = OFF');
  const connection = withStatements(database);
  const rows = createQuery(connection);
  const asked = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw stateError(error, `The state file ${path} can't be read or written`);
    }
  };
  return {
    location: path,
    pipelines: async () => asked(() => rows('SELECT * FROM pipelines ORDER BY id', []).map(pipelineOf)),
    async create(identity, id) {
      const { name, sourceConnector, sourceOrigin, sourceAccount, destinationOrigin } = identity;
      const values = [name, sourceConnector, sourceOrigin, sourceAccount, destinationOrigin, id ?? null];
      const columns = 'name, source_connector, source_origin, source_account, destination_origin, id';
      return asked(() => {
        assertHeld();
        const [made] = rows(`INSERT INTO pipelines (${columns}) VALUES (?, ?, ?, ?, ?, ?) RETURNING id`, values);
        return number(made ?? {}, 'id');
      });
    },
    async page(table, owner, { after, limit }) {
      const sql = pageStatement(table, { schema: '', parameter: (n) => `?${n}`, isFirst: after === undefined });
      const values = [owner[table.owner], limit, ...(after ? placeOf(table, after) : [])];
      return asked(() => rows(sql, values).map((row) => valuesOf(table, row)));
    },
    async progress(pipeline) {
      const [row] = asked(() => rows('SELECT * FROM copies WHERE pipeline = ?', [pipeline]));
      return row && { origin: text(row, 'origin'), done: text(row, 'done') };
    },
    change: async (pipeline, changes) =>
      asked(() => {
        assertHeld();
        transaction(connection, () => change(connection, rows, pipeline, changes));
      }),
    close: async () => database.close(),
  };
}

function change(database: Connection, rows: Query, pipeline: PipelineId, changes: TableChanges): void {
  const { clear = [], clearDirectory, put = [], hold, progress } = changes;
  for (const { name } of clear) rows(`DELETE FROM ${name} WHERE pipeline = ?`, [pipeline]);
  if (clearDirectory !== undefined)
    for (const name of ['directories', 'users']) rows(`DELETE FROM ${name} WHERE destination = ?`, [clearDirectory]);
  for (const one of put) {
    const { table, rows: added } = withoutOwnId(one.table, one.rows);
    const names = Object.keys(table.columns);
    const values = names.map(() => '?').join(', ');
    const statement = database.prepare(`INSERT OR REPLACE INTO ${table.name} (${names.join(', ')}) VALUES (${values})`);
    for (const row of added) statement.run(...row);
  }
  if (hold !== undefined) rows('UPDATE pipelines SET hold = ? WHERE id = ?', [hold, pipeline]);
  if (progress === null) rows('DELETE FROM copies WHERE pipeline = ?', [pipeline]);
  if (progress)
    rows('INSERT OR REPLACE INTO copies (pipeline, origin, done) VALUES (?, ?, ?)', [
      pipeline,
      progress.origin,
      progress.done,
    ]);
}

export function pipelineOf(row: Row): StoredPipeline {
  return {
    id: number(row, 'id'),
    identity: {
      name: text(row, 'name'),
      sourceConnector: text(row, 'source_connector'),
      sourceOrigin: text(row, 'source_origin'),
      sourceAccount: text(row, 'source_account'),
      destinationOrigin: text(row, 'destination_origin'),
    },
    hold: row.hold === null ? null : text(row, 'hold'),
  };
}

export function valuesOf({ name, columns }: Table, row: Row): Values {
  return Object.keys(columns).map((column) => {
    const value = row[column];
    if (value === null || typeof value === 'string' || typeof value === 'number') return value;
    throw new Error(`State column ${name}.${column} holds a value of an unknown type.`);
  });
}
