import type { CallContext } from '../../core/domain/context.ts';
import type { Json } from '../../core/domain/json.ts';
import type { RowData } from '../../core/records/record-reader.ts';

export interface Column {
  readonly name: string;
  /** In the database's own words. */
  readonly type: string;
}

export interface Batch {
  readonly rows: readonly RowData[];
  /** Greatest value of the incremental column so far, and never beyond the present. Undefined: there was none. */
  readonly since: Json | undefined;
  /** How many rows there are in all, where counting them does not run the query once more. */
  readonly total?: number;
}

/** One look at the database: all that is read in it is of one moment. */
export interface Session {
  /** Who we are there, without a secret. */
  readonly identity: string;
  readonly columns: readonly Column[];
  /**
   * The rows of the query, by the incremental column and then by key; rows without a value in it always. `since`: those whose
   * value is at or after it, less the overlap.
   */
  rows(since: Json | undefined): AsyncIterable<Batch>;
  close(): Promise<void>;
}

export type OpenSession = (context: CallContext) => Promise<Session>;
