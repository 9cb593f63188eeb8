import type { PipelineId } from '../../domain/pipeline.ts';
import { json, number } from '../rows.ts';
import type { StateStore } from '../store.ts';
import type { Statements } from './query.ts';

/** The destination's users as they were last read. */
export function createDirectory(
  { rows, transaction }: Statements,
  destinationOf: (pipeline: PipelineId) => string,
): Pick<StateStore, 'directory' | 'clearDirectory'> {
  return {
    async directory(pipeline) {
      const row = rows('SELECT * FROM directories WHERE destination = ?', [destinationOf(pipeline)])[0];
      const fields = row && json(row, 'fields');
      const names = Array.isArray(fields) ? fields.filter((name): name is string => typeof name === 'string') : [];
      return row && { cursor: json(row, 'cursor'), fields: names, filledAt: number(row, 'filled_at') };
    },
    clearDirectory: async (pipeline) =>
      transaction((run) => {
        run('DELETE FROM directories WHERE destination = ?', [destinationOf(pipeline)]);
        run('DELETE FROM users WHERE destination = ? AND active = 1', [destinationOf(pipeline)]);
      }),
  };
}
