import type { Lease } from '../lease.ts';
import type { Database, Statement } from '../postgres/connection/database.ts';
import { createStatements, insert, upsert } from '../postgres/statements.ts';
import { number, text } from '../rows.ts';
import { type PipelineTables, pageStatement, placeOf, type TableChanges, withoutOwnId } from './pipeline-tables.ts';
import { pipelineOf, valuesOf } from './sqlite-tables.ts';

/** The tables of a state in PostgreSQL. Whoever changes them has the turn of the pipeline's account. */
export function openPostgresTables(database: Database, lease?: Pick<Lease, 'fence'>): PipelineTables {
  const { rows, write, close } = createStatements(database, lease);
  return {
    location: database.location,
    pipelines: async () => (await rows('SELECT * FROM rolodesk.pipelines ORDER BY id')).map(pipelineOf),
    async create({ name, sourceConnector, sourceOrigin, sourceAccount, destinationOrigin }) {
      const columns = 'name, source_connector, source_origin, source_account, destination_origin';
      const [[made = {}] = []] = await write([
        {
          text: `INSERT INTO rolodesk.pipelines (${columns}) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
          values: [name, sourceConnector, sourceOrigin, sourceAccount, destinationOrigin],
        },
      ]);
      return number(made, 'id');
    },
    async page(table, owner, { after, limit }) {
      const text = pageStatement(table, {
        schema: 'rolodesk.',
        parameter: (n) => `$${n}`,
        isFirst: after === undefined,
      });
      const values = [owner[table.owner], limit, ...(after ? placeOf(table, after) : [])];
      return (await rows(text, values)).map((row) => valuesOf(table, row));
    },
    async progress(pipeline) {
      const [row] = await rows('SELECT * FROM rolodesk.copies WHERE pipeline = $1', [pipeline]);
      return row && { origin: text(row, 'origin'), done: text(row, 'done') };
    },
    async change(pipeline, changes) {
      await write(statementsOf(pipeline, changes));
    },
    close: async () => close(),
  };
}

function statementsOf(
  pipeline: number,
  { clear = [], clearDirectory, put = [], hold, progress }: TableChanges,
): readonly Statement[] {
  return [
    ...clear.map(({ name }) => ({ text: `DELETE FROM rolodesk.${name} WHERE pipeline = $1`, values: [pipeline] })),
    ...(clearDirectory === undefined
      ? []
      : ['directories', 'users'].map((name) => ({
          text: `DELETE FROM rolodesk.${name} WHERE destination = $1`,
          values: [clearDirectory],
        }))),
    ...put
      .filter(({ rows }) => rows.length > 0)
      .map(({ table, rows }) => {
        const added = withoutOwnId(table, rows);
        return added.table === table ? upsert(table, rows) : insert(added.table, added.rows);
      }),
    ...(hold === undefined
      ? []
      : [{ text: 'UPDATE rolodesk.pipelines SET hold = $2 WHERE id = $1', values: [pipeline, hold] }]),
    ...(progress === null ? [{ text: 'DELETE FROM rolodesk.copies WHERE pipeline = $1', values: [pipeline] }] : []),
    ...(progress
      ? [
          {
            text: `INSERT INTO rolodesk.copies (pipeline, origin, done) VALUES ($1, $2, $3)
              ON CONFLICT (pipeline) DO UPDATE SET origin = excluded.origin, done = excluded.done`,
            values: [pipeline, progress.origin, progress.done],
          },
        ]
      : []),
  ];
}
