import { type Table, tables, type Values } from '../tables.ts';
import type { PipelineTables, RowOwner } from './pipeline-tables.ts';

const rowsAtOnce = 1_000;

/** In the order of a copy. The checkpoint comes last: until it is there, nothing is taken for read. */
export const copied: readonly Table[] = [
  tables.facts,
  tables.users,
  tables.directories,
  tables.links,
  tables.claims,
  tables.deadLetters,
  tables.pending,
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
  for (let last = after; ; ) {
    const rows = await from.page(table, owner, { after: last, limit: rowsAtOnce });
    if (rows.length > 0) yield rows;
    if (rows.length < rowsAtOnce || table.order.length === 0) return;
    last = rows.at(-1);
  }
}
