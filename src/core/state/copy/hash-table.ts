import { createHash } from 'node:crypto';
import type { Table } from '../tables.ts';
import { pagesOf } from './copy-tables.ts';
import type { PipelineTables, RowOwner } from './pipeline-tables.ts';

/** Numbers that each state gives by itself: rows are the same without them. */
const own = new Set(['pipeline', 'id of alert_messages']);

export interface TableHash {
  readonly rows: number;
  readonly hash: string;
}

/** Of all rows of the owner, in their order: equal in two states when these hold the same. */
export async function hashTable(from: PipelineTables, table: Table, owner: RowOwner): Promise<TableHash> {
  const columns = Object.keys(table.columns);
  const kept = columns.flatMap((column, index) =>
    own.has(column) || own.has(`${column} of ${table.name}`) ? [] : [index],
  );
  const hash = createHash('sha256');
  let count = 0;
  for await (const rows of pagesOf(from, table, owner)) {
    count += rows.length;
    for (const row of rows) hash.update(`${JSON.stringify(kept.map((index) => row[index]))}\n`);
  }
  return { rows: count, hash: hash.digest('hex') };
}
