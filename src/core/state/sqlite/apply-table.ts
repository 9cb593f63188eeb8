import type { PipelineId } from '../../domain/pipeline.ts';
import type { Changes } from '../store.ts';
import { type Connection, createStatement, listOf } from './query.ts';

/** Whose changes they are. The directory belongs to the destination, everything else to the pipeline. */
export interface Owner {
  readonly pipeline: PipelineId;
  readonly destination: string;
}

/** Prepares the statements of one part of the changes, once, and returns what applies it. */
export type ApplyTable = (database: Connection) => (owner: Owner, changes: Changes) => void;

/** Does the same with many names at once, `?2`: a statement costs more than a name that is not there. */
export function each(database: Connection, sql: string) {
  const statement = createStatement(database, sql);
  return (owner: PipelineId | string, names: readonly string[] | undefined): void => {
    if (names?.length) statement.run(owner, listOf(names));
  };
}
