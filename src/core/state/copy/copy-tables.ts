import type { PipelineId } from '../../domain/pipeline.ts';
import { type Table, tables, type Values } from '../tables.ts';
import type { PipelineTables, RowOwner } from './pipeline-tables.ts';

const rowsAtOnce = 5_000;

/** In the order of a copy. The checkpoint comes last: until it is there, nothing is taken for read. */
export const copied: readonly Table[] = [
  tables.facts,
  tables.users,
  tables.directories,
  tables.links,
  tables.claims,
  tables.deadLetters,
  tables.pending,
  tables.emailRecords,
  tables.deferred,
  tables.batches,
  tables.runs,
  tables.results,
  tables.schedules,
  tables.inbox,
  tables.alertRules,
  tables.alertMessages,
];

/** All rows of an owner, some at a time, behind the row `after`. */
export async function* pagesOf(
  from: PipelineTables,
  table: Table,
  owner: RowOwner,
  after?: Values,
): AsyncGenerator<readonly Values[]> {
  // There is one row for an owner.
  if (after && table.order.length === 0) return;
  for (let last = after; ; ) {
    const rows = await from.page(table, owner, { after: last, limit: rowsAtOnce });
    if (rows.length > 0) yield rows;
    if (rows.length < rowsAtOnce || table.order.length === 0) return;
    last = rows.at(-1);
  }
}

/** The rows as those of another pipeline. */
export function ofPipeline(table: Table, rows: readonly Values[], pipeline: PipelineId): readonly Values[] {
  const at = Object.keys(table.columns).indexOf('pipeline');
  return at < 0 ? rows : rows.map((row) => row.with(at, pipeline));
}
