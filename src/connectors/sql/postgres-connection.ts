import type { Client } from 'pg';
import type { ColumnType } from './postgres-values.ts';
import type { Column } from './session.ts';

export interface TypedColumn extends Column {
  readonly id: number;
  readonly value: ColumnType;
}

/** Sends what it is asked to, and turns failures into ours. Ends when the signal does. */
export interface Connection {
  readonly client: Client;
  run<T>(work: () => Promise<T>): Promise<T>;
}
