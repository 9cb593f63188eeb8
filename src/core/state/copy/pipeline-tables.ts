import type { PipelineId, PipelineIdentity } from '../../domain/pipeline.ts';
import type { Table, Values } from '../tables.ts';

/** Whose rows are read. */
export interface RowOwner {
  readonly pipeline: PipelineId;
  readonly destination: string;
}

export interface StoredPipeline {
  readonly id: PipelineId;
  readonly identity: PipelineIdentity;
  /** Why nothing may be written to its destination. */
  readonly hold: string | null;
}

/** How far a copy into a state has come. Kept there until it is done. */
export interface CopyProgress {
  /** What it was copied from, at what moment. */
  readonly origin: string;
  readonly done: string;
}

/** Applied in one transaction, in this order. */
export interface TableChanges {
  /** Takes all rows of the pipeline out of these tables. */
  readonly clear?: readonly Table[];
  /** Takes the directory of this destination out. */
  readonly clearDirectory?: string | undefined;
  /** Rows to insert, or to put in the place of those that have their keys. */
  readonly put?: readonly { readonly table: Table; readonly rows: readonly Values[] }[];
  readonly hold?: string | null;
  readonly progress?: CopyProgress | null;
}

/**
 * The tables of a state as rows, without what they mean: for copies from one kind of state to another. Rows come in the
 * same order and with the same values from each kind.
 */
export interface PipelineTables {
  /** For messages. */
  readonly location: string;
  pipelines(): Promise<readonly StoredPipeline[]>;
  /** Creates the pipeline. `id`: as this one. */
  create(identity: PipelineIdentity, id?: PipelineId): Promise<PipelineId>;
  /** Rows of the owner behind the row `after`, in the table's order. */
  page(
    table: Table,
    owner: RowOwner,
    query: { readonly after: Values | undefined; readonly limit: number },
  ): Promise<readonly Values[]>;
  progress(pipeline: PipelineId): Promise<CopyProgress | undefined>;
  change(pipeline: PipelineId, changes: TableChanges): Promise<void>;
  close(): Promise<void>;
}

/** The table as rows are added to it: ids that each state gives by itself are left out. */
export function withoutOwnId(
  table: Table,
  rows: readonly Values[],
): { readonly table: Table; readonly rows: readonly Values[] } {
  if (table.columns.id !== 'integer') return { table, rows };
  const { id: _, ...columns } = table.columns;
  const at = Object.keys(table.columns).indexOf('id');
  return { table: { ...table, columns, key: [] }, rows: rows.map((row) => row.toSpliced(at, 1)) };
}

/** The same statement for both: SQLite and PostgreSQL differ in how a parameter is written. */
export function pageStatement(
  { name, columns, owner, order }: Table,
  {
    schema,
    parameter,
    isFirst,
  }: { readonly schema: string; readonly parameter: (n: number) => string; readonly isFirst: boolean },
): string {
  const behind = `AND (${order.join(', ')}) > (${order.map((_, index) => parameter(index + 3)).join(', ')})`;
  const sorted = order.length === 0 ? '' : `ORDER BY ${order.join(', ')}`;
  return `SELECT ${Object.keys(columns).join(', ')} FROM ${schema}${name} WHERE ${owner} = ${parameter(1)}
    ${isFirst || order.length === 0 ? '' : behind} ${sorted} LIMIT ${parameter(2)}`;
}

/** What of a row tells it apart from the others of its owner. */
export function placeOf({ columns, order }: Table, row: Values): readonly (string | number)[] {
  const names = Object.keys(columns);
  return order.map((column) => row[names.indexOf(column)] ?? '');
}
